import { newId } from '@cartwright/kernel';
import { LocationNotFound, OutOfStock } from '../contract/refusals';
import { CommitReservation, CountStock, GetAvailability, GetShortages, ReleaseReservation, RestockItems } from '../contract/stock-commands';
import { LocationChanged } from '../contract/stock-events';
import { inHalfAnHour, longAgo, Warehouse } from '../testing/warehouse';
import { AdjustStock } from './adjust-stock';
import { CreateLocation, EditLocation, ListLocations } from './edit-locations';
import { FollowLocations } from './follow-locations';

let house: Warehouse;
beforeAll(async () => {
  house = await Warehouse.open();
  await house.send(new CreateLocation({ code: 'east', name: 'East', priority: 10, active: true }));
});
afterAll(() => house.close());
afterEach(async () => {
  jest.restoreAllMocks();
  await house.send(new EditLocation({ code: 'east', active: true }));
});

const shelves = async (sku: string): Promise<unknown> => (await house.level(sku))?.shelves;
const available = async (sku: string): Promise<number | undefined> =>
  (await house.ask(new GetAvailability({ skus: [sku] })))[sku]?.available;

describe('an order over several locations', () => {
  it('is held, sold and taken back where its pieces are', async () => {
    const sku = await house.stock(3, { east: 2 });
    const orderId = await house.reserve([{ sku, quantity: 4 }]);
    expect(await shelves(sku)).toEqual({ main: { onHand: 3, reserved: 3 }, east: { onHand: 2, reserved: 1 } });
    await house.send(new CommitReservation({ orderId }));
    expect(await shelves(sku)).toEqual({ main: { onHand: 0, reserved: 0 }, east: { onHand: 1, reserved: 0 } });
    await house.send(new RestockItems({ orderId, key: 'r1', lines: [{ sku, quantity: 4 }] }));
    expect(await shelves(sku)).toEqual({ main: { onHand: 3, reserved: 0 }, east: { onHand: 2, reserved: 0 } });
    const dropped = await house.reserve([{ sku, quantity: 5 }]);
    await house.send(new ReleaseReservation({ orderId: dropped }));
    expect(await shelves(sku)).toEqual({ main: { onHand: 3, reserved: 0 }, east: { onHand: 2, reserved: 0 } });
  });

  it('is one write for each SKU, as with one location', async () => {
    const sku = await house.stock(1, { east: 1 });
    const before = await house.level(sku);
    await house.reserve([{ sku, quantity: 2 }]);
    const after = await house.level(sku);
    expect([before?.revision, after?.revision]).toEqual([2, 4]); // an entry for each shelf, one row
    expect(await house.rows('stockLevel').countDocuments({ sku })).toBe(1);
  });

  it('gives seven pieces in two places to exactly seven of thirty who ask at once', async () => {
    const sku = await house.stock(3, { east: 4 });
    const answers = await Promise.allSettled(Array.from({ length: 30 }, () => house.reserve([{ sku, quantity: 1 }])));
    const refused = answers.filter((answer) => answer.status === 'rejected').map((answer) => answer.reason as unknown);
    expect(refused).toHaveLength(23);
    expect(refused.every((reason) => reason instanceof OutOfStock)).toBe(true);
    expect(await shelves(sku)).toEqual({ main: { onHand: 3, reserved: 3 }, east: { onHand: 4, reserved: 4 } });
  });
});

describe('a location that is closed', () => {
  it('sells nothing, and what was promised of it is sold all the same', async () => {
    const sku = await house.stock(1, { east: 5 });
    const orderId = await house.reserve([{ sku, quantity: 3 }]);
    expect(await available(sku)).toBe(3);
    await house.send(new EditLocation({ code: 'east', active: false }));
    expect(await available(sku)).toBe(1);
    await expect(house.reserve([{ sku, quantity: 2 }])).rejects.toMatchObject({ details: { items: [{ sku, asked: 2, available: 1 }] } });
    await house.send(new CommitReservation({ orderId }));
    expect(await shelves(sku)).toEqual({ main: { onHand: 1, reserved: 0 }, east: { onHand: 2, reserved: 0 } });
  });

  it('does not give back what ran out there to whoever looks or asks', async () => {
    const sku = await house.stock(0, { east: 5 });
    await house.reserve([{ sku, quantity: 5 }], newId(), longAgo);
    const lines = [{ sku, quantity: 1 }];
    expect(await house.ask(new GetShortages({ lines }))).toEqual([]);
    await house.send(new EditLocation({ code: 'east', active: false }));
    expect(await house.ask(new GetShortages({ lines }))).toEqual([{ sku, asked: 1, available: 0 }]);
    await expect(house.reserve(lines, newId(), inHalfAnHour())).rejects.toThrow(OutOfStock);
    expect(await house.level(sku)).toMatchObject({ reserved: 5 }); // the transaction that took it back was refused
  });

  it('makes what can be bought newer than before, and all that it holds is told of', async () => {
    const [here, there] = [await house.stock(1), await house.stock(1, { east: 1 })];
    const seen = async () => house.ask(new GetAvailability({ skus: [there] }));
    const before = (await seen())[there]?.revision ?? 0;
    await house.send(new EditLocation({ code: 'east', active: false }));
    expect((await seen())[there]?.revision).toBe(before + 1);
    await house.get(FollowLocations).handle(new LocationChanged({ location: 'east', active: false }));
    const told = await house
      .rows<{ data: { skus: string[] } }>('outbox')
      .find({ name: 'inventory.levels_changed.v1' }, {}, { sort: { at: -1 }, limit: 1 });
    expect(told[0]?.data.skus).toContain(there);
    expect(told[0]?.data.skus).not.toContain(here);
  });

  it('is noticed within a second where another process closed it', async () => {
    const sku = await house.stock(0, { east: 5 });
    expect(await available(sku)).toBe(5);
    await house.rows('stockLocation').collection.updateOne({ code: 'east' }, { $set: { active: false } });
    const now = Date.now();
    jest.spyOn(Date, 'now').mockImplementation(() => now + 1_001);
    expect(await available(sku)).toBe(0);
    jest.restoreAllMocks();
    await house.rows('stockLocation').collection.updateOne({ code: 'east' }, { $set: { active: true } });
  });

  it('may be the default one', async () => {
    const sku = await house.stock(4, { east: 2 });
    await house.send(new EditLocation({ code: 'main', active: false }));
    expect(await available(sku)).toBe(2);
    await house.send(new EditLocation({ code: 'main', active: true }));
    expect(await available(sku)).toBe(6);
  });
});

describe('locations', () => {
  it('serve by priority, which an edit changes', async () => {
    const sku = await house.stock(5, { east: 5 });
    await house.send(new EditLocation({ code: 'main', priority: 50 }));
    await house.reserve([{ sku, quantity: 2 }]);
    expect(await shelves(sku)).toMatchObject({ main: { reserved: 0 }, east: { reserved: 2 } });
    expect((await house.ask(new ListLocations())).map(({ code }) => code)).toEqual(['east', 'main']);
    await house.send(new EditLocation({ code: 'main', priority: 0 }));
  });

  it('that nobody set up take no stock', async () => {
    const sku = await house.stock(1);
    const count = new CountStock({ levels: [{ sku, location: 'moon', onHand: 1 }], reason: 'Counted' });
    await expect(house.send(count)).rejects.toThrow(LocationNotFound);
    await expect(house.send(new AdjustStock({ sku, location: 'moon', change: 1, reason: 'Found' }))).rejects.toThrow(LocationNotFound);
    const lines = [{ sku, quantity: 1, location: 'moon' }];
    await expect(house.send(new RestockItems({ orderId: newId(), key: 'r', lines }))).rejects.toThrow(LocationNotFound);
  });

  it('have each code once, even when two set it up at once', async () => {
    const create = async () => house.send(new CreateLocation({ code: 'twice', name: 'Twice', priority: 90, active: true }));
    const answers = await Promise.allSettled([create(), create()]);
    expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(answers.find((answer) => answer.status === 'rejected')?.reason).toMatchObject({ code: 'inventory.duplicate_location' });
  });
});
