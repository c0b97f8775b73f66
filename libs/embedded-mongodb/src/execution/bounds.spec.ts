import { BSONRegExp } from 'bson';
import { sampleValues } from '../../test/sample-values';
import { encodeValue } from '../indexes/key-string';
import { compileFilter } from '../query/matcher';
import { intervalsOf, type Interval, type KeyField } from './bounds';
import { conjunctionOf } from './conditions';

const comparable = sampleValues.filter((value) => !/RegExp/.test(String((value as { _bsontype?: string } | null)?._bsontype)));
const comparisons = ['$eq', '$gt', '$gte', '$lt', '$lte'].flatMap((operator) => comparable.map((value) => ({ [operator]: value })));
const patterns = [
  '^a',
  '^ab',
  '^ab?',
  '^ab*',
  '^a{0}',
  '^a+',
  '^a\u{10437}',
  '^a\u{10437}*',
  '^a\u{10437}?',
  '^a|b',
  '^(a|b)',
  'b',
  '^a.',
  '^',
  '^é?',
];
const regexes = patterns.flatMap(($regex) => ['', 'i', 'm', 'x', 's'].map(($options) => ({ $regex, $options })));
const lists = comparable.flatMap((value) => [{ $in: [value, 'b', 3] }, { $in: [value, new BSONRegExp('^a'), new BSONRegExp('^ab')] }]);
const conditions: Record<string, unknown>[] = [...comparisons, ...regexes, ...lists, { $exists: false }, { $exists: true }];

describe.each([
  ['ascending', false],
  ['descending', true],
])('%s bounds', (_name, descending) => {
  const field: KeyField = { descending, text: 'order', encode: (value) => encodeValue(value, descending) };
  const boundsOf = (condition: Record<string, unknown>): Interval[] | undefined =>
    intervalsOf(conjunctionOf({ a: condition }).byPath.get('a')![0]!, field);

  it.each(conditions)('hold all that fulfils %j', (condition) => {
    const intervals = boundsOf(condition);
    const fulfils = compileFilter({ a: condition });
    for (const value of [undefined, ...sampleValues]) {
      if (!fulfils(value === undefined ? {} : { a: value })) continue;
      // A key goes on behind its value: with the end mark, or with the next field.
      const key = Buffer.concat([encodeValue(value, descending), Buffer.from([0x04])]);
      if (intervals && !intervals.some(({ start, end }) => start.compare(key) <= 0 && key.compare(end) < 0))
        throw new Error(`not within the bounds: ${String(value)}`);
    }
    expect(intervals ?? []).toEqual((intervals ?? []).toSorted((a, b) => a.start.compare(b.start)));
  });

  it('leave out what cannot fulfil a condition', () => {
    const within = (condition: Record<string, unknown>): unknown[] => {
      const intervals = boundsOf(condition)!;
      const has = (key: Buffer): boolean => intervals.some(({ start, end }) => start.compare(key) <= 0 && key.compare(end) < 0);
      return sampleValues.filter((value) => has(Buffer.concat([encodeValue(value, descending), Buffer.from([0x04])])));
    };
    expect(within({ $eq: 'ab' })).toEqual(['ab']);
    expect(within({ $gt: 'b' })).toEqual(['ba', '\uE000']);
    expect(within({ $lt: new Date(0) })).toEqual([new Date(-5)]);
    expect(within({ $regex: '^b' })).toEqual(['b', 'ba', expect.anything(), expect.anything()]);
  });
});
