import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { address, Client, type Json } from './support/client';
import { eventually, Shop } from './support/shop';

/*
 * Who changed what, as an admin reads it. That each operation of the back office is recorded at all is shown by examples.e2e-spec.ts, which goes through all of them; here it is shown what the entries say.
 */

let shop: Shop;
let back: Client;
let adminId: string;
let goods: { readonly vendor: string; readonly category: string };
let mug: Json;
let shirt: Json;

beforeAll(async () => {
  shop = await Shop.start();
  ({ back, goods } = await Client.seller(shop));
  adminId = (await back.get('/api/admin/users')).body.data[0].id;
  const own = { brand: 'Own', ...goods, currency: 'USD', basePrice: 500 };
  mug = (await back.post('/api/products', { ...own, name: 'Mug', sku: 'MUG', stock: 100, description: 'Blue. '.repeat(100) })).body;
  const variants = ['S', 'M'].map((size) => ({ sku: `SHIRT-${size}`, options: { Size: size }, price: 1500, stock: 5 }));
  shirt = (await back.post('/api/products', { ...own, name: 'Shirt', options: [{ name: 'Size', values: ['S', 'M'] }], variants })).body;
}, 60_000);
afterAll(() => shop.stop());

const any = { 'if-match': '*' };

async function entries(query: string): Promise<Json[]> {
  const { status, body } = await back.get(`/api/admin/audit?limit=100&${query}`);
  if (status !== 200) throw new Error(JSON.stringify(body));
  return body.data as Json[];
}

/** Does something as an admin, and tells the entries that came of it, as `type id: path: from -> to`. */
async function told(method: string, path: string, body?: unknown, headers: Record<string, string> = any): Promise<string[]> {
  const requestId = randomUUID();
  const answer = await back.send(method, path, body, { 'X-Request-Id': requestId, ...headers });
  if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  const found = (await entries('')).filter((entry) => entry.requestId === requestId);
  for (const { actor } of found) expect(actor).toEqual({ kind: 'user', id: adminId, roles: ['user', 'vendor', 'admin'] });
  return found
    .flatMap(({ resource, changes }: Json) =>
      (changes as Json[]).map(
        ({ path: at, from, to, hidden }) =>
          `${resource.type} ${resource.id}: ${at}: ${hidden ? 'hidden' : `${JSON.stringify(from)} -> ${JSON.stringify(to)}`}`,
      ),
    )
    .sort();
}

test('a product, a variant and their stock', async () => {
  const edit = { name: 'Big mug', basePrice: 700, description: 'Green', images: ['/images/mug.jpg'] };
  expect(await told('PATCH', `/api/products/${mug.id}`, edit)).toEqual([
    `product ${mug.id}: basePrice: 500 -> 700`,
    `product ${mug.id}: description: ${JSON.stringify(`${'Blue. '.repeat(100).slice(0, 200)}… [600 characters]`)} -> "Green"`,
    `product ${mug.id}: images: undefined -> ["/images/mug.jpg"]`,
    `product ${mug.id}: name: "Mug" -> "Big mug"`,
    `product ${mug.id}: variants.${mug.variants[0].id}.price: 500 -> 700`,
  ]);
  const [small, medium] = shirt.variants as Json[];
  expect(await told('PATCH', `/api/products/${shirt.id}/variants/${small.id}`, { price: 1200, stock: 9 })).toEqual([
    `product ${shirt.id}: variants.${small.id}.price: 1500 -> 1200`,
    'stock SHIRT-S: shelves.main.onHand: 5 -> 9',
  ]);
  expect(await told('DELETE', `/api/products/${shirt.id}/variants/${medium.id}`)).toEqual([
    expect.stringContaining(`product ${shirt.id}: variants.${medium.id}: {"sku":"SHIRT-M"`),
  ]);
  expect(await told('DELETE', `/api/products/${shirt.id}`)).toEqual([
    expect.stringMatching(/: archivedAt: undefined -> "20/),
    `product ${shirt.id}: isActive: true -> false`,
  ]);
  expect((await entries(`resource=product&resourceId=${shirt.id}`)).map(({ action }) => action)).toEqual([
    ...['archiveProduct', 'removeVariant', 'updateVariant', 'createProduct'],
  ]);
});

test('a category, from its making to its end', async () => {
  const { id } = (await back.post('/api/categories', { name: 'Lamps', slug: 'lamps' })).body;
  expect(await told('PATCH', `/api/categories/${id}`, { name: 'Lights', parentCategory: goods.category })).toEqual([
    `category ${id}: name: "Lamps" -> "Lights"`,
    `category ${id}: parentCategory: null -> "${goods.category}"`,
  ]);
  expect(await told('DELETE', `/api/categories/${id}`)).toEqual([
    `category ${id}: name: "Lights" -> undefined`,
    `category ${id}: parentCategory: "${goods.category}" -> undefined`,
    `category ${id}: slug: "lamps" -> undefined`,
  ]);
});

test('the stock of a SKU, with the reason, and a location', async () => {
  const made = { code: 'city', name: 'In the city' };
  expect(await told('POST', '/api/admin/locations', made)).toContain('location city: name: undefined -> "In the city"');
  expect(await told('PATCH', '/api/admin/locations/city', { name: 'Down town', active: false })).toEqual([
    'location city: active: true -> false',
    'location city: name: "In the city" -> "Down town"',
  ]);
  expect(await told('POST', '/api/admin/inventory/adjustments', { sku: 'MUG', change: -3, reason: 'Broken' })).toEqual([
    'stock MUG: shelves.main.onHand: 100 -> 97',
  ]);
  expect(await told('POST', '/api/admin/inventory/adjustments', { sku: 'MUG', change: 2, location: 'city', reason: 'Found' })).toEqual([
    'stock MUG: shelves.city: undefined -> {"id":"city","onHand":2,"reserved":0}',
  ]);
  expect(await told('PUT', '/api/admin/inventory/MUG/backorder', { allowed: true, limit: 5 })).toEqual([
    'stock MUG: backorder: undefined -> {"limit":5}',
  ]);
  expect((await entries('resource=stock&resourceId=MUG&action=adjustStock')).map(({ reason }) => reason)).toEqual(['Found', 'Broken']);
});

test('the roles of an account, and what concerns its security, without a secret or an address', async () => {
  const ada = await Client.user(shop, 'ada.private@example.com');
  const { id } = (await ada.get('/api/users/me/profile')).body;
  const password = { currentPassword: 'correct horse battery', newPassword: 'a better horse battery' };
  expect((await ada.put('/api/users/me/password', password)).status).toBe(204);
  const renamed = { name: 'Ada Private', email: 'ada.elsewhere@example.com', currentPassword: password.newPassword };
  expect((await ada.put('/api/users/me/profile', renamed)).status).toBe(200);
  expect((await ada.put('/api/users/me/profile', { name: 'Ada P.' })).status).toBe(200);
  expect(await told('PUT', `/api/admin/users/${id}/roles`, { roles: ['vendor'] })).toEqual([
    `user ${id}: roles: ["user"] -> ["user","vendor"]`,
  ]);
  const own = { kind: 'user', id, roles: ['user'] };
  const all = await entries(`resource=user&resourceId=${id}`);
  expect(all).toMatchObject([
    { action: 'changeRoles', actor: { id: adminId } },
    {
      ...{ action: 'changeProfile', actor: own },
      changes: [
        { path: 'name', hidden: true },
        { path: 'email', hidden: true },
      ],
    },
    { action: 'changePassword', actor: own, changes: [{ path: 'passwordHash', hidden: true }] },
  ]);
  expect(JSON.stringify(all)).not.toMatch(/private|elsewhere|argon|horse/i);
});

test('a refresh token that is used twice', async () => {
  const { body } = await new Client(shop).post('/api/auth/register', {
    name: 'Bo',
    email: 'bo@example.com',
    password: 'correct horse battery',
  });
  const refresh = () => new Client(shop).post('/api/auth/refresh', { refreshToken: body.refreshToken }, { 'Idempotency-Key': '' });
  expect([(await refresh()).status, (await refresh()).status]).toEqual([200, 401]);
  expect(await entries(`resourceId=${body.user.id}`)).toMatchObject([{ action: 'refreshTokenReused', resource: { type: 'user' } }]);
});

describe('an order', () => {
  let buyer: Client;
  let orderNumber: string;

  beforeAll(async () => {
    buyer = await Client.guest(shop);
    await buyer.post('/api/cart/items', { productId: mug.id, quantity: 3 });
    orderNumber = (await buyer.checkout(undefined, { shippingAddress: { ...address, line1: 'Verborgene Gasse 77' } })).body.orderNumber;
    await buyer.orderIn(orderNumber, 'Processing');
  });

  const of = (line: string): string =>
    line
      .replace(/[0-9a-f]{24}/g, 'ID')
      .replace(/[0-9a-f]{32}/g, 'KEY')
      .replace(/"20[^"]+Z"/g, 'NOW');

  test('that is bought and paid by its buyer has no entry', async () => {
    expect(await entries(`resourceId=${orderNumber}`)).toEqual([]);
    expect(await entries('action=placeOrder')).toEqual([]);
  });

  test('that is sent, delivered, sent back and refunded', async () => {
    const path = `/api/orders/${orderNumber}`;
    const parcel = { carrier: 'DHL', trackingNumber: 'T-1' };
    expect((await told('POST', `${path}/shipments`, parcel)).map(of)).toEqual([
      expect.stringContaining(`order ${orderNumber}: shipments.ID: undefined -> {"id":"ID","carrier":"DHL","trackingNumber":"T-1"`),
      `order ${orderNumber}: status: "Processing" -> "Shipped"`,
    ]);
    expect((await told('POST', `${path}/deliveries`, {})).map(of)).toEqual([
      `order ${orderNumber}: shipments.ID.deliveredAt: undefined -> NOW`,
      `order ${orderNumber}: shipments.ID.status: "dispatched" -> "delivered"`,
      `order ${orderNumber}: status: "Shipped" -> "Delivered"`,
    ]);
    const refunded = (await told('POST', `${path}/refunds`, { amount: 100, reason: 'Scratched' })).map(of);
    expect(refunded).toContainEqual(
      expect.stringMatching(new RegExp(`^order ${orderNumber}: refunds.0: undefined -> .*"Scratched".*"amount":100,`)),
    );
    expect(refunded).toContainEqual(`payment ${orderNumber}: refundedAmount: 0 -> 100`);
    expect(refunded).toContainEqual('refund ID: amount: undefined -> 100');
    await eventually('the refund', async () => (await buyer.order(orderNumber)).refunds[0]?.status === 'succeeded');
    const id = (await buyer.post(`${path}/returns`, { reason: 'too blue' })).body.returns[0].id as string;
    expect((await told('POST', `${path}/returns/${id}/approve`)).map(of)).toEqual([
      `order ${orderNumber}: returns.ID.decidedAt: undefined -> NOW`,
      `order ${orderNumber}: returns.ID.status: "requested" -> "approved"`,
    ]);
    const received = await told('POST', `${path}/returns/${id}/receive`, {});
    expect(received).toContainEqual(expect.stringMatching(/^stock MUG: shelves\.main\.onHand: \d+ -> \d+$/));
    expect(received).toContain(`order ${orderNumber}: status: "Delivered" -> "Returned"`);
    await buyer.orderIn(orderNumber, 'Refunded');
    const all = await entries(`resourceId=${orderNumber}&resource=order`);
    // What the provider said of the refunds is nobody's doing, and what the buyer asked for is the buyer's.
    expect(all.map(({ action }) => action)).toEqual(['receiveReturn', 'approveReturn', 'refundOrder', 'deliverOrder', 'shipOrder']);
    expect(JSON.stringify(await entries(''))).not.toMatch(/Verborgene|guest@example/);
  });
});

test('an order that is cancelled by its buyer has no entry, and one that an admin cancels has the admin’s', async () => {
  const bought = async (): Promise<[Client, string]> => {
    const buyer = await Client.guest(shop);
    await buyer.post('/api/cart/items', { productId: mug.id, quantity: 1 });
    const { orderNumber } = (await buyer.checkout()).body;
    await buyer.orderIn(orderNumber, 'Processing');
    return [buyer, orderNumber as string];
  };
  const [[buyer, own], [, foreign]] = [await bought(), await bought()];
  expect((await buyer.post(`/api/orders/${own}/cancel`)).status).toBe(200);
  expect(await entries(`resourceId=${own}`)).toEqual([]);
  expect(await told('POST', `/api/orders/${foreign}/cancel`, { reason: 'asked by mail' })).toContain(
    `order ${foreign}: status: "Processing" -> "Cancelled"`,
  );
  expect(await entries(`resourceId=${foreign}&resource=order`)).toMatchObject([{ action: 'cancelOrder', actor: { id: adminId } }]);
});

test('nothing is written of what is refused, and of what is repeated with its key only once', async () => {
  const before = (await back.get('/api/admin/audit?limit=1')).body.pagination.total as number;
  const adjust = { sku: 'MUG', change: 1, reason: 'Found' };
  expect((await (await Client.guest(shop)).post('/api/admin/inventory/adjustments', adjust)).status).toBe(403);
  expect((await back.post('/api/admin/inventory/adjustments', { ...adjust, sku: 'NONE' })).status).toBe(404);
  expect((await back.patch(`/api/products/${mug.id}`, { name: 'Late' }, { 'if-match': '"1"' })).status).toBe(412);
  expect((await back.patch(`/api/products/${mug.id}`, { name: 7 }, any)).status).toBe(400);
  const key = { 'Idempotency-Key': randomUUID() };
  const answers = [
    await back.post('/api/admin/inventory/adjustments', adjust, key),
    await back.post('/api/admin/inventory/adjustments', adjust, key),
  ];
  expect(answers.map(({ status, headers }) => [status, headers.get('idempotent-replayed')])).toEqual([
    [201, null],
    [201, 'true'],
  ]);
  expect((await back.get('/api/admin/audit?limit=1')).body.pagination.total).toBe(before + 1);
});

test('what a vendor does is the vendor’s', async () => {
  await Client.user(shop, 'vic@example.com');
  const { id } = (await back.get('/api/admin/users?q=vic')).body.data[0];
  await back.put(`/api/admin/users/${id}/roles`, { roles: ['vendor'] }, any);
  await back.patch(`/api/products/${mug.id}`, { vendor: id }, any);
  const { body } = await new Client(shop).post('/api/auth/login', { email: 'vic@example.com', password: 'correct horse battery' });
  const vic = new Client(shop, body.accessToken as string);
  expect((await vic.patch(`/api/products/${mug.id}`, { brand: 'Vic' }, any)).status).toBe(200);
  const [entry, ...others] = await entries(`actor=${id}`);
  expect(others).toEqual([]);
  expect(entry).toMatchObject({
    actor: { kind: 'user', id, roles: ['user', 'vendor'] },
    action: 'updateProduct',
    changes: [{ path: 'brand', from: 'Own', to: 'Vic' }],
  });
  // Another name of the vendor reaches the products, and is nobody's edit of them.
  expect((await vic.put('/api/users/me/profile', { name: 'Victor’s Mugs' })).status).toBe(200);
  const sellerOf = async (): Promise<string> => (await vic.get(`/api/products/${mug.id}`)).body.vendor.name;
  await eventually('the other name', async () => (await sellerOf()) === 'Victor’s Mugs');
  expect(await entries(`actor=${id}`)).toEqual([entry]);
});

test('a catalogue that is sent: that it was, and what came of it, but not each of its products', async () => {
  const line = (name: string): string =>
    JSON.stringify({ externalId: name, name, categoryPath: ['Sent'], variants: [{ sku: name, price: 1, currency: 'USD', stock: 1 }] });
  const { status, body } = await back.upload('/api/products/import', Buffer.from(`${line('SENT-1')}\n${line('SENT-2')}\n{}\n`));
  expect(status).toBe(202);
  const [end, begin] = await eventually('both entries', async () => {
    const found = await entries(`resourceId=${body.id}`);
    return found.length === 2 && found;
  });
  expect(begin).toMatchObject({
    action: 'importProducts',
    actor: { id: adminId },
    resource: { type: 'import' },
    requestId: expect.any(String),
  });
  expect(end).toMatchObject({ action: 'importProducts', actor: { id: adminId }, resource: { type: 'import' } });
  expect(end.changes).toEqual([
    { path: 'status', to: 'done' },
    { path: 'created', to: 2 },
    { path: 'updated', to: 0 },
    { path: 'refused', to: 1 },
  ]);
  const since = await entries(`at[gte]=${begin.at}`);
  expect(since.map(({ resource }) => resource.type)).toEqual(['import', 'import']);
});

test('what the shop did by its configuration, and what the operator did on the command line', async () => {
  expect(await entries('actor=system')).toMatchObject([
    { action: 'ensureFirstAdmin', resource: { type: 'user', id: adminId }, actor: { kind: 'system', id: 'system', roles: [] } },
  ]);
  const file = join(shop.dataDir, 'goods.ndjson');
  const lines = ['one', 'two'].map((name) => ({
    externalId: name,
    name,
    brand: 'Own',
    categoryPath: ['New', 'Goods'],
    currency: 'USD',
    basePrice: 1,
  }));
  writeFileSync(file, [...lines.map((line) => JSON.stringify(line)), '{}'].join('\n'));
  const { output } = await shop.cli('import', file);
  const counts = /(\d+) created, (\d+) updated, (\d+) refused/.exec(output)!.slice(1).map(Number);
  expect(await entries('actor=cli')).toMatchObject([
    {
      ...{ action: 'cli import', resource: { type: 'import', id: 'cli' } },
      changes: ['created', 'updated', 'refused'].map((path, place) => ({ path, to: counts[place] })),
    },
  ]);
  const made = await shop.bash(`echo 'correct horse battery' | node dist/apps/cli/src/main.js create-admin cleo@example.com`);
  expect(made.code).toBe(0);
  const [admin] = await entries('actor=cli&action=cli%20create-admin');
  expect(admin.changes).toContainEqual({ path: 'roles', to: ['user', 'admin'] });
  expect(JSON.stringify(admin)).not.toMatch(/cleo|argon/);
});
