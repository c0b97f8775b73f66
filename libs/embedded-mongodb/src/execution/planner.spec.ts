import { Decimal128, Double } from 'bson';
import fc from 'fast-check';
import { insertInto, openedEngine } from '../../test/opened-engine';
import { decode, encode, type Document } from '../bson/codec';
import type { Engine } from '../engine';
import { findDocuments, type Query } from './find-documents';
import { compareValues } from '../values/compare';
import { compileSort } from '../values/sort';
import type { Collection } from '../storage/collection';
import type { View } from '../storage/view';
import { Transaction } from '../transactions/transaction';
import { buildIndex } from '../storage/index-build';
import { encodeKey } from '../indexes/key-string';

const scalar = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom<unknown>(
    null,
    '',
    'a',
    'ab',
    'b',
    true,
    false,
    1.5,
    new Double(2),
    2n,
    9007199254740993n,
    Decimal128.fromString('1.5'),
    new Date(0),
    new Date(5),
  ),
);
const embedded = fc.record({ x: scalar, y: scalar }, { requiredKeys: [] });
const value = fc.oneof(
  { weight: 5, arbitrary: scalar },
  { weight: 1, arbitrary: fc.array(scalar, { maxLength: 3 }) },
  { weight: 1, arbitrary: embedded },
);
/** No index takes two arrays of one document, so only the first stays. */
const document = fc
  .record({ a: value, b: value, c: fc.oneof(embedded, fc.array(embedded, { maxLength: 3 }), scalar) }, { requiredKeys: [] })
  .map((fields) => {
    const arrays = Object.entries(fields).filter(([, one]) => Array.isArray(one));
    return { ...fields, ...Object.fromEntries(arrays.slice(1).map(([name]) => [name, 0])) };
  });

const condition = fc.oneof(
  scalar,
  fc.record({ $gte: scalar, $lt: scalar }, { requiredKeys: ['$gte'] }),
  fc.record({ $gt: scalar, $lte: scalar }, { requiredKeys: ['$lte'] }),
  fc.record({ $in: fc.array(scalar, { maxLength: 4 }) }),
  fc.record({ $ne: scalar }),
  fc.record({ $exists: fc.boolean() }),
  fc.constant({ $regex: '^a' }),
  fc.record({ $all: fc.array(scalar, { minLength: 1, maxLength: 2 }) }),
  fc.record({ $elemMatch: fc.record({ $gte: scalar, $lte: scalar }) }),
  fc.record({ $not: fc.record({ $gt: scalar }) }),
);
const simple = fc.record({ a: condition, b: condition, 'c.x': condition, 'c.y': condition }, { requiredKeys: [] });
const filter = fc.oneof(
  { weight: 4, arbitrary: simple },
  { weight: 1, arbitrary: fc.record({ $or: fc.array(simple, { minLength: 1, maxLength: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ $and: fc.array(simple, { minLength: 1, maxLength: 2 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      a: condition,
      c: fc.record({ $elemMatch: fc.record({ x: condition, y: condition }, { requiredKeys: ['x'] }) }),
    }),
  },
);
const direction = fc.constantFrom(1, -1);
const sort = fc.option(
  fc.oneof(
    fc.record({ a: direction }),
    fc.record({ a: direction, b: direction }),
    fc.record({ b: direction, 'c.x': direction }),
    fc.record({ 'c.x': direction }),
  ),
  { nil: undefined },
);

const indexes: { key: Record<string, number>; sparse?: boolean; partialFilterExpression?: Document }[] = [
  { key: { a: 1 } },
  { key: { a: 1, b: -1 } },
  { key: { b: 1, a: 1 }, sparse: true },
  { key: { b: -1, 'c.x': 1 } },
  { key: { 'c.x': 1, 'c.y': 1 } },
  { key: { 'c.y': -1 }, partialFilterExpression: { a: { $gt: 0 } } },
];

describe('any index plan', () => {
  const opened = openedEngine();
  let engine: Engine;
  let last = 0;

  beforeEach(() => {
    ({ engine } = opened);
  });

  /** A collection with all the indexes, filled. */
  function filled(documents: readonly Document[]): Promise<Collection> {
    return engine.writer.run(() => {
      const collection = engine.catalog.create('test', `things-${++last}`);
      for (const spec of indexes) buildIndex(engine, collection, { ...spec, name: JSON.stringify(spec) });
      for (const [position, fields] of documents.entries()) insertInto(engine.writes, collection, position, fields);
      return collection;
    });
  }

  function find(view: View, collection: Collection, query: Query): Document[] {
    return [...findDocuments({ view, collection }, query)].map(({ bytes }) => decode(bytes));
  }

  function expectSameAsScan(view: View, collection: Collection, query: Query): void {
    const scanned = find(view, collection, { ...query, hint: { $natural: 1 } });
    const found = find(view, collection, query);
    expect(found.map(({ _id }) => _id as number).sort()).toEqual(scanned.map(({ _id }) => _id as number).sort());
    const order = query.sort && compileSort(query.sort);
    if (order) expect(found.every((one, position) => position === 0 || order(found[position - 1]!, one) <= 0)).toBe(true);
  }

  it('finds what a scan finds, in the same order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(document, { maxLength: 25 }),
        fc.array(fc.tuple(filter, sort), { minLength: 8, maxLength: 8 }),
        async (documents, questions) => {
          const collection = await filled(documents);
          for (const [asked, order] of questions) expectSameAsScan(engine.current, collection, { filter: asked, sort: order });
        },
      ),
      { numRuns: 120 },
    );
  });

  it('does so inside a transaction that has inserted, changed and removed', async () => {
    const change = fc.record({ position: fc.nat(30), kind: fc.constantFrom('insert', 'change', 'remove'), fields: document });
    await fc.assert(
      fc.asyncProperty(
        fc.array(document, { minLength: 3, maxLength: 15 }),
        fc.array(change, { maxLength: 8 }),
        fc.array(fc.tuple(filter, sort), { minLength: 8, maxLength: 8 }),
        async (documents, changes, questions) => {
          const collection = await filled(documents);
          const snapshot = engine.environment.snapshot();
          const transaction = new Transaction(engine.environment, snapshot, engine.writer.sequenceAt(snapshot));
          for (const [step, { position, kind, fields }] of changes.entries()) {
            const all = [...transaction.records(collection, false)];
            const target = all[position % Math.max(1, all.length)];
            if (kind === 'insert' || !target) insertInto(transaction, collection, 100 + step, fields);
            else if (kind === 'remove') transaction.apply(collection, [{ record: target.record, before: target.bytes }]);
            else
              transaction.apply(collection, [
                {
                  record: target.record,
                  before: target.bytes,
                  after: Buffer.from(encode({ _id: decode(target.bytes)['_id'], ...(fields as Document) })),
                },
              ]);
          }
          for (const [asked, order] of questions) expectSameAsScan(transaction, collection, { filter: asked, sort: order });
          const seen = find(transaction, collection, { filter: {}, hint: { $natural: 1 } });
          await engine.writer.run(() => transaction.replay(engine.writes, { lsid: {}, txnNumber: 1n }));
          transaction.end();
          expect(find(engine.current, collection, { filter: {}, hint: { $natural: 1 } })).toEqual(seen);
          for (const [asked, order] of questions) expectSameAsScan(engine.current, collection, { filter: asked, sort: order });
        },
      ),
      { numRuns: 80 },
    );
  });
});

describe('keys', () => {
  it('order as the values do, ascending and descending', () => {
    fc.assert(
      fc.property(
        fc.oneof(scalar, embedded, fc.string(), fc.double({ noNaN: true }), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
        fc.oneof(scalar, embedded, fc.string(), fc.double({ noNaN: true }), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
        (a, b) => {
          const order = Math.sign(compareValues(a, b));
          const key = (one: unknown, descending: boolean): Buffer => encodeKey(Buffer.alloc(0), [one], [descending]);
          expect(Math.sign(Buffer.compare(key(a, false), key(b, false)))).toBe(order);
          expect(Math.sign(Buffer.compare(key(a, true), key(b, true)))).toBe(-order || 0);
        },
      ),
      { numRuns: 3000 },
    );
  });
});
