import { TestRedis } from '../../../platform/src/testing/test-redis';
import { aCategory, admin, aProduct, startCatalog, type CatalogApp } from '../testing/catalog-app';

let redis: TestRedis;
let one: CatalogApp;
let two: CatalogApp;
beforeAll(async () => {
  redis = await TestRedis.start();
  // A process that waits for Redis in vain announces nothing for a second, which on a stopped clock never ends.
  const shop = { config: { REDIS_URL: redis.url, REDIS_PREFIX: redis.prefix }, redisWithinMs: 60_000, deliver: false };
  one = await startCatalog(shop);
  two = await startCatalog({ ...shop, mongoUri: one.mongoUri });
}, 60_000);
afterEach(() => jest.restoreAllMocks());
afterAll(async () => {
  await two.stop();
  await one.stop();
  await redis.stop();
});

/** With the clock stopped nothing that is kept grows old. */
function stopTheClock(): void {
  const now = Date.now();
  jest.spyOn(Date, 'now').mockReturnValue(now);
}

async function until(seen: () => Promise<unknown>, expected: unknown): Promise<void> {
  for (let look = 1; ; look += 1) {
    const is = await seen();
    if (look === 300 || is === expected) return expect(is).toBe(expected);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

it('an edit of a product in one process shows at once in the lists of the others', async () => {
  const category = await aCategory(one, 'Mugs');
  const { body: product } = await one.ask('POST', '/products', { as: admin, body: aProduct(category) });
  const nameInList = async (): Promise<unknown> => (await two.ask('GET', '/products')).body.data[0]?.name;
  await until(nameInList, 'Mug');
  stopTheClock();
  expect(await nameInList()).toBe('Mug');
  expect((await one.ask('PATCH', `/products/${product.id}`, { as: admin, body: { name: 'Beaker' } })).status).toBe(200);
  await until(nameInList, 'Beaker');
});

it('a new category of one process is found at once by the others, even by who asked for it in vain before', async () => {
  stopTheClock();
  const inBowls = async (): Promise<unknown> => (await two.ask('GET', '/products?category=bowls')).body.pagination.total;
  expect(await inBowls()).toBe(0);
  const category = await aCategory(one, 'Bowls');
  await one.ask('POST', '/products', { as: admin, body: aProduct(category, { name: 'Bowl', sku: 'BOWL' }) });
  await until(inBowls, 1);
});
