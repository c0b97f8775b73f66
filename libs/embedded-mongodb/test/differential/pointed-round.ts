import { BSONRegExp } from 'bson';
import type { Document } from '../../src/bson/document';
import type { Question, Round } from './questions';

const long = 'x'.repeat(1200);

function ask(filter: Document, sort?: Document): Question {
  return { filter, sort, skip: 0, limit: 0, key: 'd' };
}

const bothWays = (filter: Document, field: string): Question[] => [1, -1].map((way) => ask(filter, { [field]: way }));

/** One round of what needs its guard: each question is answered wrongly where one is missing. */
export const pointedRound: Round = {
  documents: [
    { n: 0, d: [0, 3], a: 1, b: NaN, e: 3 },
    { n: 1, d: [2], a: NaN, b: 1, e: 1 },
    { n: 2, d: [1, 2, 5], a: 'a' },
    { n: 3, d: [-1, 9], a: 'a\0' },
    { n: 4, d: 2, a: 'a\u{10437}' },
    { n: 5, d: [], a: 'b' },
    { n: 0, d: [[2], 1], a: new BSONRegExp('^a', '') },
    { n: 1, a: `${long}2`, b: `${long}2` },
    { n: 2, a: `${long}1`, b: `${long}3` },
    { n: 3, a: `${long}3`, b: `${long}1` },
    { n: 4, c: [{ x: 0, y: 1 }, { x: 1, y: 0 }] }, // prettier-ignore
    { n: 5, c: [{ x: 1, y: 1 }, {}] },
    { n: 0, c: [{ x: -2 }, { x: 5 }] },
    { n: 1, c: { x: 1, y: 1 }, b: null },
  ],
  indexes: [
    { name: 'a', key: { a: 1 } },
    { name: 'b', key: { b: -1, 'c.x': 1 } },
    { name: 'c', key: { 'c.x': 1, 'c.y': 1 } },
    { name: 'd', key: { d: 1 } },
    { name: 'e', key: { e: 1 } },
    { name: 'n', key: { n: 1, u: -1 } },
    { name: 'sparse', key: { f: 1, g: 1 }, sparse: true },
    { name: 'partial', key: { b: 1, n: 1 }, partialFilterExpression: { a: { $lte: 2 } } },
  ],
  questions: [
    ...[{ d: { $gte: 2 } }, { d: { $lt: 3 } }, { d: 2 }, { d: { $in: [2, 9] } }].flatMap((filter) => bothWays(filter, 'd')),
    ...[{ 'c.x': { $gte: 0 } }, { 'c.x': 1 }].flatMap((filter) => bothWays(filter, 'c.x')),
    ...[{}, { a: { $gte: long } }, { a: { $in: [`${long}2`, `${long}1`] } }].flatMap((filter) => bothWays(filter, 'a')),
    ...[{}, { b: { $gte: long } }].flatMap((filter) => bothWays(filter, 'b')),
    ask({ d: { $gt: 2, $lt: 3 } }),
    ask({ d: { $gte: 3, $lte: 4 } }),
    ...bothWays({ e: { $gte: 2 } }, 'e'),
    ask({ e: { $gt: 2, $lt: 4 } }),
    ask({ 'c.x': 0, 'c.y': 0 }),
    ask({ 'c.x': { $gte: 1 }, 'c.y': { $gte: 1 } }),
    ask({ c: { $elemMatch: { x: 0, y: 0 } } }),
    ask({ a: NaN, b: 1, n: 1 }),
    { ...ask({ _id: 4 }), skip: 1 },
    ask({ _id: 5 }),
    ask({ f: null }),
    ask({ f: { $in: [null, 1] } }),
    ask({ b: { $gte: NaN } }),
    ask({ a: { $lte: NaN } }),
    ask({ a: { $regex: '^a|b' } }),
    ask({ a: { $regex: '^a\u{10437}*' } }),
    ask({ a: { $regex: '^ab?' } }),
    ask({ a: { $regex: '^A', $options: 'i' } }),
    ask({ a: { $in: ['a', 'a\0'] } }),
    ask({ a: { $gt: 'a' } }),
    ask({ n: 2 }),
    ask({}, { n: -1, u: 1 }),
    ask({ n: { $in: [1, 3] } }, { u: -1 }),
    ask({ n: { $in: [1, 3] } }, { n: 1, u: 1 }),
    ask({ $or: [{ n: 1 }, { d: 2 }, { b: 1 }] }),
  ],
  changes: [{ kind: 'update', filter: { n: 4 }, update: { $set: { d: [7, -7] } } }],
  // No document has had an array at `e` before.
  more: [
    { kind: 'deleteOne', id: 5 },
    { kind: 'update', filter: { n: 2 }, update: { $inc: { n: 4 } } },
    { kind: 'update', filter: { n: 6 }, update: { $inc: { n: -4 } } },
    { kind: 'update', filter: { n: 4 }, update: { $inc: { n: 5 } } },
    { kind: 'update', filter: { n: 1 }, update: { $set: { e: [1, 5] } } },
    { kind: 'update', filter: { n: 1 }, update: { $set: { d: [4, -4], a: `${long}0` } } },
  ],
};
