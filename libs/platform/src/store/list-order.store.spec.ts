import { newId } from '@cartwright/kernel';
import { getConnectionToken } from '@nestjs/mongoose';
import { Types, type Connection } from 'mongoose';
import { startTestApp, type TestApp } from '../testing/test-app';
import { ListOrder, type Listed } from './list-order';
import { fromStored } from './plain';
import { documentSchema } from './schema';

interface Row {
  readonly id: string;
  readonly price?: number;
}

let shop: TestApp;
beforeAll(async () => {
  shop = await startTestApp({ imports: [], delivery: { deliver: false } });
});
afterAll(() => shop.stop());

const rows = () => shop.app.get<Connection>(getConnectionToken()).collection('listed');
const add = (prices: readonly (number | null | undefined)[]) =>
  rows().insertMany(prices.map((price) => ({ _id: new Types.ObjectId(newId()), ...(price !== undefined && { price }) })));

beforeEach(() => rows().deleteMany({}));

async function partOf(order: ListOrder, after: Listed<Row>['next'], limit = 2): Promise<Listed<Row>> {
  const part = order.part({ limit, skip: 0, after });
  const found = await rows().find(part.of({})).sort(part.sort).limit(part.limit).toArray();
  return part.listed(fromStored(found) as Row[], await rows().countDocuments());
}

async function walk(order: ListOrder, between: (seen: readonly Row[]) => Promise<unknown> = () => Promise.resolve()): Promise<Row[]> {
  const seen: Row[] = [];
  for (let next: Listed<Row>['next']; ;) {
    const part = await partOf(order, next);
    seen.push(...part.rows);
    if (!part.next) return seen;
    next = part.next;
    await between(seen);
  }
}

describe.each([
  ['upwards', 1],
  ['downwards', -1],
] as const)('a list by price, %s', (_way, direction) => {
  const byPrice = new ListOrder(direction, { price: 'number', _id: 'id' });

  it('goes through rows of the same price, and those without one, as the database sorts them', async () => {
    await add([5, 5, 5, undefined, null, undefined, 1, 9, 5, 7]);
    const sorted = fromStored(await rows().find().sort(byPrice.sort).toArray()) as Row[];
    expect(await walk(byPrice)).toEqual(sorted);
  });

  it('shows each row that stays once, whatever comes and goes on the way', async () => {
    await add([1, 2, 3, 4, 5, 6, 7]);
    const stays = (await rows().find().toArray()).map(({ _id }) => String(_id));
    const seen = await walk(byPrice, async (shown) => {
      const before = direction === 1 ? 0 : 10;
      await add([before, before]);
      // The last one shown goes, and the list goes on behind where it was.
      await rows().deleteOne({ _id: new Types.ObjectId(shown.at(-1)!.id) });
    });
    expect(seen.map(({ id }) => id).sort()).toEqual(stays.sort());
  });
});

it('ends exactly where the rows do', async () => {
  const byId = new ListOrder(1, { _id: 'id' });
  await add([1, 2]);
  expect(await partOf(byId, undefined)).toMatchObject({ total: 2 });
  expect((await partOf(byId, undefined)).next).toBeUndefined();
  await add([3]);
  const { next } = await partOf(byId, undefined);
  expect(await partOf(byId, next)).toMatchObject({ rows: [{ price: 3 }], total: 3 });
});

it('stops counting where nobody needs to know how many there are', async () => {
  await add([1, 2, 3]);
  const model = shop.app.get<Connection>(getConnectionToken()).model<unknown>('listed', documentSchema('listed', { price: Number }));
  const counting = jest.spyOn(model, 'countDocuments');
  expect(await new ListOrder(1, { _id: 'id' }).list<Row>(model, {}, { limit: 2, skip: 0 })).toMatchObject({
    rows: [{ price: 1 }, { price: 2 }],
    total: 3,
    next: { values: [expect.any(String)] },
  });
  expect(counting).toHaveBeenCalledWith({}, expect.objectContaining({ limit: 100_000 }));
});

it('refuses places that are not its own', () => {
  const order = new ListOrder(-1, { createdAt: 'instant', _id: 'id' });
  const { list } = order.placeOf({ createdAt: new Date(0), id: newId() });
  const forged = [[], [0], [0, 'x'], ['0', newId()], [null, newId()], [0, newId(), 1], [1e300, newId()]];
  for (const values of forged)
    expect(() => order.part({ limit: 1, skip: 0, after: { list, values } })).toThrow(expect.objectContaining({ code: 'invalid_input' }));
  const another = new ListOrder(1, { createdAt: 'instant', _id: 'id' }).placeOf({ createdAt: new Date(0), id: newId() });
  expect(() => order.part({ limit: 1, skip: 0, after: another })).toThrow(expect.objectContaining({ code: 'invalid_input' }));
});
