import { CommandBus, QueryBus, type Command } from '@nestjs/cqrs';
import { getModelToken } from '@nestjs/mongoose';
import { newId } from '@cartwright/kernel';
import { Transactions } from '@cartwright/platform';
import fc from 'fast-check';
import type { Model } from 'mongoose';
import { startTestApp, type TestApp } from '../../../platform/src/testing/test-app';
import { BelowReserved, OutOfStock, ReservationGone } from '../contract/refusals';
import { CommitReservation, CountStock, GetAvailability, ReleaseReservation, ReserveStock, RestockItems } from '../contract/stock-commands';
import type { StockLine } from '../contract/stock-lines';
import { InventoryModule } from '../inventory.module';
import type { Level } from '../model/level';
import { fold, type Movement } from '../model/movement';
import { hold, type Reservation } from '../model/reservation';
import { StockStore } from './stock.store';
import { AdjustStock } from '../usecases/adjust-stock';
import { ExpireReservations } from '../usecases/expire-reservations';

let shop: TestApp;
beforeAll(async () => {
  shop = await startTestApp({ imports: [InventoryModule], delivery: { deliver: false } });
});
afterAll(() => shop.stop());

const send = async <T>(command: Command<T>): Promise<T> => shop.app.get(CommandBus).execute(command);
const model = <T>(name: string): Model<T> => shop.app.get<Model<T>>(getModelToken(name), { strict: false });
const inHalfAnHour = (): Date => new Date(Date.now() + 1_800_000);
const long = new Date(0);

let serial = 0;
/** A SKU of its own for each test. */
async function stocked(onHand: number): Promise<string> {
  const sku = `SKU-${String((serial += 1)).padStart(4, '0')}`;
  await send(new CountStock({ levels: [{ sku, onHand }], reason: 'Opening' }));
  return sku;
}
const level = async (sku: string): Promise<Level | null> => model<Level>('stockLevel').findOne({ sku }, { _id: 0 }).lean<Level>();
const reserve = async (lines: readonly StockLine[], orderId = newId(), expiresAt = inHalfAnHour()): Promise<string> => {
  await send(new ReserveStock({ orderId, lines, expiresAt }));
  return orderId;
};

/** The invariants of the domain, read straight from the collections. */
async function expectStockToAddUp(): Promise<void> {
  const levels = await model<Level>('stockLevel').find({}, { _id: 0 }).lean<Level[]>();
  const movements = await model<Movement>('stockMovement').find().lean<Movement[]>();
  const open = await model<Reservation>('stockReservation').find({ status: 'open' }).lean<Reservation[]>();
  for (const { sku, onHand, reserved, available } of levels) {
    const own = movements.filter((movement) => movement.sku === sku);
    const of = (kind: string) => own.filter((movement) => movement.kind === kind).reduce((all, { quantity }) => all + quantity, 0);
    const promised = open.flatMap((reservation) => reservation.lines.filter((line) => line.sku === sku));
    expect({ sku, onHand, reserved, available }).toEqual(fold(own)[0] ?? { sku, onHand: 0, reserved: 0, available: 0 });
    expect(onHand + of('sold') - of('returned') - of('adjusted')).toBe(of('received'));
    expect(reserved).toBe(promised.reduce((all, { quantity }) => all + quantity, 0));
    expect(available).toBeGreaterThanOrEqual(0);
  }
}

describe('reserving', () => {
  it('promises all lines or none, and says of each SKU what is missing', async () => {
    const [plenty, few] = [await stocked(10), await stocked(1)];
    const asked = reserve([
      { sku: plenty, quantity: 2 },
      { sku: few, quantity: 1 },
      { sku: few, quantity: 1 },
      { sku: 'UNHEARD-OF', quantity: 3 },
    ]);
    await expect(asked).rejects.toThrow(OutOfStock);
    await expect(asked).rejects.toMatchObject({
      details: {
        items: [
          { sku: few, asked: 2, available: 1 },
          { sku: 'UNHEARD-OF', asked: 3, available: 0 },
        ],
      },
    });
    expect(await level(plenty)).toMatchObject({ reserved: 0, available: 10 });
    expect(await model('stockReservation').countDocuments({ 'lines.sku': plenty })).toBe(0);
  });

  it('holds nothing twice for one order, even when asked five times at once', async () => {
    const sku = await stocked(10);
    const orderId = newId();
    await Promise.all(Array.from({ length: 5 }, () => reserve([{ sku, quantity: 3 }], orderId)));
    expect(await level(sku)).toMatchObject({ onHand: 10, reserved: 3, available: 7 });
  });

  it('gives ten pieces to exactly ten of a hundred who ask at once', async () => {
    const sku = await stocked(10);
    const answers = await Promise.allSettled(Array.from({ length: 100 }, () => reserve([{ sku, quantity: 1 }])));
    const refused = answers.filter((answer) => answer.status === 'rejected').map((answer) => answer.reason as unknown);
    expect(refused).toHaveLength(90);
    expect(refused.every((reason) => reason instanceof OutOfStock)).toBe(true);
    expect(await level(sku)).toMatchObject({ onHand: 10, reserved: 10, available: 0 });
  });

  it('lets orders over the same SKUs in opposite order pass each other', async () => {
    const [a, b] = [await stocked(50), await stocked(50)];
    const lines = [a, b].map((sku) => ({ sku, quantity: 1 }));
    await Promise.all(Array.from({ length: 20 }, (_, index) => reserve(index % 2 ? lines : [...lines].reverse())));
    expect(await level(a)).toMatchObject({ reserved: 20 });
    expect(await level(b)).toMatchObject({ reserved: 20 });
  });

  it('cannot make a level negative, even where nobody looked first', async () => {
    const sku = await stocked(2);
    const { change } = hold({ orderId: newId(), lines: [{ sku, quantity: 3 }], expiresAt: inHalfAnHour() }, null, new Date());
    const blindly = shop.app.get(Transactions).run(() => shop.app.get(StockStore, { strict: false }).post(change));
    await expect(blindly).rejects.toThrow(/does not add up/);
    expect(await level(sku)).toMatchObject({ onHand: 2, reserved: 0, available: 2 });
    await expectStockToAddUp();
  });

  it('tells about all SKUs of a change in one event', async () => {
    const [a, b] = [await stocked(5), await stocked(5)];
    const orderId = await reserve([a, b].map((sku) => ({ sku, quantity: 1 })));
    const rows = await model<{ name: string; data: object }>('outbox')
      .find({ aggregate: `stock:reserved:${orderId}:1` })
      .lean();
    expect(rows).toMatchObject([{ name: 'inventory.levels_changed.v1', data: { skus: [a, b] } }]);
  });
});

describe('a hold that ran out', () => {
  it('is not counted against anybody, though no sweeper has come by', async () => {
    const sku = await stocked(2);
    const late = await reserve([{ sku, quantity: 2 }], newId(), long);
    const next = await reserve([{ sku, quantity: 2 }]);
    expect(await level(sku)).toMatchObject({ onHand: 2, reserved: 2, available: 0 });
    const told = await model('outbox').countDocuments({ name: 'inventory.reservation_expired.v1', 'data.orderId': late });
    expect(told).toBe(1);
    await expect(send(new CommitReservation({ orderId: late }))).rejects.toThrow(ReservationGone);
    await send(new CommitReservation({ orderId: next }));
    expect(await level(sku)).toMatchObject({ onHand: 0, reserved: 0 });
  });

  it('is given up by the sweeper, once, and its order told of', async () => {
    const sku = await stocked(9);
    const orders = await Promise.all([1, 2, 3].map((quantity) => reserve([{ sku, quantity }], newId(), long)));
    const sweeper = shop.app.get(ExpireReservations, { strict: false });
    await Promise.all([sweeper.run(), sweeper.run()]);
    expect(await level(sku)).toMatchObject({ onHand: 9, reserved: 0, available: 9 });
    const told = await model<{ data: { orderId: string } }>('outbox').find({ name: 'inventory.reservation_expired.v1' }).lean();
    expect(told.filter((row) => orders.includes(row.data.orderId))).toHaveLength(3);
  });

  it('is taken again when its order is paid after all, while there is enough', async () => {
    const sku = await stocked(3);
    const orderId = await reserve([{ sku, quantity: 2 }], newId(), long);
    await shop.app.get(ExpireReservations, { strict: false }).run();
    await send(new CommitReservation({ orderId }));
    expect(await level(sku)).toMatchObject({ onHand: 1, reserved: 0, available: 1 });
  });
});

describe('what follows', () => {
  it('sells, gives back and restocks once, however often it is told', async () => {
    const sku = await stocked(10);
    const [sold, dropped] = [await reserve([{ sku, quantity: 4 }]), await reserve([{ sku, quantity: 3 }])];
    const lines = [{ sku, quantity: 1 }];
    for (let time = 0; time < 2; time += 1) {
      await Promise.all([
        send(new CommitReservation({ orderId: sold })),
        send(new CommitReservation({ orderId: sold })),
        send(new ReleaseReservation({ orderId: dropped })),
        send(new ReleaseReservation({ orderId: dropped })),
      ]);
      await Promise.all([1, 2].map(() => send(new RestockItems({ orderId: sold, key: 'return', lines }))));
    }
    await send(new ReleaseReservation({ orderId: newId() }));
    expect(await level(sku)).toMatchObject({ onHand: 7, reserved: 0, available: 7 });
  });

  it('counts down to what is promised, not below', async () => {
    const sku = await stocked(10);
    await reserve([{ sku, quantity: 4 }]);
    await expect(send(new CountStock({ levels: [{ sku, onHand: 3 }], reason: 'Import' }))).rejects.toThrow(BelowReserved);
    await send(new CountStock({ levels: [{ sku, onHand: 4 }], reason: 'Import' }));
    const query = new GetAvailability({ skus: [sku, 'UNHEARD-OF'] });
    expect(await shop.app.get(QueryBus).execute(query)).toEqual({ [sku]: { available: 0, revision: 3 } });
  });
});

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
    if (act === 'reserve' || act === 'late') return reserve(lines, orderId, act === 'late' ? long : inHalfAnHour());
    if (act === 'commit') return send(new CommitReservation({ orderId }));
    if (act === 'release') return send(new ReleaseReservation({ orderId }));
    if (act === 'expire') return shop.app.get(ExpireReservations, { strict: false }).run();
    if (act === 'adjust') return send(new AdjustStock({ sku: skus[sku] ?? '', change: by - 3, reason: 'Model' }));
    return send(new RestockItems({ orderId, key: 'model', lines }));
  };
  const refusals = [OutOfStock, ReservationGone, BelowReserved];
  const onlyRefused = (error: unknown): void => {
    if (!refusals.some((refusal) => error instanceof refusal)) throw error;
  };

  it('leaves stock that adds up, one after the other and two at a time', async () => {
    const schedule = fc.array(step, { minLength: 1, maxLength: 14 });
    await fc.assert(
      fc.asyncProperty(schedule, fc.boolean(), async (steps, inPairs) => {
        const skus = [await stocked(6), await stocked(4)];
        const orders = [newId(), newId(), newId(), newId()];
        const size = inPairs ? 2 : 1;
        for (let at = 0; at < steps.length; at += size) {
          await Promise.all(steps.slice(at, at + size).map((next) => run(next, orders, skus).catch(onlyRefused)));
        }
        await expectStockToAddUp();
      }),
      { numRuns: 40 },
    );
  });
});
