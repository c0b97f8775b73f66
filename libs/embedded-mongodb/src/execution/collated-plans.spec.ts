import fc from 'fast-check';
import { insertInto, openedEngine } from '../../test/opened-engine';
import { decode, type Document } from '../bson/codec';
import type { Engine } from '../engine';
import { buildIndex } from '../storage/index-build';
import type { Collection } from '../storage/collection';
import type { View } from '../storage/view';
import { Transaction } from '../transactions/transaction';
import { parseCollation } from '../values/collation';
import { findAtOnce, type Query } from './find-documents';
import { plan } from './planner';

const anyCase = { locale: 'en', strength: 2 };
const anyAccent = { locale: 'en', strength: 1 };
const collations = [undefined, anyCase, anyAccent];

const text = fc.constantFrom('a', 'A', 'á', 'Á', 'z', 'Z', 'ß', 'SS', '');
const value = fc.oneof(
  { weight: 4, arbitrary: text },
  { weight: 2, arbitrary: fc.constantFrom<unknown>(1, null) },
  { weight: 1, arbitrary: fc.array(text, { maxLength: 2 }) },
  { weight: 1, arbitrary: fc.record({ x: text }) },
);
const document = fc
  .record({ a: value, b: value }, { requiredKeys: [] })
  .map((fields) => (Array.isArray(fields.a) && Array.isArray(fields.b) ? { ...fields, b: 'z' } : fields));
const condition = fc.oneof(
  value,
  fc.record({ $in: fc.array(value, { maxLength: 3 }) }),
  fc.record({ $gte: text, $lt: text }),
  fc.record({ $lte: text }),
  fc.record({ $ne: text }),
  fc.constantFrom({ $regex: '^a' }, { $regex: '^A' }, { $exists: true }),
);
const filter = fc.record({ a: condition, b: condition }, { requiredKeys: [] });
const question = fc.tuple(
  filter,
  fc.constantFrom(...collations),
  fc.constantFrom<Document | undefined>(undefined, { a: 1 }, { b: -1, a: 1 }),
);

const indexes: { key: Record<string, number>; collation?: Document; partialFilterExpression?: Document; sparse?: boolean }[] = [
  // Partial ones first: of two plans as good, the first is taken.
  { key: { b: 1 }, partialFilterExpression: { a: 'a' } },
  { key: { b: 1 }, collation: anyCase, partialFilterExpression: { a: 'a' } },
  { key: { b: -1 }, collation: anyAccent, partialFilterExpression: { a: { $gte: 'a' } } },
  { key: { a: 1 } },
  { key: { a: 1 }, collation: anyCase },
  { key: { a: -1, b: 1 }, collation: anyAccent },
  { key: { b: 1 }, collation: anyCase, sparse: true },
];

const opened = openedEngine();
let engine: Engine;
let last = 0;

beforeEach(() => {
  ({ engine } = opened);
});

function filled(documents: readonly Document[]): Promise<Collection> {
  return engine.writer.run(() => {
    const collection = engine.catalog.create('test', `things-${++last}`);
    for (const { collation, ...spec } of indexes)
      buildIndex(engine, collection, {
        ...spec,
        name: JSON.stringify({ ...spec, collation }),
        ...(collation && { collation: parseCollation(collation)!.document }),
      });
    for (const [id, fields] of documents.entries()) insertInto(engine.writes, collection, id, fields);
    return collection;
  });
}

function ids(view: View, collection: Collection, query: Query): number[] {
  return [...findAtOnce({ view, collection }, query)].map(({ bytes }) => decode(bytes)['_id'] as number);
}

function expectSameAsScan(view: View, collection: Collection, query: Query): void {
  const scanned = ids(view, collection, { ...query, hint: { $natural: 1 } });
  expect(ids(view, collection, query).sort()).toEqual(scanned.sort());
}

it('finds by index what a scan finds under the same collation', async () => {
  let byIndex = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(document, { maxLength: 15 }),
      fc.array(document, { maxLength: 4 }),
      fc.array(question, { minLength: 10, maxLength: 10 }),
      async (documents, more, questions) => {
        const collection = await filled(documents);
        const snapshot = engine.environment.snapshot();
        const transaction = new Transaction(engine.environment, snapshot, engine.writer.sequenceAt(snapshot));
        more.forEach((fields, position) => insertInto(transaction, collection, 100 + position, fields));
        for (const [asked, spec, sort] of questions) {
          const query = { filter: asked, collation: parseCollation(spec), sort };
          expectSameAsScan(engine.current, collection, query);
          expectSameAsScan(transaction, collection, query);
          const { kind } = plan(engine.current, collection, query);
          if (spec && kind === 'IXSCAN') byIndex++;
        }
        transaction.end();
      },
    ),
    { numRuns: 100 },
  );
  expect(byIndex).toBeGreaterThan(100);
});

it('does not answer from a partial index whose filter on text means less than the question', async () => {
  const collection = await engine.writer.run(() => {
    const made = engine.catalog.create('test', 'orders');
    buildIndex(engine, made, { name: 'open', key: { n: 1 }, partialFilterExpression: { state: 'open' } });
    insertInto(engine.writes, made, 1, { state: 'OPEN', n: 5 });
    return made;
  });
  const query = { filter: { state: 'open', n: 5 } };
  expect(ids(engine.current, collection, query)).toEqual([]);
  expect(plan(engine.current, collection, query)).toMatchObject({ kind: 'IXSCAN' });
  expect(ids(engine.current, collection, { ...query, collation: parseCollation(anyCase) })).toEqual([1]);
});
