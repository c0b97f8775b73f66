import { Binary, BSONRegExp, Decimal128, Double, ObjectId } from 'bson';
import fc from 'fast-check';
import type { Document } from '../bson/codec';
import { compileFilter } from '../query/matcher';
import { atOnce, breath, paced } from '../values/breath';
import { parseCollation, type Collation } from '../values/collation';
import { compilePipeline, type PipelineContext } from './pipeline';

const dec = (text: string): Decimal128 => Decimal128.fromString(text);
const scalars: unknown[] = [
  null, 0, -0, 1, new Double(1), 1n, dec('1.0'), 1.5, dec('1.5'), NaN, dec('NaN'), 9007199254740993n, 9007199254740992, '', 'a', 'A', 'á',
  true, false, new Date(1), new Date(2), new ObjectId('64b000000000000000000001'), new Binary(Buffer.from([1])), new BSONRegExp('a', ''), {}, { a: 1 }, { a: 1n }, { a: 'A' },
]; // prettier-ignore

const scalar = fc.constantFrom(...scalars);
const value = fc.oneof(
  { weight: 5, arbitrary: scalar },
  { weight: 2, arbitrary: fc.array(scalar, { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.array(fc.array(scalar, { maxLength: 2 }), { maxLength: 2 }) },
);
const field = fc.option(value, { nil: undefined });
const documents = fc.array(
  fc.oneof(
    field.map((a) => (a === undefined ? {} : { a })),
    fc.array(field, { maxLength: 3 }).map((list) => ({ a: list.map((b) => (b === undefined ? {} : { b })) })),
    field.map((b) => ({ a: b === undefined ? {} : { b } })),
  ),
  { maxLength: 8 },
);

/** A server that has no index: it looks at each document, unless it is asked for all of them to be joined by hash. */
function serverOf(foreign: Document[], collation: Collation | undefined, byHash: boolean): PipelineContext {
  const found = (filter: Document): Document[] => {
    const matches = compileFilter(filter, { collation });
    return foreign.filter((document) => matches(document));
  };
  return {
    collection: () => paced(foreign),
    find: (_name, filter) => found(filter),
    ...(byHash && {
      // eslint-disable-next-line require-yield -- nothing to wait for here
      *toJoin() {
        return foreign;
      },
    }),
    now: new Date(0),
    collation,
  };
}

describe('a join by fields', () => {
  it.each([
    ['plainly', undefined],
    ['by a collation', parseCollation({ locale: 'en', strength: 2 })],
    ['by base letters', parseCollation({ locale: 'en', strength: 1 })],
  ])('finds the same by hash as by asking for each document, %s', (_how, collation) => {
    fc.assert(
      fc.property(
        documents,
        documents,
        fc.constantFrom('a', 'a.b'),
        fc.constantFrom('a', 'a.b', 'a.0'),
        (local, foreign, localField, foreignField) => {
          const numbered = foreign.map((one, _id) => ({ _id, ...one }));
          const stages = [{ $lookup: { from: 'others', localField, foreignField, as: 'found' } }];
          const [fast, slow] = [true, false].map((byHash) => {
            const out = atOnce(compilePipeline(stages, serverOf(numbered, collation, byHash)).run(local));
            return [...out].map(({ found }) => (found as Document[]).map(({ _id }) => _id as number));
          });
          expect(fast).toEqual(slow);
        },
      ),
      { numRuns: 1500 },
    );
  });

  it('reads the other collection once, giving way, or asks for each document where that is refused', () => {
    const foreign = Array.from({ length: 100 }, (_, _id) => ({ _id, a: _id % 10 }));
    const server = serverOf(foreign, undefined, false);
    let reads = 0;
    let finds = 0;
    const count = (documents: Document[] | undefined): PipelineContext => ({
      ...server,
      find: (name, filter) => (finds++, server.find!(name, filter)),
      *toJoin() {
        reads++;
        yield breath;
        return documents;
      },
    });
    const stages = [{ $lookup: { from: 'others', localField: 'a', foreignField: 'a', as: 'found' } }];
    const join = (documents: Document[] | undefined): unknown[] => [
      ...compilePipeline(stages, count(documents)).run([{ a: 1 }, { a: 2 }, { a: 11 }]),
    ];
    const hashed = join(foreign);
    expect([reads, finds]).toEqual([1, 0]);
    expect(hashed.filter((item) => item === breath).length).toBeGreaterThan(1);
    const asked = join(undefined);
    expect([reads, finds]).toEqual([2, 3]);
    expect(asked.filter((item) => item !== breath)).toEqual(hashed.filter((item) => item !== breath));
  });
});
