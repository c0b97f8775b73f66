import { address, Client, type Json } from './client';
import type { Operation } from './operations';
import { eventually, type Shop } from './shop';

/** What belongs to somebody: ids for paths and bodies, by the name of their parameter or field. */
export type Belongings = Readonly<Record<string, string>>;

/** What a parameter in the path is called by in what people own. */
const belongings: readonly [RegExp, string][] = [
  [/returns\/\{id\}/, 'return'],
  [/addresses\/\{id\}/, 'home'],
  [/payment-methods\/\{id\}/, 'method'],
  [/products\/\{id\}/, 'id'],
  [/categories\/\{id\}/, 'category'],
  [/users\/\{id\}/, 'user'],
  [/refunds\/\{id\}/, 'refund'],
  [/jobs\/\{id\}/, 'job'],
  [/locations\/\{code\}/, 'location'],
  [/imports\/\{id\}/, 'import'],
];
/** Parameters that name what everybody may see. */
const common: Belongings = { slug: 'goods', provider: 'stripe', template: 'order_paid', sku: 'LAMP', job: 'f'.repeat(24) };

/** The path of an operation with what somebody owns for its parameters; `undefined` when nobody owns such a thing. */
export function urlOf({ path, ids }: Operation, owns: Belongings): string | undefined {
  const values = ids.map((name): [string, string | undefined] => {
    const as = belongings.find(([pattern]) => pattern.test(path) && (name === 'id' || name === 'code'))?.[1] ?? name;
    const key = name === 'orderNumber' && path.includes('/returns/{id}') ? 'sentBack' : as;
    return [name, owns[key] ?? common[key]];
  });
  if (values.some(([, value]) => value === undefined)) return undefined;
  return values.reduce((url, [name, value]) => url.replace(`{${name}}`, String(value)), path);
}

export interface Person {
  readonly client: Client;
  readonly owns: Belongings;
}

/** Everybody who is tried on everybody else's things. */
export interface People {
  readonly back: Client;
  readonly user: Person;
  readonly guest: Person;
  readonly vendor: Person;
  readonly others: Readonly<Record<'another user' | 'another guest' | 'another vendor', Person>>;
  /** What only the person who owns it, or an admin, may ever be shown. */
  readonly secrets: readonly string[];
  /** All that belongs to the people and the shop, as their owners see it. */
  look(): Promise<Json>;
}

const street = 'Verborgene Gasse 77';
const secretProduct = 'Unannounced Prototype';
const password = 'correct horse battery';

/** Fills a shop with people who own one of each: address, saved card, cart, orders, a return, a refund, products on sale and not yet on sale. */
export async function settle(shop: Shop): Promise<People> {
  const { back, goods } = await Client.seller(shop);
  const imported = (await back.upload('/api/products/import', '{}\n')).body.id as string;
  const location = (await back.post('/api/admin/locations', { code: 'east', name: 'East' })).body.code as string;
  const vendors = { one: await vendorOf(shop, back, 'vendor-one'), two: await vendorOf(shop, back, 'vendor-two') };
  const lamp = await product(back, { ...goods, name: 'Lamp', sku: 'LAMP', stock: 500 });
  const shelf = { category: goods.category, location, import: imported, lamp: lamp.id as string };
  const user = await buyer(await Client.user(shop, 'vera.secret@example.com'), back, shelf);
  const guest = await buyer(await Client.guest(shop), back, shelf);
  const vendor = await seller(vendors.one, back, { ...goods, name: secretProduct, sku: 'PROTO', isActive: false });
  const others = {
    'another user': await buyer(await Client.user(shop, 'olaf@example.com'), back, shelf, 'Other Street 1'),
    'another guest': await buyer(await Client.guest(shop), back, shelf, 'Other Street 2'),
    'another vendor': await seller(vendors.two, back, { ...goods, name: 'Rug', sku: 'RUG' }),
  };
  const orders = [user, guest].flatMap(({ owns }) => [owns['orderNumber'], owns['sentBack']]);
  const looks: [Client, string[]][] = [
    [user.client, ['cart', 'orders', 'users/me/profile', 'users/me/addresses', 'users/me/payment-methods']],
    [guest.client, ['cart', 'orders']],
    [vendor.client, [`products/${vendor.owns['id']}`]],
    [back, ['admin/users?q=vera', 'admin/inventory', 'admin/locations', 'admin/refunds']],
    [back, ['categories', 'products', ...orders.map((orderNumber) => `admin/payments/${orderNumber}`)]],
  ];
  const look = async (): Promise<Json> => {
    const { data } = (await back.get('/api/admin/users?limit=100')).body;
    // Anybody may register; nobody may be more than a user by it.
    const roles = data.map(({ id, roles }: Json) => [id, roles]).filter(([, { length }]: Json) => length > 1);
    const seen = looks.flatMap(([client, paths]) => paths.map(async (path) => [path, (await client.get(`/api/${path}`)).body]));
    return [roles, ...(await Promise.all(seen))];
  };
  return { back, user, guest, vendor, others, secrets: [user.client.email, street, secretProduct], look };
}

async function vendorOf(shop: Shop, back: Client, name: string): Promise<Client & { id: string }> {
  const email = `${name}@example.com`;
  await Client.user(shop, email);
  const id = (await back.get(`/api/admin/users?q=${name}`)).body.data[0].id as string;
  await back.put(`/api/admin/users/${id}/roles`, { roles: ['vendor'] }, { 'if-match': '*' });
  const { body } = await new Client(shop).post('/api/auth/login', { email, password });
  return Object.assign(new Client(shop, body.accessToken as string, email), { id });
}

async function product(back: Client, about: object): Promise<Json> {
  const { status, body } = await back.post('/api/products', { brand: 'Own', basePrice: 2000, currency: 'USD', stock: 50, ...about });
  if (status !== 201) throw new Error(`No product: ${JSON.stringify(body)}`);
  return body;
}

async function seller(client: Client & { id: string }, back: Client, about: object): Promise<Person> {
  const { id, variants } = await product(back, { ...about, vendor: client.id });
  return { client, owns: { vendor: client.id, id, product: id, productId: id, variantId: variants[0].id } };
}

/** Buys twice: one order is paid, the other one was delivered, is on its way back, and some of its money went back. */
async function buyer(client: Client, back: Client, shelf: Belongings, line1 = street): Promise<Person> {
  const buy = async (): Promise<Json> => {
    await client.post('/api/cart/items', { productId: shelf['lamp'], quantity: 2 });
    const placed = await client.checkout(undefined, { shippingAddress: { ...address, line1 } });
    return client.orderIn(placed.body.orderNumber as string, 'Processing');
  };
  const [{ orderNumber, items }, { orderNumber: sentBack }] = [await buy(), await buy()];
  await back.post(`/api/orders/${sentBack}/shipments`, { carrier: 'DHL', trackingNumber: `T-${sentBack}` });
  await back.post(`/api/orders/${sentBack}/deliveries`);
  const returned = (await client.post(`/api/orders/${sentBack}/returns`, { reason: 'too bright' })).body.returns[0].id as string;
  await back.post(`/api/orders/${sentBack}/refunds`, { amount: 100 });
  await eventually('the refund', async () => (await client.order(sentBack as string)).refunds[0]?.status === 'succeeded');
  const refund = (await back.get(`/api/admin/payments/${sentBack}`)).body.refunds[0].id as string;
  const cart = (await client.post('/api/cart/items', { productId: shelf['lamp'], quantity: 1 })).body;
  const owns = { orderNumber, sentBack, item: items[0].id, itemId: cart.items[0].id, return: returned, refund, ...shelf };
  if (client.email === 'guest@example.com') return { client, owns };
  const method = (await client.post('/api/users/me/payment-methods', { token: 'pm_card_visa' })).body.method.id as string;
  const home = (await client.post('/api/users/me/addresses', { ...address, line1 })).body.id as string;
  const { id } = (await client.get('/api/users/me/profile')).body;
  return { client, owns: { ...owns, method, home, user: id, shippingAddressId: home, savedMethodId: method } };
}
