import { Client } from './support/client';
import { Shop } from './support/shop';

let shop: Shop;
let back: Client;

beforeAll(async () => {
  shop = await Shop.start();
  const { back: seller, goods } = await Client.seller(shop);
  back = seller;
  const saw = { name: 'Saw', brand: 'Own', ...goods, basePrice: 1500, currency: 'USD', sku: 'SAW', stock: 10 };
  expect((await back.post('/api/products', saw)).status).toBe(201);
}, 60_000);
afterAll(() => shop.stop());

/** What the product's page says that can be bought. */
const stock = async (): Promise<number> => (await new Client(shop).get('/api/products/saw')).body.variants[0].stock as number;

test('the doctor finds nothing wrong with a healthy shop, and ends with 0', async () => {
  const { code, output } = await shop.cli('doctor');
  expect({ code, output }).toMatchObject({ code: 0, output: expect.stringContaining('ok     inventory.level_is_ledger') });
  expect((await shop.cli('doctor', 'inventory.reserved_is_promised', '--json')).output).toMatch(/"broken": 0/);
  expect(await shop.cli('doctor', 'no.such_thing')).toMatchObject({ code: 1, output: expect.stringContaining('There is no invariant') });
}, 60_000);

test('a level that is not its ledger is named, ends the doctor with 1, and is made anew; what buyers see follows', async () => {
  await shop.tamper('stockLevels', (levels) =>
    levels.updateOne({ sku: 'SAW' }, { $set: { onHand: 99, available: 99, shelves: { main: { onHand: 99, reserved: 0 } } } }),
  );
  expect(await stock()).toBe(99);
  const sick = await shop.cli('doctor');
  expect(sick.code).toBe(1);
  expect(sick.output).toContain(
    'stock level SAW: the level says 99 on hand, 0 reserved at main, the ledger 10 on hand, 0 reserved at main',
  );
  expect(await shop.cli('rebuild-stock')).toMatchObject({ code: 0, output: expect.stringContaining('rebuilt SAW') });
  expect(await shop.cli('doctor')).toMatchObject({ code: 0 });
  const { body } = await back.get('/api/admin/inventory/SAW');
  expect(body).toMatchObject({ onHand: 10, available: 10, revision: 2 });
  expect(await stock()).toBe(10);
}, 60_000);
