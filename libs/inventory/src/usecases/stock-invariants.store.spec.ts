import { newId } from '@cartwright/kernel';
import fc from 'fast-check';
import { BelowReserved, OutOfStock, ReservationGone } from '../contract/refusals';
import { CommitReservation, ReleaseReservation, RestockItems } from '../contract/stock-commands';
import { inHalfAnHour, longAgo, Warehouse } from '../testing/warehouse';
import { AdjustStock } from './adjust-stock';

let house: Warehouse;
beforeAll(async () => {
  house = await Warehouse.open();
});
afterAll(() => house.close());

type Step = { act: 'reserve' | 'late' | 'commit' | 'release' | 'expire' | 'adjust' | 'restock'; order: number; sku: number; by: number };

describe('any sequence of them', () => {
  const acts = ['reserve', 'late', 'commit', 'release', 'expire', 'adjust', 'restock'] as const;
  const step: fc.Arbitrary<Step> = fc.record({
    act: fc.constantFrom(...acts),
    order: fc.nat(3),
    sku: fc.nat(1),
    by: fc.integer({ min: 1, max: 4 }),
  });

  const run = async ({ act, order, sku, by }: Step, orders: string[], skus: string[]): Promise<unknown> => {
    const orderId = orders[order] ?? '';
    const lines = [
      { sku: skus[sku] ?? '', quantity: by },
      { sku: skus[0] ?? '', quantity: 1 },
    ];
    if (act === 'reserve' || act === 'late') return house.reserve(lines, orderId, act === 'late' ? longAgo : inHalfAnHour());
    if (act === 'commit') return house.send(new CommitReservation({ orderId }));
    if (act === 'release') return house.send(new ReleaseReservation({ orderId }));
    if (act === 'expire') return house.sweep();
    if (act === 'adjust') return house.send(new AdjustStock({ sku: skus[sku] ?? '', change: by - 3, reason: 'Model' }));
    return house.send(new RestockItems({ orderId, key: 'model', lines }));
  };
  const refusals = [OutOfStock, ReservationGone, BelowReserved];
  const onlyRefused = (error: unknown): void => {
    if (!refusals.some((refusal) => error instanceof refusal)) throw error;
  };

  it('leaves stock that adds up, one after the other and two at a time', async () => {
    const schedule = fc.array(step, { minLength: 1, maxLength: 14 });
    await fc.assert(
      fc.asyncProperty(schedule, fc.boolean(), async (steps, inPairs) => {
        const skus = [await house.stock(6), await house.stock(4)];
        const orders = [newId(), newId(), newId(), newId()];
        const size = inPairs ? 2 : 1;
        for (let at = 0; at < steps.length; at += size) {
          await Promise.all(steps.slice(at, at + size).map((next) => run(next, orders, skus).catch(onlyRefused)));
        }
        await house.expectToAddUp();
      }),
      { numRuns: 40 },
    );
  });
});
