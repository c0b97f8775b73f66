import { Decimal128, Double, ObjectId } from 'bson';
import fc from 'fast-check';
import type { Document } from '../../src/bson/codec';

/** Beyond the longest key, and different only behind it: indexes tell such texts apart by their hash alone. */
const long = 'x'.repeat(1500);
const scalar = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: -2, max: 3 }) },
  {
    weight: 4,
    arbitrary: fc.constantFrom<unknown>(
      null,
      '',
      'a',
      'ab',
      'b',
      'a\u{1F600}',
      `${long}1`,
      `${long}2`,
      true,
      1.5,
      NaN,
      new Double(2),
      2n,
      9007199254740993n,
      Decimal128.fromString('1.5'),
      new Date(0),
      new Date(5),
      new ObjectId('64b000000000000000000001'),
    ),
  },
);
/** Few values, so that arrays reach to both sides of a range, and elements meet one condition each. */
const near = fc.oneof({ weight: 4, arbitrary: fc.integer({ min: -2, max: 3 }) }, { weight: 1, arbitrary: scalar });
const embedded = fc.record({ x: near, y: near }, { requiredKeys: [] });
const value = fc.oneof({ weight: 6, arbitrary: scalar }, { weight: 1, arbitrary: embedded });
const list = fc.array(fc.oneof({ weight: 6, arbitrary: near }, { weight: 1, arbitrary: fc.array(scalar, { maxLength: 2 }) }), {
  maxLength: 3,
});

/** `a` and `b` are never arrays, `c` may hold documents, `d` values in arrays: no index takes two arrays of one document. */
export const fields: fc.Arbitrary<Document> = fc.record(
  {
    a: value,
    b: scalar,
    c: fc.oneof(embedded, fc.array(embedded, { maxLength: 3 }), scalar),
    d: fc.oneof(list, scalar),
    n: fc.integer({ min: 0, max: 5 }),
  },
  { requiredKeys: ['n'] },
);

/** Ids of several types, no two of them equal. */
export const ids: readonly unknown[] = [
  ...Array.from({ length: 12 }, (_, i) => i),
  ...Array.from({ length: 8 }, (_, i) => `k${i}`),
  null,
  true,
  new Double(0.5),
  40n,
  Decimal128.fromString('41.5'),
  { x: 1 },
  new Date(7),
  `${long}id`,
  new ObjectId('64b000000000000000000009'),
  new ObjectId('64b00000000000000000000a'),
];
const someId = fc.constantFrom(...ids, 3.5, 'none', 41);

const range = fc.oneof(
  fc.record({ $gte: near, $lt: near }),
  fc.record({ $gt: near, $lte: near }),
  fc.record({ $gte: near }),
  fc.record({ $lte: near }),
);
const condition = fc.oneof(
  { weight: 3, arbitrary: scalar },
  { weight: 1, arbitrary: fc.record({ $gte: scalar, $lt: scalar }, { requiredKeys: ['$gte'] }) },
  { weight: 1, arbitrary: fc.record({ $gt: scalar, $lte: scalar }, { requiredKeys: ['$lte'] }) },
  { weight: 2, arbitrary: fc.record({ $in: fc.array(scalar, { maxLength: 4 }) }) },
  {
    weight: 3,
    arbitrary: fc.oneof(
      fc.record({ $ne: scalar }),
      fc.record({ $nin: fc.array(scalar, { maxLength: 2 }) }),
      fc.record({ $exists: fc.boolean() }),
      fc.record({ $eq: list }),
      fc.record({ $type: fc.constantFrom('string', 'number', 'null', 'array') }),
      fc.constantFrom('^a', '^ab?', '^x', 'b$', '^a\u{1F600}*', '^(a|b)').map(($regex) => ({ $regex })),
      fc.record({ $all: fc.array(scalar, { minLength: 1, maxLength: 2 }) }),
      fc.record({ $size: fc.nat(2) }),
      fc.record({ $elemMatch: fc.record({ $gte: scalar, $lte: scalar }) }),
      fc.record({ $not: fc.record({ $gt: scalar }) }),
    ),
  },
);
const byId = fc.oneof(
  someId,
  fc.record({ $in: fc.array(someId, { maxLength: 4 }) }),
  fc.record({ $gte: someId }),
  fc.record({ $ne: someId }),
);
const simple: fc.Arbitrary<Document> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record(
      { a: condition, b: condition, 'c.x': condition, 'c.y': condition, d: condition, n: fc.nat(5) },
      { requiredKeys: [] },
    ),
  },
  { weight: 2, arbitrary: fc.record({ 'c.x': fc.oneof(near, range), 'c.y': fc.oneof(near, range) }) },
  { weight: 2, arbitrary: fc.record({ d: range }) },
  { weight: 2, arbitrary: byId.map((_id) => ({ _id })) },
  { weight: 1, arbitrary: fc.record({ _id: byId, a: condition }, { requiredKeys: ['_id'] }) },
  { weight: 1, arbitrary: fc.record({ u: fc.oneof(fc.nat(30), fc.record({ $in: fc.array(fc.nat(30), { maxLength: 3 }) })) }) },
);
const elements = fc.record({ x: condition, y: condition }, { requiredKeys: ['x'] }).map(($elemMatch) => ({ c: { $elemMatch } }));

export const filter: fc.Arbitrary<Document> = fc.oneof(
  { weight: 1, arbitrary: fc.constant({}) },
  { weight: 6, arbitrary: simple },
  { weight: 2, arbitrary: fc.array(simple, { minLength: 1, maxLength: 3 }).map(($or) => ({ $or })) },
  { weight: 1, arbitrary: fc.array(simple, { minLength: 1, maxLength: 2 }).map(($and) => ({ $and })) },
  { weight: 1, arbitrary: fc.tuple(simple, fc.array(simple, { minLength: 1, maxLength: 2 })).map(([one, $or]) => ({ ...one, $or })) },
  { weight: 1, arbitrary: fc.array(simple, { minLength: 1, maxLength: 2 }).map(($nor) => ({ $nor })) },
  { weight: 1, arbitrary: elements },
);

const direction = fc.constantFrom(1, -1);
export const sort: fc.Arbitrary<Document> = fc.oneof(
  ...[['_id'], ['d'], ['a'], ['a', 'b'], ['b', 'c.x'], ['c.x'], ['d'], ['b', 'a'], ['n', 'u'], ['a', 'n'], ['u']].map((names) =>
    fc
      .array(direction, { minLength: names.length, maxLength: names.length })
      .map((directions): Document => Object.fromEntries(names.map((name, i) => [name, directions[i]]))),
  ),
);

const allIndexes: readonly Document[] = [
  { key: { a: 1 } },
  { key: { a: 1, b: -1 } },
  { key: { b: 1, a: 1 }, sparse: true },
  { key: { b: -1, 'c.x': 1 } },
  { key: { 'c.x': 1, 'c.y': 1 } },
  { key: { 'c.y': -1 }, partialFilterExpression: { a: { $gt: 0 } } },
  { key: { a: 1 }, name: 'some', partialFilterExpression: { b: { $exists: true } } },
  { key: { d: 1 } },
  { key: { d: -1, n: 1 }, sparse: true },
  { key: { n: 1, u: -1 } },
  { key: { u: 1 }, unique: true },
  { key: { c: 1 } },
];
export const indexes = fc
  .subarray([...allIndexes], { minLength: 3 })
  .map((chosen) => chosen.map((spec, i): Document => ({ name: `index${i}`, ...spec })));

/** Changes that no index can refuse, so that it does not matter in which order documents take them. */
const update: fc.Arbitrary<Document | Document[]> = fc.oneof(
  fc.record({
    $set: fc.record({ a: value, b: scalar, d: fc.oneof(list, scalar) }, { requiredKeys: [] }).filter((set) => Object.keys(set).length > 0),
  }),
  fc.constantFrom('a', 'b', 'c', 'd').map((name) => ({ $unset: { [name]: 1 } })),
  fc.record({ $inc: fc.record({ n: fc.integer({ min: -1, max: 2 }) }) }),
  fc.record({ $set: fc.record({ c: fc.oneof(embedded, fc.array(embedded, { maxLength: 3 })) }) }),
  fc.record({ $rename: fc.constant({ b: 'a' }) }),
  fc.constant<Document[]>([{ $set: { b: '$n' } }]),
);

export type Change =
  | { readonly kind: 'insert'; readonly id: number; readonly fields: Document }
  | { readonly kind: 'update'; readonly filter: Document; readonly update: Document | Document[] }
  | { readonly kind: 'delete'; readonly filter: Document }
  | { readonly kind: 'deleteOne'; readonly id: unknown };

export const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('insert' as const), id: fc.nat(1000).map((i) => i + 100), fields }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('update' as const), filter, update }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('update' as const),
      filter: fc.constant<Document>({ d: { $type: 'array' } }),
      update: fc.record({ $push: fc.record({ d: scalar }) }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), filter: simple }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('deleteOne' as const), id: someId }) },
);
