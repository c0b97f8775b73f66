import { BSONRegExp } from 'bson';
import { sampleValues } from '../../test/sample-values';
import type { Document } from '../bson/document';
import { compileFilter } from '../query/matcher';
import { conjunctionOf } from './conditions';
import { impliesPartialFilter } from './partial-filter';

const operands = [-1, 2, 2.5, NaN, 'a', 'ab', '', null, true, new Date(0), { x: 1 }];
const conditions: Document[] = [
  ...['$eq', '$gt', '$gte', '$lt', '$lte'].flatMap((operator) => operands.map((operand) => ({ [operator]: operand }))),
  ...[{ $in: [2, 'a'] }, { $in: [null, 2] }, { $in: [] }, { $in: [2, NaN] }, { $in: [new BSONRegExp('^a')] }],
  ...[{ $exists: true }, { $exists: false }, { $regex: '^a' }, { $ne: 2 }, { $type: 'number' }, { $not: { $gt: 2 } }],
  ...[
    { $gte: 2, $lt: 3 },
    { $gt: -1, $lte: 2 },
  ],
];

const documents: Document[] = [{}, ...sampleValues, [], [2], [-1, 'a'], [null], [NaN, 3]].map((value, i) => (i === 0 ? {} : { a: value }));

it.each(conditions)('trusts a partial index of %j with no question that asks for more', (partial) => {
  const holds = compileFilter({ a: partial });
  for (const asked of conditions) {
    if (!impliesPartialFilter(conjunctionOf({ a: asked }), { a: partial })) continue;
    const fulfils = compileFilter({ a: asked });
    expect({ asked, missing: documents.filter((document) => fulfils(document) && !holds(document)) }).toEqual({ asked, missing: [] });
  }
});

it.each<[Document, Document]>([
  [{ a: 2 }, { a: { $gt: 1 } }],
  [{ a: { $gt: 2 } }, { a: { $gte: 2 } }],
  [{ a: { $gte: 3, $lt: 9 } }, { a: { $gt: 2 } }],
  [{ a: { $in: [2, 3] } }, { a: { $in: [3, 2, 1] } }],
  [{ a: 'x' }, { a: { $exists: true } }],
  [{ a: { $gt: null } }, { a: { $gt: null } }],
])('uses for %j an index of %j', (asked, partial) => {
  expect(impliesPartialFilter(conjunctionOf(asked), partial)).toBe(true);
});
