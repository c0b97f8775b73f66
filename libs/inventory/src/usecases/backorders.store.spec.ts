import { newId } from '@cartwright/kernel';
import { Doctor } from '@cartwright/platform';
import { trusted } from 'mongoose';
import { OutOfStock } from '../contract/refusals';
import {
  CommitReservation,
  CountStock,
  GetAvailability,
  GetOrderStock,
  GetShortages,
  GetSoldPieces,
  ReleaseReservation,
  ReserveStock,
  RestockItems,
  ReclaimItems,
} from '../contract/stock-commands';
import { inHalfAnHour, longAgo, Warehouse } from '../testing/warehouse';
import { AdjustStock } from './adjust-stock';
import { CreateLocation, EditLocation } from './edit-locations';
import { ServeBackorders } from './serve-backorders';
import { SetBackorder } from './set-backorder';

let house: Warehouse;
beforeAll(async () => {
  house = await Warehouse.open();
  await house.send(new CreateLocation({ code: 'east', name: 'East', priority: 10, active: true }));
});
afterAll(() => house.close());
afterEach(async () => {
  await house.expectToAddUp();
  for await (const { name, findings } of house.get(Doctor).examine()) expect({ name, findings }).toEqual({ name, findings: [] });
});

async function stock(onHand: number, limit: number | null): Promise<string> {
  const sku = await house.stock(onHand);
  await house.send(new SetBackorder({ sku, rule: { limit } }));
  return sku;
}
const receive = async (sku: string, change: number, location?: string) =>
  house.send(new AdjustStock({ sku, location, change, kind: 'received', reason: 'Delivery' }));
const stockOf = async (orderId: string) => (await house.ask(new GetOrderStock({ orderId })))[0];
const seen = async (sku: string) => (await house.ask(new GetAvailability({ skus: [sku] })))[sku];

describe('a SKU that may be ordered beyond what there is', () => {
  it('is promised up to its limit, and says how many may be ordered still', async () => {
    const sku = await stock(2, 3);
    expect(await seen(sku)).toMatchObject({ available: 2, backorderable: 3 });
    const orderId = newId();
    const order = new ReserveStock({ orderId, lines: [{ sku, quantity: 4 }], expiresAt: inHalfAnHour() });
    expect(await house.send(order)).toEqual([{ sku, quantity: 2 }]);
    expect(await house.send(order)).toEqual([{ sku, quantity: 2 }]);
    expect(await house.level(sku)).toMatchObject({ onHand: 2, reserved: 4, available: -2 });
    expect(await seen(sku)).toMatchObject({ available: 0, backorderable: 1 });
    expect(await stockOf(orderId)).toEqual({ sku, quantity: 4, from: [{ location: 'main', quantity: 2 }], backordered: 2 });
    await expect(house.reserve([{ sku, quantity: 2 }])).rejects.toMatchObject({ details: { items: [{ sku, asked: 2, available: 1 }] } });
    expect(await house.ask(new GetShortages({ lines: [{ sku, quantity: 2 }] }))).toEqual([{ sku, asked: 2, available: 1 }]);
  });

  it('gives ten pieces and five to wait for to exactly fifteen of forty who ask at once', async () => {
    const sku = await stock(10, 5);
    const answers = await Promise.allSettled(Array.from({ length: 40 }, () => house.reserve([{ sku, quantity: 1 }])));
    const refused = answers.filter((answer) => answer.status === 'rejected').map((answer) => answer.reason as unknown);
    expect(refused).toHaveLength(25);
    expect(refused.every((reason) => reason instanceof OutOfStock)).toBe(true);
    expect(await house.level(sku)).toMatchObject({ onHand: 10, reserved: 15, available: -5 });
  });

  it('takes back holds that ran out before it lets anybody wait', async () => {
    const sku = await stock(2, 5);
    await house.reserve([{ sku, quantity: 2 }], newId(), longAgo);
    const next = await house.reserve([{ sku, quantity: 2 }]);
    expect(await stockOf(next)).toMatchObject({ backordered: 0 });
  });

  it('is promised no more once back-orders are forbidden, and what was promised is kept', async () => {
    const sku = await stock(0, null);
    const orderId = await house.reserve([{ sku, quantity: 3 }]);
    await house.send(new SetBackorder({ sku }));
    await expect(house.reserve([{ sku, quantity: 1 }])).rejects.toThrow(OutOfStock);
    await receive(sku, 3);
    expect(await stockOf(orderId)).toMatchObject({ backordered: 0 });
  });

  it('is allowed and forbidden only by whoever has seen the level as it is', async () => {
    const sku = await stock(1, 1);
    await expect(house.send(new SetBackorder({ sku, expected: 1 }))).rejects.toMatchObject({ code: 'precondition_failed' });
    await expect(house.send(new SetBackorder({ sku: 'NONE' }))).rejects.toMatchObject({ code: 'inventory.sku_not_found' });
  });
});

describe('what comes in', () => {
  it('goes to those who wait, the longest waiting first, and only then to others', async () => {
    const sku = await stock(0, 10);
    const [paid, open] = [await house.reserve([{ sku, quantity: 2 }]), await house.reserve([{ sku, quantity: 3 }])];
    await house.send(new CommitReservation({ orderId: paid }));
    const { onHand, reserved, revision } = await receive(sku, 4);
    expect(await house.level(sku)).toMatchObject({ onHand, reserved, revision });
    expect(await stockOf(paid)).toMatchObject({ backordered: 0, from: [{ location: 'main', quantity: 2 }] });
    expect(await stockOf(open)).toMatchObject({ backordered: 1, from: [{ location: 'main', quantity: 2 }] });
    expect(await house.level(sku)).toMatchObject({ onHand: 2, reserved: 3, available: -1 });
    await receive(sku, 3, 'east');
    expect(await house.level(sku)).toMatchObject({ onHand: 5, reserved: 3, available: 2 });
    const told = await house
      .rows<{ data: object }>('outbox')
      .find({ name: 'inventory.backorder_served.v1', 'data.sku': sku }, {}, { sort: { at: 1 } })
      .lean();
    expect(told.map(({ data }) => data)).toEqual([
      { orderId: paid, sku, quantity: 2, left: 0 },
      { orderId: open, sku, quantity: 2, left: 1 },
      { orderId: open, sku, quantity: 1, left: 0 },
    ]);
  });

  it.each([
    ['is counted', async (sku: string) => house.send(new CountStock({ levels: [{ sku, onHand: 6 }], reason: 'Counted' }))],
    ['is given up by another order', async (_: string, other: string) => house.send(new ReleaseReservation({ orderId: other }))],
    [
      'comes back from a buyer',
      async (sku: string, other: string) => {
        await house.send(new CommitReservation({ orderId: other }));
        await house.send(new RestockItems({ orderId: other, key: 'r', lines: [{ sku, quantity: 4 }] }));
      },
    ],
  ])('goes to them as well when it %s', async (_, bring) => {
    const sku = await stock(4, 10);
    const [other, waits] = [await house.reserve([{ sku, quantity: 4 }]), await house.reserve([{ sku, quantity: 2 }])];
    await bring(sku, other);
    expect(await stockOf(waits)).toMatchObject({ backordered: 0 });
  });

  it('is not anybody else’s, though those who wait are so many that they are served later', async () => {
    const sku = await stock(0, null);
    const orders: string[] = [];
    while (orders.length < 105) orders.push(await house.reserve([{ sku, quantity: 1 }]));
    await receive(sku, 110);
    expect(await house.level(sku)).toMatchObject({ onHand: 110, reserved: 105, available: 5 });
    const late = await house.reserve([{ sku, quantity: 6 }]);
    expect(await stockOf(late)).toMatchObject({ backordered: 1 });
    await house.get(ServeBackorders).run();
    const left = await Promise.all(orders.map(async (orderId) => (await stockOf(orderId))?.backordered));
    expect(left.every((pieces) => pieces === 0)).toBe(true);
    expect(await stockOf(late)).toMatchObject({ backordered: 1 });
  });

  it('serves them when its location opens again', async () => {
    const sku = await stock(0, 5);
    await house.send(new EditLocation({ code: 'east', active: false }));
    const orderId = await house.reserve([{ sku, quantity: 2 }]);
    await receive(sku, 2, 'east');
    expect(await stockOf(orderId)).toMatchObject({ backordered: 2 });
    await house.send(new EditLocation({ code: 'east', active: true }));
    await house.get(ServeBackorders).run();
    expect(await stockOf(orderId)).toMatchObject({ backordered: 0, from: [{ location: 'east', quantity: 2 }] });
  });
});

describe('an order that waits', () => {
  it('gets what is free when it is paid late, after its place was given up, if it is the one that waited longest', async () => {
    const sku = await stock(0, null);
    await house.send(new EditLocation({ code: 'east', active: false }));
    const late = await house.reserve([{ sku, quantity: 2 }], newId(), longAgo);
    await house.sweep();
    const waits = await house.reserve([{ sku, quantity: 2 }]);
    await receive(sku, 3, 'east');
    await house.send(new EditLocation({ code: 'east', active: true }));
    await house.send(new CommitReservation({ orderId: late }));
    expect(await stockOf(late)).toMatchObject({ backordered: 0, from: [{ location: 'east', quantity: 2 }] });
    expect(await stockOf(waits)).toMatchObject({ backordered: 1 });
    expect(await house.level(sku)).toMatchObject({ onHand: 1, reserved: 2, available: -1 });
  });

  it('gives up its place when it is given up or runs out', async () => {
    const sku = await stock(1, 5);
    const dropped = await house.reserve([{ sku, quantity: 3 }]);
    await house.send(new ReleaseReservation({ orderId: dropped }));
    await house.reserve([{ sku, quantity: 3 }], newId(), longAgo);
    await house.sweep();
    expect(await house.level(sku)).toMatchObject({ onHand: 1, reserved: 0, available: 1 });
    expect(await house.rows('stockReservation').countDocuments({ owes: sku })).toBe(0);
  });

  it('is reclaimed once for each key: what it waits for is dropped, the rest is back', async () => {
    const sku = await stock(2, 5);
    const orderId = await house.reserve([{ sku, quantity: 4 }]);
    await house.send(new CommitReservation({ orderId }));
    const reclaim = new ReclaimItems({ orderId, key: 'cancel', lines: [{ sku, quantity: 4 }] });
    await Promise.all([house.send(reclaim), house.send(reclaim)]);
    expect(await house.level(sku)).toMatchObject({ onHand: 2, reserved: 0, available: 2 });
    expect(await house.ask(new GetOrderStock({ orderId: newId() }))).toEqual([]);
  });
});

describe('what orders have been sold', () => {
  it('is what the ledger sold them less what came back, and what they wait for', async () => {
    const [one, other] = [await stock(3, null), await house.stock(5)];
    const [before, first, last, after] = [newId(), newId(), newId(), newId()];
    const lines = [
      { sku: one, quantity: 4 },
      { sku: other, quantity: 1 },
    ];
    await house.reserve(lines, first);
    for (const orderId of [before, last, after]) await house.reserve([{ sku: other, quantity: 1 }], orderId);
    const asked = new GetSoldPieces({ from: first, to: last });
    expect(await house.ask(asked)).toEqual([]);
    for (const orderId of [before, first, last, after]) await house.send(new CommitReservation({ orderId }));
    const damaged = { sku: one, quantity: 2, condition: 'damaged' as const };
    await house.send(new RestockItems({ orderId: first, key: 'back', lines: [damaged] }));
    const sold = await house.ask(asked);
    expect(sold).toHaveLength(3);
    expect(sold).toEqual(
      expect.arrayContaining([
        { orderId: first, sku: one, out: 1, owed: 1 },
        { orderId: first, sku: other, out: 1, owed: 0 },
        { orderId: last, sku: other, out: 1, owed: 0 },
      ]),
    );
    const range = { _id: trusted({ $gte: `sold:${first}:`, $lt: `sold:${last};` }) };
    expect(await house.rows('stockMovement').find(range).explain('executionStats')).toMatchObject({
      executionStats: { totalDocsExamined: 3 },
    });
    await receive(one, 3);
    await house.send(new ReclaimItems({ orderId: last, key: 'never', lines: [{ sku: other, quantity: 1 }] }));
    expect(await house.ask(asked)).toEqual(
      expect.arrayContaining([
        { orderId: first, sku: one, out: 2, owed: 0 },
        { orderId: last, sku: other, out: 0, owed: 0 },
      ]),
    );
  });
});
