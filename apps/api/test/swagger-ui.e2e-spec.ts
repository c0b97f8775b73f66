import { apiTags } from '../src/api-document';
import { SwaggerUi } from './support/browser';
import { Client, type Json } from './support/client';
import { admin, Shop } from './support/shop';

let shop: Shop;
let ui: SwaggerUi;
const taken: string[] = [];

beforeAll(async () => {
  shop = await Shop.start();
  ui = await SwaggerUi.open(shop.url);
}, 240_000);
afterAll(async () => {
  await ui?.close();
  await shop?.stop();
  process.stdout.write(`Pictures of Swagger UI:\n${taken.map((path) => `  ${path}\n`).join('')}`);
});

async function keep(...picture: Parameters<SwaggerUi['picture']>): Promise<void> {
  taken.push(await ui.picture(...picture));
}

async function logIn(): Promise<Json> {
  const login = await ui.visit('login');
  const { status, body } = await ui.execute(login, { body: admin });
  expect({ status, roles: body.user?.roles }).toMatchObject({ status: 200, roles: expect.arrayContaining(['admin']) });
  return body;
}

// Each operation takes seconds to be drawn, so that this is one story and not several.
test('in Swagger UI an admin logs in and makes a product, somebody registers and buys it, and the admin ships it', async () => {
  const { goods } = await Client.seller(shop);
  await keep('1-jobs');
  expect(await ui.jobs()).toEqual(apiTags.map(({ name }) => name));
  expect(await ui.isAuthorised()).toBe(false);

  await logIn();
  expect(await ui.isAuthorised()).toBe(true);
  const createProduct = await ui.visit('createProduct');
  const lantern = { name: 'Lantern', brand: 'North Quay', basePrice: 4500, currency: 'USD', sku: 'LANTERN', stock: 3 };
  const product = await ui.execute(createProduct, { body: { ...lantern, ...goods } });
  expect(product).toMatchObject({ status: 201, body: { name: 'Lantern' } });
  await keep('2-product-created', createProduct);

  // The buyer would sit at another computer. Here, whoever registers takes the admin's place in the page.
  // Bodies that name nothing of this shop are good as they are filled in.
  const buyer = await ui.execute(await ui.visit('register'));
  expect(buyer).toMatchObject({ status: 201, body: { user: { email: 'ada@example.com' } } });
  const added = await ui.execute(await ui.visit('addCartItem'), { body: { productId: product.body.id, quantity: 2 } });
  expect(added).toMatchObject({ status: 201, body: { subtotal: 9000 } });
  const placed = await ui.execute(await ui.visit('placeOrder'));
  expect(placed).toMatchObject({ status: 201, body: { status: 'PaymentPending', totalAmount: 9000 } });
  const { orderNumber } = placed.body;
  await new Client(shop, buyer.body.accessToken).orderIn(orderNumber, 'Processing');
  const getOrder = await ui.visit('getOrder');
  expect(await ui.execute(getOrder, { parameters: { orderNumber } })).toMatchObject({ status: 200, body: { status: 'Processing' } });
  await keep('3-order-paid', getOrder);

  // Back by the link of an operation: still logged in, and with a token that is renewed just before it expires.
  const { accessToken } = await logIn();
  await ui.page.evaluate(
    `localStorage.setItem('cartwright', JSON.stringify({ ...JSON.parse(localStorage.getItem('cartwright')), until: Date.now() }))`,
  );
  const shipOrder = await ui.follow('shipOrder');
  expect(await ui.isAuthorised()).toBe(true);
  const renewal = ui.page.waitForResponse((response) => response.url().endsWith('/api/auth/refresh'));
  const used = ui.page.waitForRequest((request) => request.url().endsWith('/shipments'));
  const shipped = await ui.execute(shipOrder, { parameters: { orderNumber } });
  expect(shipped).toMatchObject({ status: 201, body: { status: 'Shipped', shipments: [{ carrier: 'DHL' }] } });
  expect((await renewal).status()).toBe(200);
  expect((await used).headers()).not.toMatchObject({ authorization: `Bearer ${accessToken}` });
  await keep('4-order-shipped', shipOrder);

  expect((await ui.execute(await ui.visit('logout'), { body: {} })).status).toBe(204);
  expect(await ui.isAuthorised()).toBe(false);
  expect(await ui.page.evaluate(`localStorage.getItem('cartwright')`)).toBeNull();
}, 300_000);
