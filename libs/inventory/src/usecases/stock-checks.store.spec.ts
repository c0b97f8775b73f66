import { newId } from '@cartwright/kernel';
import { Doctor, type Finding } from '@cartwright/platform';
import { RebuildStock } from '../contract/rebuild-stock';
import { CommitReservation, GetAvailability, ReleaseReservation } from '../contract/stock-commands';
import { Warehouse } from '../testing/warehouse';

let house: Warehouse;
beforeAll(async () => {
  house = await Warehouse.open();
});
afterAll(() => house.close());

/** What the doctor says of one SKU, by invariant. */
async function findings(sku: string): Promise<Record<string, readonly string[]>> {
  const found: Record<string, readonly string[]> = {};
  for await (const { name, findings: all } of house.get(Doctor).examine()) {
    const own = all.filter((finding: Finding) => finding.record === `stock level ${sku}`).map(({ problem }) => problem);
    if (own.length > 0) found[name] = own;
  }
  return found;
}

/** A SKU of which some were sold, some are held and some were given back. */
async function livelySku(): Promise<string> {
  const sku = await house.stock(10);
  const [sold, , dropped] = [
    await house.reserve([{ sku, quantity: 2 }]),
    await house.reserve([{ sku, quantity: 3 }]),
    await house.reserve([{ sku, quantity: 1 }]),
  ];
  await house.send(new CommitReservation({ orderId: sold }));
  await house.send(new ReleaseReservation({ orderId: dropped }));
  return sku;
}

const level = (sku: string, update: object) => house.rows('stockLevel').collection.updateOne({ sku }, update);
const entry = (sku: string, revision: number, update: object) =>
  house.rows('stockMovement').collection.updateOne({ sku, revision }, update);

const damages: [string, (sku: string) => Promise<unknown>, Record<string, readonly string[]>][] = [
  [
    'a level that says more than its ledger',
    (sku) => level(sku, { $inc: { onHand: 1, available: 1, 'shelves.main.onHand': 1 } }),
    { 'inventory.level_is_ledger': ['the level says 9 on hand, 3 reserved at main, the ledger 8 on hand, 3 reserved at main'] },
  ],
  [
    'totals that are not those of the shelves',
    (sku) => level(sku, { $set: { available: 9 } }),
    { 'inventory.level_is_ledger': ['8 on hand, 3 reserved, 9 available: its shelves say 8, 3, 5'] },
  ],
  [
    'a level that has gone back to an earlier state',
    (sku) => level(sku, { $set: { revision: 4, onHand: 10, reserved: 6, available: 4, shelves: { main: { onHand: 10, reserved: 6 } } } }),
    {
      'inventory.level_is_ledger': ['its ledger goes on after revision 4'],
      'inventory.reserved_is_promised': ['6 reserved at main, reservations hold 3'],
    },
  ],
  [
    'an entry that says something else than the ledger up to it',
    (sku) => entry(sku, 2, { $set: { 'after.main.reserved': 7 } }),
    {
      'inventory.level_is_ledger': ['entry 2 says 10 on hand, 7 reserved at main, the ledger up to it 10 on hand, 2 reserved at main'],
    },
  ],
  [
    'a level that is not there',
    (sku) => house.rows('stockLevel').collection.deleteOne({ sku }),
    {
      'inventory.level_is_ledger': ['its ledger goes on after a level that there is not'],
      'inventory.reserved_is_promised': ['reservations hold it, but there is no such level'],
    },
  ],
];

describe('the doctor', () => {
  it('finds nothing wrong with stock that was only moved by its commands', async () => {
    await livelySku();
    await house.stock(0);
    for await (const { name, broken } of house.get(Doctor).examine()) expect({ name, broken }).toEqual({ name, broken: 0 });
    expect(house.get(Doctor).names).toEqual([
      ...['inventory.level_is_ledger', 'inventory.nothing_negative', 'inventory.reserved_is_promised'],
      'platform.events_arrive',
    ]);
  });

  it.each(damages)('finds %s, and rebuilding puts it right', async (_, damage, expected) => {
    const sku = await livelySku();
    await damage(sku);
    expect(await findings(sku)).toEqual(expected);
    expect(await house.send(new RebuildStock({}))).toMatchObject([{ sku, rebuilt: true }]);
    expect(await findings(sku)).toEqual({});
    expect(await house.level(sku)).toMatchObject({ onHand: 8, reserved: 3, available: 5 });
    expect(await house.send(new RebuildStock({}))).toEqual([]);
  });

  it('finds a shelf below nothing, and reservations that hold what is not reserved', async () => {
    const sku = await livelySku();
    await level(sku, { $set: { 'shelves.main.reserved': -1, reserved: -1 } });
    expect(await findings(sku)).toMatchObject({
      'inventory.nothing_negative': ['8 on hand, -1 reserved at main'],
      'inventory.reserved_is_promised': ['-1 reserved at main, reservations hold 3'],
    });
    await house.send(new RebuildStock({ skus: [sku] }));
    expect(await findings(sku)).toEqual({});
  });

  it('says of a ledger that lacks an entry that it cannot be put right', async () => {
    const sku = await livelySku();
    await house.rows('stockMovement').collection.deleteOne({ sku, revision: 1 });
    expect((await findings(sku))['inventory.level_is_ledger']).toContain('entry 2 follows entry 0');
    expect(await house.send(new RebuildStock({ skus: [sku] }))).toMatchObject([{ sku, rebuilt: false }]);
    await house.rows('stockMovement').collection.deleteMany({ sku });
    await house.rows('stockLevel').collection.deleteMany({ sku });
    await house.rows('stockReservation').collection.deleteMany({ 'lines.sku': sku });
  });

  it('finds nothing wrong while the shop is at work', async () => {
    const skus = [await house.stock(500), await house.stock(500)];
    let working = true;
    const work = (async () => {
      while (working) {
        const orderId = await house.reserve(skus.map((sku) => ({ sku, quantity: 1 })));
        await house.send(working ? new CommitReservation({ orderId }) : new ReleaseReservation({ orderId }));
      }
    })();
    const found: Finding[] = [];
    for (let round = 0; round < 5; round += 1) for await (const { findings: some } of house.get(Doctor).examine()) found.push(...some);
    working = false;
    await work;
    expect(found).toEqual([]);
  });
});

describe('rebuilding', () => {
  it('makes a level newer than it was, so that copies of it follow', async () => {
    const sku = await house.stock(10);
    await level(sku, { $set: { onHand: 99, available: 99, shelves: { main: { onHand: 99, reserved: 0 } } } });
    await house.send(new RebuildStock({ skus: [sku] }));
    expect(await house.ask(new GetAvailability({ skus: [sku] }))).toEqual({ [sku]: { available: 10, backorderable: 0, revision: 2 } });
    const told = house.rows('outbox').countDocuments({ name: 'inventory.levels_changed.v1', 'data.skus': sku });
    expect(await told).toBe(2);
  });

  it('refuses a SKU that there is not, and leaves alone what is in order', async () => {
    await expect(house.send(new RebuildStock({ skus: [newId()] }))).rejects.toThrow(/no SKU/);
    const sku = await livelySku();
    expect(await house.send(new RebuildStock({ skus: [sku] }))).toEqual([]);
    expect(await house.level(sku)).toMatchObject({ revision: 6 });
  });
});
