import { CommandBus } from '@nestjs/cqrs';
import { startTestApp, type TestApp } from '../../../platform/src/testing/test-app';
import { TestRedis } from '../../../platform/src/testing/test-redis';
import { CountStock } from '../contract/stock-commands';
import { InventoryModule } from '../inventory.module';
import { CreateLocation } from '../usecases/edit-locations';

let redis: TestRedis;
let one: TestApp;
let two: TestApp;
beforeAll(async () => {
  redis = await TestRedis.start();
  const shared = { imports: [InventoryModule], config: { REDIS_URL: redis.url, REDIS_PREFIX: redis.prefix }, delivery: { deliver: false } };
  one = await startTestApp(shared);
  two = await startTestApp({ ...shared, mongoUri: one.mongoUri });
}, 60_000);
afterAll(async () => {
  jest.restoreAllMocks();
  await two.stop();
  await one.stop();
  await redis.stop();
});

it('a location that one process sets up takes stock at once in the others', async () => {
  const count = (): Promise<string> =>
    two.app
      .get(CommandBus)
      .execute(new CountStock({ levels: [{ sku: 'AXE', onHand: 4, location: 'east' }], reason: 'Opening' }))
      .then(
        () => 'counted',
        (error: { code: string }) => error.code,
      );
  const now = Date.now();
  // With the clock stopped nothing that is kept grows old.
  jest.spyOn(Date, 'now').mockReturnValue(now);
  expect(await count()).toBe('inventory.location_not_found');
  await one.app.get(CommandBus).execute(new CreateLocation({ code: 'east', name: 'East', priority: 1, active: true }));
  for (let look = 1; look < 300 && (await count()) !== 'counted'; look += 1) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(await count()).toBe('counted');
});
