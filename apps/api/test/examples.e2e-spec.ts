import { createHmac } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, Shop } from './support/shop';
import { address, Client, type Answer, type Json } from './support/client';
import { atCheckout, placeWithRazorpay } from './support/razorpay';

/*
 * Every example of a request in the API document, sent as it stands: somebody who tries the shop out by it gets what it promises. Only what nobody can know before, such as the id
 * of what has just been made, is put in its place.
 */

let shop: Shop;
let back: Client;
let ada: Client;
let guest: Client;

const document = JSON.parse(readFileSync(join(__dirname, '../../../docs/openapi.json'), 'utf8'));
const operations = new Map<string, { method: string; path: string; spec: Json }>(
  Object.entries<Json>(document.paths).flatMap(([path, methods]) =>
    Object.entries<Json>(methods).map(([method, spec]) => [spec.operationId as string, { method, path, spec }] as const),
  ),
);
const played = new Set<string>();

beforeAll(async () => {
  shop = await Shop.start({ DEMO_DATA: 'true', PAYMENT_CAPTURE: 'manual', AUTH_RATE_LIMIT_PER_MINUTE: '0' });
  back = await Client.admin(shop);
}, 60_000);
afterAll(() => shop.stop());

/** What stands in examples for what is made only later. */
const unknowable =
  /^(6565f0c2a1b2c3d4e5f60718|CW-7K3MQ-9XD2F|the refreshToken of .*|eyJhbGciOiJIUzI1NiIs.*|pay_ExampleOfOne1|0123456789abcdef.*)$/;

/** Sends the example of an operation, with what is known by now in the places of `known`, and gives back the body of the success that is documented. */
async function play(
  operationId: string,
  client: Client,
  known: Readonly<Record<string, unknown>> = {},
  headers: Record<string, string> = {},
): Promise<Json> {
  const { method, path, spec } = operations.get(operationId)!;
  const fill = (name: string, example: unknown): unknown => {
    if (typeof example !== 'string' || !unknowable.test(example) || name === 'productId') return example;
    if (known[name] === undefined) throw new Error(`${operationId}: nobody says what ${name} is.`);
    return known[name];
  };
  const url = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const { example } = (spec.parameters as Json[]).find((parameter) => parameter.name === name && parameter.in === 'path');
    return String(fill(name, example));
  });
  const contents = Object.entries<Json>(spec.requestBody?.content ?? {}).map(
    ([type, { examples }]) => [type, examples.example.value] as const,
  );
  const [[, example] = []] = contents;
  if (typeof example === 'string') {
    let body: Json;
    for (const [type, file] of contents) body = promised(operationId, spec, await client.upload(url, file as string, type));
    return body;
  }
  const body = example && Object.fromEntries(Object.entries<Json>(example).map(([name, value]) => [name, fill(name, value)]));
  const needsIfMatch = JSON.stringify(spec.parameters).includes('If-Match-Required');
  const answer = await client.send(method.toUpperCase(), url, body, { ...(needsIfMatch && { 'If-Match': '*' }), ...headers });
  return promised(operationId, spec, answer);
}

/** The body of an answer, which is to be the success that is documented. */
function promised(operationId: string, spec: Json, answer: Answer): Json {
  const success = ['201', '202', '200', '204'].find((status) => spec.responses[status]);
  if (String(answer.status) !== success) throw new Error(`${operationId}: ${answer.status} ${JSON.stringify(answer.body)}`);
  played.add(operationId);
  return answer.body;
}

test('somebody begins as a guest, makes an account, and proves the address', async () => {
  guest = new Client(shop, (await play('startGuestSession', new Client(shop))).accessToken as string);
  await play('register', new Client(shop));
  const { refreshToken } = await play('login', new Client(shop));
  await play('logout', new Client(shop, (await play('refreshSession', new Client(shop), { refreshToken })).accessToken as string));
  await play('askForVerification', await logIn('correct horse battery'));
  await play('verifyEmail', new Client(shop), { token: await letter('Is this your address?') });
  await play('changePassword', await logIn('correct horse battery'));
  await play('forgotPassword', new Client(shop));
  await play('resetPassword', new Client(shop), { token: await letter('Choose another password') });
  ada = await logIn('a better horse battery');
});

/** The token in a letter to Ada; the shop writes mails into a folder. */
function letter(subject: string): Promise<string> {
  const folder = join(shop.dataDir, 'outbox');
  return eventually(`the letter "${subject}"`, () => {
    const files = existsSync(folder) ? readdirSync(folder) : [];
    const texts = files.map((file) => readFileSync(join(folder, file), 'utf8').replace(/=\r?\n/g, ''));
    const text = texts.find((one) => one.includes('To: ada@example.com') && one.includes(subject));
    return Promise.resolve(/eyJ[\w-]+\.[\w-]+\.[\w-]+/.exec(text ?? '')?.[0]);
  });
}

async function logIn(password: string): Promise<Client> {
  const { body } = await new Client(shop).post('/api/auth/login', { email: 'ada@example.com', password });
  return new Client(shop, body.accessToken as string, 'ada@example.com');
}

test('the demonstration catalogue is browsed', async () => {
  const anybody = new Client(shop);
  for (const id of ['listProducts', 'getProduct', 'listCategories', 'getCategory', 'listCategoryProducts', 'listPaymentProviders'])
    await play(id, anybody);
  for (const id of ['live', 'ready', 'startup', 'readMetrics']) await play(id, anybody);
});

test('Ada keeps her account', async () => {
  await play('getProfile', ada);
  await play('exportPersonalData', ada);
  await play('changeProfile', ada);
  const { id } = await play('addAddress', ada);
  for (const operation of ['listAddresses', 'getAddress', 'changeAddress', 'removeAddress']) await play(operation, ada, { id });
  const { method } = await play('savePaymentMethod', ada);
  for (const operation of ['listPaymentMethods', 'getPaymentMethod', 'makePaymentMethodDefault', 'removePaymentMethod'])
    await play(operation, ada, { id: method.id });
});

test('an admin fills the catalogue, with a vendor who has become one', async () => {
  await play('listUsers', back);
  const { id: vendor } = (await ada.get('/api/users/me/profile')).body;
  await play('getUser', back, { id: vendor });
  await play('changeRoles', back, { id: vendor });
  ada = await logIn('a better horse battery');
  const { id: category } = await play('createCategory', back);
  await play('updateCategory', back, { id: category });
  const { id, variants } = await play('createProduct', back);
  expect((await back.patch(`/api/products/${id}`, { vendor, category }, { 'if-match': '*' })).status).toBe(200);
  await play('updateProduct', ada, { id });
  await play('addVariant', ada, { id });
  await play('updateVariant', ada, { id, variantId: variants[0].id });
  await play('removeVariant', ada, { id, variantId: variants[0].id });
  await play('archiveProduct', back, { id });
  for (const client of [back, ada]) await play('listAllProducts', client);
  const { id: empty } = (await back.post('/api/categories', { name: 'Empty' })).body;
  await play('deleteCategory', back, { id: empty });
  const { id: imported } = await play('importProducts', back);
  for (const id of ['listImports', 'exportProducts']) await play(id, back);
  await play('getImport', back, { id: imported });
});

test('an admin looks after the stock', async () => {
  for (const id of ['listStock', 'adjustStock', 'getStock', 'listMovements', 'setBackorder']) await play(id, back);
  for (const id of ['listLocations', 'createLocation', 'getLocation', 'updateLocation']) await play(id, back);
});

/** The product of the demonstration catalogue that the examples name. */
const candles = '6565f0c2a1b2c3d4e5f60718';

test('a guest fills a cart, and empties it', async () => {
  const { items } = await play('addCartItem', guest);
  await play('getCart', guest);
  await play('changeCartItem', guest, { itemId: items[0].id });
  await play('removeCartItem', guest, { itemId: items[0].id });
  await play('clearCart', guest);
});

/** An order of Ada's, paid for with money that is held. */
async function placed(): Promise<Json> {
  await play('addCartItem', ada);
  const { orderNumber } = await play('placeOrder', ada);
  await ada.orderIn(orderNumber as string, 'Processing');
  return { orderNumber };
}

async function sent(): Promise<Json> {
  const order = await placed();
  await play('shipOrder', back, order);
  await play('deliverOrder', back, order);
  return order;
}

async function delivered(): Promise<Json> {
  const order = await sent();
  return { ...order, ...(await play('requestReturn', ada, order)).returns[0] };
}

test('Ada orders, and an admin sends, takes back and pays back', async () => {
  const order = await placed();
  for (const id of ['listOrders', 'getOrder', 'listOrderEvents']) await play(id, ada, order);
  await play('listAllOrders', back);
  await play('captureOrder', back, order);
  await eventually('the money', async () => (await ada.order(order.orderNumber as string)).paymentDetails.status === 'captured');
  for (const id of ['quoteRefund', 'refundOrder', 'listPayments', 'getPayment', 'reconcilePayments', 'listRefunds'])
    await play(id, back, order);
  await play('cancelOrder', ada, await placed());
  const [kept, declined] = [await delivered(), await delivered()];
  // What buyers do themselves, admins do for whoever writes or calls.
  await play('cancelOrder', back, await placed());
  await play('requestReturn', back, await sent());
  await play('approveReturn', back, kept);
  await play('receiveReturn', back, kept);
  await play('declineReturn', back, declined);
}, 60_000);

test('an order whose card is declined goes back into the cart', async () => {
  await guest.post('/api/cart/items', { productId: candles, quantity: 1 });
  const { status, body } = await guest.checkout('pm_card_chargeDeclined');
  expect(status).toBe(402);
  await play('retryOrder', guest, { orderNumber: body.orderNumber });
});

test('the page of a provider that asks the buyer itself tells how it went', async () => {
  const { orderNumber, checkout } = await placeWithRazorpay(guest); // with what was put back into the cart
  const { razorpay_payment_id: razorpayPaymentId, razorpay_signature: razorpaySignature } = await atCheckout(shop, checkout as object);
  await play('confirmOrderPayment', guest, { orderNumber, razorpayPaymentId, razorpaySignature });
});

test('a provider calls', async () => {
  const { example } = operations.get('receivePaymentWebhook')!.spec.requestBody.content['application/json'].examples;
  const at = Math.floor(Date.now() / 1000);
  const signature = createHmac('sha256', 'whsec_sandbox')
    .update(`${at}.${JSON.stringify(example.value)}`)
    .digest('hex');
  await play('receivePaymentWebhook', new Client(shop), {}, { 'Stripe-Signature': `t=${at},v1=${signature}` });
});

test('an admin watches over mails, and sends again what failed', async () => {
  for (const id of ['listMails', 'previewMail', 'listFailedJobs', 'listAudit']) await play(id, back);
  // What no buyer brings about: a refund that the bank sends back, and a job that failed ten times.
  await guest.post('/api/cart/items', { productId: candles, quantity: 1 });
  const { orderNumber } = (await guest.checkout('pm_card_refundFail', { shippingAddress: address })).body;
  await guest.orderIn(orderNumber as string, 'Processing');
  await back.post(`/api/orders/${orderNumber}/captures`, {});
  await eventually('the money', async () => (await guest.order(orderNumber as string)).paymentDetails.status === 'captured');
  await back.post(`/api/orders/${orderNumber}/refunds`, { amount: 100 });
  const failed = await eventually('a failed refund', async () => (await back.get('/api/admin/refunds?status=failed')).body.data[0]);
  await play('retryRefund', back, { id: failed.id });
  const job = { reaction: 'FollowStock', attempts: 10, error: 'Error: made for this story', at: new Date() };
  await shop.tamper('outbox', (rows) => rows.updateOne({ name: /levels_changed/, waiting: [] }, { $set: { parked: [job] } }));
  const [parked] = (await back.get('/api/admin/jobs/failed')).body.data;
  await play('retryFailedJob', back, { id: parked.id });
}, 60_000);

test('somebody has had enough', async () => {
  const account = { name: 'Eve', email: 'eve@example.com', password: 'correct horse battery' };
  await play('eraseAccount', new Client(shop, (await new Client(shop).post('/api/auth/register', account)).body.accessToken as string));
});

test('no example was left out', () => {
  expect([...operations.keys()].filter((id) => !played.has(id))).toEqual([]);
});

/** Asks what something would come to. */
const changesNothing = ['quoteRefund'];
/** What people do to their own accounts, and is recorded because it concerns their security. */
const ofAnAccount = ['changePassword', 'resetPassword', 'verifyEmail', 'eraseAccount'];

test('whatever changes something in the back office stands in the audit log, and what buyers do does not', async () => {
  const isOfStaff = ({ method, spec }: { method: string; spec: Json }): boolean =>
    method !== 'get' && (spec['x-roles'] as string[]).some((role) => role === 'admin' || role === 'vendor');
  const recorded = new Set<string>();
  for (const id of operations.keys())
    if ((await back.get(`/api/admin/audit?limit=1&action=${id}`)).body.pagination.total > 0) recorded.add(id);
  const changing = [...operations].filter(([id, operation]) => isOfStaff(operation) && !changesNothing.includes(id)).map(([id]) => id);
  expect([...recorded].sort()).toEqual([...changing, ...ofAnAccount].sort());
  // Where buyers and admins may do the same, it stands there of the latter only: Ada has bought, cancelled and sent back.
  const alsoOfBuyers = changing.filter((id) =>
    (operations.get(id)!.spec['x-roles'] as string[]).some((role) => role === 'guest' || role === 'user'),
  );
  expect(alsoOfBuyers.sort()).toEqual(['cancelOrder', 'requestReturn']);
  for (const id of alsoOfBuyers)
    for (const { actor } of (await back.get(`/api/admin/audit?action=${id}`)).body.data)
      expect([id, actor.roles]).toEqual([id, ['user', 'admin']]);
});
