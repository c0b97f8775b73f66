import { newId } from '@cartwright/kernel';
import { trusted } from 'mongoose';
import { CommitReservation, CountStock, ReleaseReservation } from '../contract/stock-commands';
import { fold, type Entry } from '../model/movement';
import { Warehouse } from '../testing/warehouse';
import { AdjustStock } from '../usecases/adjust-stock';
import { GetLevel } from '../usecases/stock-queries';

let house: Warehouse;
beforeAll(async () => {
  house = await Warehouse.open();
});
afterAll(() => house.close());

const entriesOf = async (sku: string): Promise<Entry[]> =>
  house
    .rows<Entry>('stockMovement')
    .find({ sku }, {}, { sort: { at: 1, revision: 1 } })
    .lean<Entry[]>();

describe('a past instant', () => {
  it('is answered as the ledger up to it adds up, at every instant there ever was', async () => {
    const sku = await house.stock(10);
    const [sold, dropped] = [await house.reserve([{ sku, quantity: 2 }]), await house.reserve([{ sku, quantity: 3 }])];
    await house.send(new CommitReservation({ orderId: sold }));
    await house.send(new ReleaseReservation({ orderId: dropped }));
    await house.send(new AdjustStock({ sku, change: -1, reason: 'Broken' }));
    const entries = await entriesOf(sku);
    const instants = entries.flatMap(({ at }) => [new Date(at.getTime() - 1), at, new Date(at.getTime() + 1)]);
    expect(entries.length).toBe(6);
    for (const at of instants) {
      const { shelves } = await house.ask(new GetLevel({ sku, at }));
      expect(shelves).toEqual(fold(entries.filter((entry) => entry.at <= at)));
    }
  });

  it('is read off one entry, however long the ledger', async () => {
    const sku = await house.stock(1);
    for (let change = 1; change <= 5; change += 1) await house.send(new AdjustStock({ sku, change, reason: 'Counted' }));
    const where = { sku, at: trusted({ $lte: new Date() }) };
    const plan: unknown = await house
      .rows('stockMovement')
      .find(where, {}, { sort: { at: -1, revision: -1 }, limit: 1 })
      .explain('executionStats');
    expect(plan).toMatchObject({ executionStats: { totalDocsExamined: 1 } });
  });

  it('keeps the order of the entries when clocks disagree', async () => {
    const sku = await house.stock(5);
    const ahead = new Date(Date.now() + 60_000);
    await house.rows('stockLevel').updateOne({ sku }, { $set: { movedAt: ahead } });
    await house.reserve([{ sku, quantity: 1 }]);
    expect((await entriesOf(sku)).map(({ at, revision }) => [revision, at >= ahead])).toEqual([
      [1, false],
      [2, true],
    ]);
  });
});

describe('a ledger from before entries had numbers', () => {
  const sku = 'OLD-1';
  const [first, second] = [new Date('2026-01-01T10:00:00Z'), new Date('2026-01-01T11:00:00Z')];
  const shelvesAt = async (at: Date): Promise<unknown> => (await house.ask(new GetLevel({ sku, at }))).shelves;

  it('goes on with numbers where it is, and is still answered for', async () => {
    const old = [
      { _id: `received:c1:${sku}`, sku, kind: 'received', quantity: 9, at: first },
      { _id: `reserved:o1:1:${sku}`, sku, kind: 'reserved', quantity: 2, at: second },
    ];
    await house.rows('stockMovement').collection.insertMany(old as never[]);
    await house.rows('stockLevel').collection.insertOne({ sku, onHand: 9, reserved: 2, available: 7, revision: 2 });
    await house.reserve([{ sku, quantity: 4 }]);
    await house.send(new CountStock({ levels: [{ sku, onHand: 12 }], reason: 'Counted' }));
    expect(await house.level(sku)).toMatchObject({ onHand: 12, reserved: 6, revision: 4, shelves: { main: { onHand: 12, reserved: 6 } } });
    expect((await entriesOf(sku)).map((entry) => entry.revision)).toEqual([undefined, undefined, 3, 4]);
    expect(await shelvesAt(new Date(first.getTime() - 1))).toEqual({});
    expect(await shelvesAt(first)).toEqual({ main: { onHand: 9, reserved: 0 } });
    expect(await shelvesAt(second)).toEqual({ main: { onHand: 9, reserved: 2 } });
    expect(await shelvesAt(new Date())).toEqual({ main: { onHand: 12, reserved: 6 } });
    await expect(house.ask(new GetLevel({ sku: newId(), at: second }))).rejects.toThrow(/no SKU/);
  });
});
