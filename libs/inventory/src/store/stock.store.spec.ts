import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '@cartwright/kernel';
import { Doctor, Transactions } from '@cartwright/platform';
import { trusted, Types } from 'mongoose';
import { BelowReserved, MoreThanSold, OutOfStock, ReservationGone } from '../contract/refusals';
import { CommitReservation, CountStock, GetAvailability, GetShortages, ReleaseReservation, RestockItems } from '../contract/stock-commands';
import { hold } from '../model/reservation';
import { heldLine } from '../testing/levels';
import { inHalfAnHour, longAgo, Warehouse } from '../testing/warehouse';
import { ReservationStore } from './reservation.store';
import { StockStore } from './stock.store';

let house: Warehouse;
beforeAll(async () => {
  house = await Warehouse.open();
});
afterAll(() => house.close());

describe('reserving', () => {
  it('promises all lines or none, and says of each SKU what is missing', async () => {
    const [plenty, few] = [await house.stock(10), await house.stock(1)];
    const asked = house.reserve([
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
    expect(await house.level(plenty)).toMatchObject({ reserved: 0, available: 10 });
    expect(await house.rows('stockReservation').countDocuments({ 'lines.sku': plenty })).toBe(0);
  });

  it('holds nothing twice for one order, even when asked five times at once', async () => {
    const sku = await house.stock(10);
    const orderId = newId();
    await Promise.all(Array.from({ length: 5 }, () => house.reserve([{ sku, quantity: 3 }], orderId)));
    expect(await house.level(sku)).toMatchObject({ onHand: 10, reserved: 3, available: 7 });
  });

  it('gives ten pieces to exactly ten of a hundred who ask at once', async () => {
    const sku = await house.stock(10);
    const answers = await Promise.allSettled(Array.from({ length: 100 }, () => house.reserve([{ sku, quantity: 1 }])));
    const refused = answers.filter((answer) => answer.status === 'rejected').map((answer) => answer.reason as unknown);
    expect(refused).toHaveLength(90);
    expect(refused.every((reason) => reason instanceof OutOfStock)).toBe(true);
    expect(await house.level(sku)).toMatchObject({ onHand: 10, reserved: 10, available: 0 });
  });

  it('lets orders over the same SKUs in opposite order pass each other', async () => {
    const [a, b] = [await house.stock(50), await house.stock(50)];
    const lines = [a, b].map((sku) => ({ sku, quantity: 1 }));
    await Promise.all(Array.from({ length: 20 }, (_, index) => house.reserve(index % 2 ? lines : [...lines].reverse())));
    expect(await house.level(a)).toMatchObject({ reserved: 20 });
    expect(await house.level(b)).toMatchObject({ reserved: 20 });
  });

  it('cannot make a level negative, even where nobody looked first', async () => {
    const sku = await house.stock(2);
    const { change } = hold({ orderId: newId(), lines: [heldLine(sku, 3)], expiresAt: inHalfAnHour() }, null, new Date());
    const blindly = house.get(Transactions).run(() => house.get(StockStore).post(change));
    await expect(blindly).rejects.toThrow(/does not add up/);
    expect(await house.level(sku)).toMatchObject({ onHand: 2, reserved: 0, available: 2 });
    await house.expectToAddUp();
  });

  it('cannot move a level that is not as it was read', async () => {
    const sku = await house.stock(5);
    const stock = house.get(StockStore);
    const outdated = await stock.levelsOf([sku]);
    await house.reserve([{ sku, quantity: 1 }]);
    const { change } = hold({ orderId: newId(), lines: [heldLine(sku, 1)], expiresAt: inHalfAnHour() }, null, new Date());
    await expect(house.get(Transactions).run(() => stock.post(change, outdated))).rejects.toThrow(/not as it was read/);
    await house.expectToAddUp();
  });

  it('tells about all SKUs of a change in one event', async () => {
    const [a, b] = [await house.stock(5), await house.stock(5)];
    const orderId = await house.reserve([a, b].map((sku) => ({ sku, quantity: 1 })));
    const rows = await house
      .rows<{ name: string; data: object }>('outbox')
      .find({ aggregate: `stock:reserved:${orderId}:1` })
      .lean();
    expect(rows).toMatchObject([{ name: 'inventory.levels_changed.v1', data: { skus: [a, b] } }]);
  });
});

describe('a hold that ran out', () => {
  it('is not counted against anybody, though no sweeper has come by', async () => {
    const sku = await house.stock(2);
    const late = await house.reserve([{ sku, quantity: 2 }], newId(), longAgo);
    const next = await house.reserve([{ sku, quantity: 2 }]);
    expect(await house.level(sku)).toMatchObject({ onHand: 2, reserved: 2, available: 0 });
    const told = await house.rows('outbox').countDocuments({ name: 'inventory.reservation_expired.v1', 'data.orderId': late });
    expect(told).toBe(1);
    await expect(house.send(new CommitReservation({ orderId: late }))).rejects.toThrow(ReservationGone);
    await house.send(new CommitReservation({ orderId: next }));
    expect(await house.level(sku)).toMatchObject({ onHand: 0, reserved: 0 });
  });

  it('counts until its last instant, and from then on not, without anybody sweeping', async () => {
    const sku = await house.stock(1);
    const lines = [{ sku, quantity: 1 }];
    const expiresAt = new Date(Date.now() + 2_000);
    await house.reserve(lines, newId(), expiresAt);
    await expect(house.reserve(lines)).rejects.toThrow(OutOfStock);
    expect(Date.now()).toBeLessThan(expiresAt.getTime()); // or the refusal says nothing
    await sleep(expiresAt.getTime() - Date.now() + 1);
    await house.reserve(lines);
    expect(await house.level(sku)).toMatchObject({ onHand: 1, reserved: 1 });
  });

  it('counts on every hold that ran out, however many there are, as a reservation does', async () => {
    const [one, other] = [await house.stock(130), await house.stock(1)];
    for (let each = 0; each < 130; each += 1) await house.reserve([{ sku: one, quantity: 1 }], newId(), longAgo);
    await house.reserve([{ sku: other, quantity: 1 }], newId(), new Date(longAgo.getTime() + 1));
    const lines = [
      { sku: one, quantity: 130 },
      { sku: other, quantity: 1 },
    ];
    expect(await house.ask(new GetShortages({ lines }))).toEqual([]);
    expect(await house.ask(new GetShortages({ lines: [{ sku: one, quantity: 131 }] }))).toEqual([{ sku: one, asked: 131, available: 130 }]);
    await house.reserve(lines);
    expect(await house.ask(new GetShortages({ lines }))).toHaveLength(2);
  });

  it('is thought away by whoever only looks, and stays as it is', async () => {
    const sku = await house.stock(3);
    await house.reserve([{ sku, quantity: 2 }], newId(), longAgo);
    const short = async (quantity: number) => house.ask(new GetShortages({ lines: [{ sku, quantity }] }));
    expect(await short(3)).toEqual([]);
    expect(await short(4)).toEqual([{ sku, asked: 4, available: 3 }]);
    expect(await house.level(sku)).toMatchObject({ reserved: 2 });
  });

  it('is given up by the sweeper, once, and its order told of', async () => {
    const sku = await house.stock(9);
    const orders = await Promise.all([1, 2, 3].map((quantity) => house.reserve([{ sku, quantity }], newId(), longAgo)));
    await Promise.all([house.sweep(), house.sweep()]);
    expect(await house.level(sku)).toMatchObject({ onHand: 9, reserved: 0, available: 9 });
    const told = await house.rows<{ data: { orderId: string } }>('outbox').find({ name: 'inventory.reservation_expired.v1' }).lean();
    expect(told.filter((row) => orders.includes(row.data.orderId))).toHaveLength(3);
  });

  it('is taken again when its order is paid after all, while there is enough', async () => {
    const sku = await house.stock(3);
    const orderId = await house.reserve([{ sku, quantity: 2 }], newId(), longAgo);
    await house.sweep();
    await house.send(new CommitReservation({ orderId }));
    expect(await house.level(sku)).toMatchObject({ onHand: 1, reserved: 0, available: 1 });
  });
});

describe('what follows', () => {
  it('sells, gives back and restocks once, however often it is told', async () => {
    const sku = await house.stock(10);
    const [sold, dropped] = [await house.reserve([{ sku, quantity: 4 }]), await house.reserve([{ sku, quantity: 3 }])];
    const lines = [{ sku, quantity: 1 }];
    for (let time = 0; time < 2; time += 1) {
      await Promise.all([
        house.send(new CommitReservation({ orderId: sold })),
        house.send(new CommitReservation({ orderId: sold })),
        house.send(new ReleaseReservation({ orderId: dropped })),
        house.send(new ReleaseReservation({ orderId: dropped })),
      ]);
      await Promise.all([1, 2].map(() => house.send(new RestockItems({ orderId: sold, key: 'return', lines }))));
    }
    await house.send(new ReleaseReservation({ orderId: newId() }));
    expect(await house.level(sku)).toMatchObject({ onHand: 7, reserved: 0, available: 7 });
  });

  it('never takes back more than was sold, though many are told to at once', async () => {
    const sku = await house.stock(10);
    const orderId = await house.reserve([{ sku, quantity: 4 }]);
    const back = (key: string) => house.send(new RestockItems({ orderId, key, lines: [{ sku, quantity: 2 }] }));
    await expect(back('early')).rejects.toThrow(MoreThanSold);
    await house.send(new CommitReservation({ orderId }));
    const answers = await Promise.allSettled(['a', 'b', 'c', 'd', 'e'].map(back));
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    expect(await house.level(sku)).toMatchObject({ onHand: 10, reserved: 0 });
    await expect(house.send(new RestockItems({ orderId: newId(), key: 'x', lines: [{ sku, quantity: 1 }] }))).rejects.toThrow(MoreThanSold);
  });

  it('counts down to what is promised, not below', async () => {
    const sku = await house.stock(10);
    await house.reserve([{ sku, quantity: 4 }]);
    await expect(house.send(new CountStock({ levels: [{ sku, onHand: 3 }], reason: 'Import' }))).rejects.toThrow(BelowReserved);
    await house.send(new CountStock({ levels: [{ sku, onHand: 4 }], reason: 'Import' }));
    const query = new GetAvailability({ skus: [sku, 'UNHEARD-OF'] });
    expect(await house.ask(query)).toEqual({ [sku]: { available: 0, backorderable: 0, revision: 3 } });
  });
});

describe('the stores', () => {
  it('have an index for each question', async () => {
    const questions: [string, Record<string, unknown>][] = [
      ['stockLevel', { sku: trusted({ $in: ['A', 'B'] }) }],
      ['stockLevel', { sku: trusted({ $gte: 'A', $lt: 'B' }) }],
      ['stockLevel', { available: trusted({ $lte: 5 }) }],
      ['stockMovement', { sku: 'A' }],
      ['stockMovement', { sku: 'A', at: trusted({ $lte: new Date() }) }],
      ['stockMovement', { _id: trusted({ $gte: 'sold:1:', $lt: 'sold:1A' }) }],
      ['stockReservation', { orderId: newId() }],
      ['stockReservation', { status: 'open', expiresAt: trusted({ $lte: new Date() }) }],
      ['stockReservation', { status: 'open', expiresAt: trusted({ $lte: new Date() }), 'lines.sku': trusted({ $in: ['A'] }) }],
    ];
    for (const [name, question] of questions) {
      const plan = JSON.stringify(await house.rows(name).find(question).explain());
      expect({ question, plan: /COLLSCAN/.test(plan) ? plan : 'index' }).toEqual({ question, plan: 'index' });
    }
  });

  it('keep one level for each SKU', async () => {
    const sku = await house.stock(5);
    const level = await house.level(sku);
    await expect(house.rows('stockLevel').collection.insertOne({ ...level })).rejects.toMatchObject({ code: 11000 });
  });

  it('keep one reservation for each order', async () => {
    const { next } = hold({ orderId: newId(), lines: [heldLine('SAW', 1)], expiresAt: inHalfAnHour() }, null, new Date());
    const reservations = house.get(ReservationStore);
    await reservations.put(next, null);
    await expect(reservations.put(next, null)).rejects.toMatchObject({ code: 11000 });
    await reservations.releaseAll([next], new Date());
  });

  it('do not move a reservation that somebody else has moved', async () => {
    const sku = await house.stock(5);
    const orderId = await house.reserve([{ sku, quantity: 1 }]);
    const reservations = house.get(ReservationStore);
    const seen = await reservations.ofOrder(orderId);
    await house.send(new CommitReservation({ orderId }));
    if (!seen) throw new Error('The reservation is not there.');
    await expect(reservations.put({ ...seen, status: 'released' }, seen)).rejects.toThrow(/not as it was read/);
    await expect(reservations.releaseAll([seen], new Date())).rejects.toThrow(/not open any more/);
    const sold = await reservations.ofOrder(orderId);
    if (!sold) throw new Error('The reservation is not there.');
    expect(sold).toMatchObject({ status: 'committed', version: 2 });
    await reservations.put(sold, sold);
    await expect(reservations.put({ ...sold, updatedAt: inHalfAnHour() }, sold)).rejects.toThrow(/not as it was read/);
  });

  it('take a reservation from before there were locations as one of the default location', async () => {
    const sku = await house.stock(5);
    const orderId = newId();
    const now = new Date();
    const old = { lines: [{ sku, quantity: 2 }], status: 'open', takes: 1, expiresAt: inHalfAnHour(), createdAt: now, updatedAt: now };
    await house.rows('stockReservation').collection.insertOne({ orderId: new Types.ObjectId(orderId), ...old });
    await house.rows('stockLevel').collection.updateOne({ sku }, { $set: { reserved: 2, available: 3 }, $unset: { shelves: 1 } });
    await house
      .rows('stockMovement')
      .collection.insertOne({ _id: `reserved:${orderId}:1:${sku}` as never, sku, kind: 'reserved', quantity: 2, at: now });
    for await (const { name, findings } of house.get(Doctor).examine(['inventory.reserved_is_promised']))
      expect({ name, findings }).toEqual({ name, findings: [] });
    await house.send(new CommitReservation({ orderId }));
    await house.send(new RestockItems({ orderId, key: 'cancel', lines: [{ sku, quantity: 2 }] }));
    expect(await house.level(sku)).toMatchObject({ onHand: 5, reserved: 0, shelves: { main: { onHand: 5, reserved: 0 } } });
  });
});
