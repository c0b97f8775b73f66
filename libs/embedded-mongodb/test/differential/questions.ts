import { Binary, BSONRegExp, Decimal128, Double, ObjectId, Timestamp } from 'bson';
import fc from 'fast-check';
import type { Document } from '../../src/bson/codec';

/** Beyond the longest key, and different only behind it: indexes tell such texts apart by their hash alone. */
const long = 'x'.repeat(1200);
const longTexts = ['1', '2', '3', '4', '5', '6'].map((end) => `${long}${end}`);
const numbers = [
  1.5,
  NaN,
  new Double(2),
  2n,
  9007199254740992,
  9007199254740993n,
  Decimal128.fromString('1.5'),
  Decimal128.fromString('NaN'),
];
const texts = ['', 'a', 'a\0', 'A', 'ab', 'b', 'ba', 'a\u{10437}', 'a\u{10438}'];
const others = [
  true,
  new Date(0),
  new Date(5),
  new ObjectId('64b000000000000000000001'),
  new Timestamp({ t: 1, i: 2 }),
  new Binary(Buffer.from([1])),
];
const families: readonly (readonly unknown[])[] = [numbers, texts, longTexts, [...numbers, ...texts, ...longTexts, ...others]];

/** Few values a round, so that documents, questions and changes meet; of one family as a rule, so that they compare with each other. */
const palette: fc.Arbitrary<unknown[]> = fc
  .constantFrom(...families)
  .chain((family) => fc.subarray<unknown>([...family], { minLength: 3, maxLength: 5 }))
  .map((values) => [null, ...values]);

const small = fc.integer({ min: -2, max: 3 });
const regex: fc.Arbitrary<Document> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .constantFrom('^a', '^ab?', '^x', 'b$', '^a\u{10437}*', '^a\u{10437}?', '^(a|b)', '^a|b', '^a|^b')
      .map(($regex) => ({ $regex })),
  },
  { weight: 1, arbitrary: fc.constantFrom('^a', '^ab').map(($regex) => ({ $regex, $options: 'i' })) },
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
const byId = fc.oneof(
  someId,
  fc.record({ $in: fc.array(someId, { maxLength: 4 }) }),
  fc.record({ $gte: someId }),
  fc.record({ $ne: someId }),
);

const direction = fc.constantFrom(1, -1);
const sort: fc.Arbitrary<Document> = fc.oneof(
  ...[['_id'], ['a'], ['a', 'b'], ['b', 'c.x'], ['c.x'], ['d'], ['b', 'a'], ['n', 'u'], ['a', 'n'], ['u']].map((names) =>
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
  { key: { b: 1 }, partialFilterExpression: { a: { $lte: 2 } } },
  { key: { a: 1 }, name: 'some', partialFilterExpression: { b: { $exists: true } } },
  { key: { d: 1 } },
  { key: { d: -1, n: 1 }, sparse: true },
  { key: { n: 1, u: -1 } },
  { key: { u: 1 }, unique: true },
  { key: { c: 1 } },
];
const indexes = fc
  .subarray([...allIndexes], { minLength: 3 })
  .map((chosen) => chosen.map((spec, i): Document => ({ name: `index${i}`, ...spec })));

export type Change =
  | { readonly kind: 'insert'; readonly id: number; readonly fields: Document }
  | { readonly kind: 'update'; readonly filter: Document; readonly update: Document | Document[] }
  | { readonly kind: 'delete'; readonly filter: Document }
  | { readonly kind: 'deleteOne'; readonly id: unknown };

export interface Question {
  readonly filter: Document;
  readonly sort: Document | undefined;
  readonly skip: number;
  readonly limit: number;
  readonly key: string;
}

/** Documents, indexes over them, and what is asked before and after changes, all of it over the same few values. */
export interface Round {
  readonly documents: readonly Document[];
  readonly indexes: readonly Document[];
  readonly questions: readonly Question[];
  readonly changes: readonly Change[];
  readonly more: readonly Change[];
}

export const round: fc.Arbitrary<Round> = palette.chain((values) => {
  const over = new Over(values);
  const changes = fc.array(over.change(), { maxLength: 6 });
  return fc.record({
    documents: fc.array(over.fields, { maxLength: ids.length }),
    indexes,
    questions: fc.array(over.question(), { minLength: 6, maxLength: 6 }),
    changes,
    more: changes,
  });
});

/** Everything that can be made of a few values. */
class Over {
  /** `a` and `b` are never arrays, `c` may hold documents, `d` values in arrays: no index takes two arrays of one document. */
  readonly fields: fc.Arbitrary<Document>;
  private readonly scalar: fc.Arbitrary<unknown>;
  /** Mostly small numbers, so that arrays reach to both sides of a range, and elements meet one condition each. */
  private readonly near: fc.Arbitrary<unknown>;
  private readonly embedded: fc.Arbitrary<Document>;
  private readonly value: fc.Arbitrary<unknown>;
  private readonly list: fc.Arbitrary<unknown[]>;
  private readonly range: fc.Arbitrary<Document>;
  private readonly condition: fc.Arbitrary<unknown>;
  private readonly simple: fc.Arbitrary<Document>;
  private readonly filter: fc.Arbitrary<Document>;

  constructor(values: readonly unknown[]) {
    this.scalar = fc.oneof({ weight: 2, arbitrary: small }, { weight: 5, arbitrary: fc.constantFrom(...values) });
    this.near = fc.oneof({ weight: 3, arbitrary: small }, { weight: 1, arbitrary: this.scalar });
    this.embedded = fc.record({ x: this.near, y: this.near }, { requiredKeys: [] });
    // A stored regular expression matches an equal one, wherever texts are asked for.
    const stored = fc.constant(new BSONRegExp('^a', ''));
    this.value = fc.oneof({ weight: 8, arbitrary: this.scalar }, { weight: 1, arbitrary: this.embedded }, { weight: 1, arbitrary: stored });
    const nested = fc.array(this.scalar, { maxLength: 2 });
    this.list = fc.array(fc.oneof({ weight: 6, arbitrary: this.near }, { weight: 1, arbitrary: nested }), { maxLength: 3 });
    this.fields = fc.record(
      {
        a: this.value,
        b: this.scalar,
        c: fc.oneof(this.embedded, fc.array(this.embedded, { maxLength: 3 }), this.scalar),
        d: fc.oneof(this.list, this.scalar),
        n: fc.integer({ min: 0, max: 5 }),
      },
      { requiredKeys: ['n'] },
    );
    this.range = rangeOver(this.near);
    this.condition = this.conditions();
    this.simple = this.simpleFilters();
    this.filter = this.filters();
  }

  question(): fc.Arbitrary<Question> {
    const key = fc.constantFrom('a', 'b', 'c.x', 'd', 'n', '_id');
    const rest = fc.record({ skip: fc.constantFrom(0, 0, 0, 2), limit: fc.constantFrom(0, 0, 1, 5), key });
    const any = fc.record({ filter: this.filter, sort: fc.option(sort, { nil: undefined }) });
    // Of an array a range shows a part, which is not where its document stands in the order.
    const ordered = fc
      .tuple(fc.constantFrom('a', 'b', 'c.x', 'd', 'd'), fc.oneof(this.range, this.condition), direction)
      .map(([field, condition, way]) => ({ filter: { [field]: condition }, sort: { [field]: way } }));
    return fc
      .tuple(fc.oneof({ weight: 3, arbitrary: any }, { weight: 1, arbitrary: ordered }), rest)
      .map(([asked, more]) => ({ ...asked, ...more }));
  }

  /** Changes that no index can refuse, so that it does not matter in which order documents take them. */
  change(): fc.Arbitrary<Change> {
    const { scalar, filter, simple } = this;
    const set = fc
      .record({ a: this.value, b: scalar, d: fc.oneof(this.list, scalar) }, { requiredKeys: [] })
      .filter((fields) => Object.keys(fields).length > 0);
    const update: fc.Arbitrary<Document | Document[]> = fc.oneof(
      fc.record({ $set: set }),
      fc.constantFrom('a', 'b', 'c', 'd').map((name) => ({ $unset: { [name]: 1 } })),
      fc.record({ $inc: fc.record({ n: fc.integer({ min: -1, max: 2 }) }) }),
      fc.record({ $set: fc.record({ c: fc.oneof(this.embedded, fc.array(this.embedded, { maxLength: 3 })) }) }),
      fc.record({ $rename: fc.constant({ b: 'a' }) }),
      fc.constant<Document[]>([{ $set: { b: '$n' } }]),
    );
    const push = fc.record({
      kind: fc.constant('update' as const),
      filter: fc.constant<Document>({ d: { $type: 'array' } }),
      update: fc.record({ $push: fc.record({ d: scalar }) }),
    });
    const id = fc.nat(1000).map((i) => i + 100);
    return fc.oneof(
      { weight: 3, arbitrary: fc.record({ kind: fc.constant('insert' as const), id, fields: this.fields }) },
      { weight: 5, arbitrary: fc.record({ kind: fc.constant('update' as const), filter, update }) },
      { weight: 1, arbitrary: push },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), filter: simple }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('deleteOne' as const), id: someId }) },
    );
  }

  private conditions(): fc.Arbitrary<unknown> {
    const { scalar } = this;
    return fc.oneof(
      { weight: 3, arbitrary: scalar },
      { weight: 3, arbitrary: rangeOver(scalar) },
      { weight: 2, arbitrary: fc.record({ $in: fc.array(fc.oneof(scalar, fc.constant(/^a/)), { maxLength: 4 }) }) },
      { weight: 2, arbitrary: regex },
      {
        weight: 3,
        arbitrary: fc.oneof(
          fc.record({ $ne: scalar }),
          fc.record({ $nin: fc.array(scalar, { maxLength: 2 }) }),
          fc.record({ $exists: fc.boolean() }),
          fc.record({ $eq: this.list }),
          fc.record({ $type: fc.constantFrom('string', 'number', 'null', 'array') }),
          fc.record({ $all: fc.array(scalar, { minLength: 1, maxLength: 2 }) }),
          fc.record({ $size: fc.nat(2) }),
          fc.record({ $elemMatch: fc.record({ $gte: scalar, $lte: scalar }) }),
          fc.record({ $not: fc.record({ $gt: scalar }) }),
        ),
      },
    );
  }

  private simpleFilters(): fc.Arbitrary<Document> {
    const { condition, near, range } = this;
    const part = fc.oneof(near, range);
    const u = fc.oneof(fc.nat(30), fc.record({ $in: fc.array(fc.nat(30), { maxLength: 3 }) }));
    return fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record(
          { a: condition, b: condition, 'c.x': condition, 'c.y': condition, d: condition, n: fc.nat(5) },
          { requiredKeys: [] },
        ),
      },
      { weight: 2, arbitrary: fc.record({ a: condition, b: condition }) },
      { weight: 2, arbitrary: fc.record({ 'c.x': part, 'c.y': part }) },
      { weight: 2, arbitrary: fc.record({ d: range }) },
      { weight: 2, arbitrary: fc.constantFrom('a', 'b').chain((field) => condition.map((one) => ({ [field]: one }))) },
      { weight: 2, arbitrary: byId.map((_id) => ({ _id })) },
      { weight: 1, arbitrary: fc.record({ _id: byId, a: condition }, { requiredKeys: ['_id'] }) },
      { weight: 1, arbitrary: fc.record({ u }) },
    );
  }

  private filters(): fc.Arbitrary<Document> {
    const { simple, condition } = this;
    const some = fc.array(simple, { minLength: 1, maxLength: 2 });
    const elements = fc.record({ x: condition, y: condition }, { requiredKeys: ['x'] }).map(($elemMatch) => ({ c: { $elemMatch } }));
    return fc.oneof(
      { weight: 1, arbitrary: fc.constant({}) },
      { weight: 6, arbitrary: simple },
      { weight: 2, arbitrary: fc.array(simple, { minLength: 1, maxLength: 3 }).map(($or) => ({ $or })) },
      { weight: 1, arbitrary: some.map(($and) => ({ $and })) },
      { weight: 1, arbitrary: fc.tuple(simple, some).map(([one, $or]) => ({ ...one, $or })) },
      { weight: 1, arbitrary: some.map(($nor) => ({ $nor })) },
      { weight: 1, arbitrary: elements },
    );
  }
}

function rangeOver(values: fc.Arbitrary<unknown>): fc.Arbitrary<Document> {
  return fc.oneof(
    fc.record({ $gte: values, $lt: values }),
    fc.record({ $gt: values, $lte: values }),
    fc.record({ $gte: values }),
    fc.record({ $gt: values }),
    fc.record({ $lte: values }),
  );
}
