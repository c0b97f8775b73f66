import type { Document } from '../bson/codec';
import type { Index } from '../indexes/index-definition';
import { wordsField } from '../indexes/text-index';
import type { KeyRange } from '../storage/view';
import { sameCollation, type Collation } from '../values/collation';
import { beforeEnd, intersection, intervalsOf, type Interval, type KeyField } from './bounds';
import type { Conjunction } from './conditions';
import type { Window } from './index-window';

export interface IndexPlan {
  readonly kind: 'IXSCAN';
  readonly index: Index;
  readonly ranges: readonly KeyRange[];
  readonly reverse: boolean;
  /** The documents come in the asked order. */
  readonly sorted: boolean;
  /** How many leading fields are tied to values, and whether the next is limited to a range: what makes one plan better than another. */
  readonly equalities: number;
  readonly ranged: boolean;
  /** Where the values of the leading fields lie; the fields behind them are not limited. */
  readonly bounds: readonly (readonly Interval[])[];
}

export interface Question {
  readonly filter: Document;
  readonly sort?: Document;
  readonly hint?: unknown;
  /** Between which keys of the hinted index to look. */
  readonly window?: Window;
  readonly collation?: Collation;
}

const mostRanges = 2000;

/** The plan that is worth most; of equals, the first. */
export function bestOf(plans: readonly (IndexPlan | undefined)[]): IndexPlan | undefined {
  let best: IndexPlan | undefined;
  for (const candidate of plans) if (candidate && (!best || worth(candidate) > worth(best))) best = candidate;
  return best;
}

function worth({ index, equalities, ranged, sorted, ranges }: IndexPlan): number {
  if (index.unique && equalities === index.fields.length) return 10_000 - ranges.length;
  return equalities * 10 + (ranged ? 5 : 0) + (sorted ? 4 : 0) - index.fields.length / 100;
}

/** The index's plan for the conjunction; undefined when it neither narrows nor sorts. */
export function indexPlan(index: Index, conjunction: Conjunction, { sort, collation }: Question): IndexPlan | undefined {
  const { ranges, equalities, ranged, fixed, bounds } = rangesOf(index, conjunction, collation);
  const order = sortDirection(index, sort, fixed, textIn(index, collation) !== 'order');
  if (equalities === 0 && !ranged && (order === undefined || isEmpty(sort))) return undefined;
  return { kind: 'IXSCAN', index, ranges, reverse: order === -1, sorted: order !== undefined, equalities, ranged, bounds };
}

interface Ranges {
  readonly ranges: KeyRange[];
  readonly equalities: number;
  readonly ranged: boolean;
  readonly bounds: readonly (readonly Interval[])[];
  /** Leading fields tied to exactly one value. */
  readonly fixed: number;
}

/** What the index's keys tell about text under the question's collation. */
function textIn(index: Index, collation: Collation | undefined): KeyField['text'] {
  if (!sameCollation(index.collation, collation)) return 'nothing';
  return collation ? 'equality' : 'order';
}

function rangesOf(index: Index, conjunction: Conjunction, collation: Collation | undefined): Ranges {
  let prefixes = [index.prefix];
  let equalities = 0;
  let fixed = 0;
  const bounded: string[] = [];
  const bounds: (readonly Interval[])[] = [];
  for (const [position, field] of index.fields.entries()) {
    const intervals = fieldIntervals(index, position, conjunction, collation, bounded);
    if (!intervals || prefixes.length * intervals.length > mostRanges) break;
    bounded.push(field);
    bounds.push(intervals);
    if (!intervals.every(({ point }) => point)) {
      return {
        ranges: prefixes.flatMap((prefix) => intervals.map((interval) => rangeIn(prefix, interval))),
        equalities,
        ranged: true,
        bounds,
        fixed,
      };
    }
    if (intervals.length === 1 && fixed === position) fixed++;
    equalities++;
    prefixes = prefixes.flatMap((prefix) => intervals.map(({ start }) => Buffer.concat([prefix, start])));
  }
  return {
    ranges: prefixes.map((prefix) => ({ start: cut(Buffer.concat([prefix, beforeEnd])), end: behind(prefix) })),
    equalities,
    ranged: false,
    bounds,
    fixed,
  };
}

const after = Buffer.from([0xff]);
const afterHash = Buffer.alloc(21, 0xff);
/** Leaves room for the hash that ends a cut key. */
const longestBound = 980;

function rangeIn(prefix: Buffer, { start, end }: Interval): KeyRange {
  const last = Buffer.concat([prefix, end]);
  return { start: cut(Buffer.concat([prefix, start])), end: last.length > longestBound ? behind(last) : last };
}

/** The end of all keys that begin so. What is cut goes on with a hash, which may begin with any byte, this one included. */
function behind(bound: Buffer): Buffer {
  return Buffer.concat([cut(bound), bound.length > longestBound ? afterHash : after]);
}

function cut(bound: Buffer): Buffer {
  return bound.length > longestBound ? bound.subarray(0, longestBound) : bound;
}

function fieldIntervals(
  index: Index,
  position: number,
  conjunction: Conjunction,
  collation: Collation | undefined,
  bounded: readonly string[],
): Interval[] | undefined {
  const field = index.fields[position]!;
  // Two fields below one array need not hold for the same element, so only the first may narrow.
  if (index.multikey !== 0 && bounded.some((other) => sameRoot(other, field))) return undefined;
  const keys: KeyField = {
    descending: index.descending[position]!,
    text: index.text && field === wordsField ? 'order' : textIn(index, collation),
    encode: (value) => index.part(position, value),
  };
  const all = (conjunction.byPath.get(field) ?? [])
    .map((condition) => intervalsOf(condition, keys))
    .filter((intervals) => intervals !== undefined);
  if (all.length === 0) return undefined;
  // Nor need two conditions on one array.
  if (index.multikey & (1 << position)) return all.find((intervals) => intervals.every(({ point }) => point)) ?? all[0];
  return all.reduce(intersection);
}

function sameRoot(a: string, b: string): boolean {
  return a.split('.', 1)[0] === b.split('.', 1)[0];
}

/** 1 or -1 when reading the index that way gives the asked order, undefined when neither does. */
function sortDirection(index: Index, sort: Document | undefined, fixed: number, textUnordered: boolean): number | undefined {
  if (isEmpty(sort)) return 1;
  if (index.hasCutKeys || textUnordered) return undefined;
  const isFixed = (field: string): boolean => index.fields.indexOf(field) >= 0 && index.fields.indexOf(field) < fixed;
  const isArray = (position: number): boolean => (index.multikey & (1 << position)) !== 0;
  let position = 0;
  let direction: number | undefined;
  for (const [field, wanted] of Object.entries(sort!)) {
    if (typeof wanted === 'object') return undefined;
    if (isFixed(field) && !isArray(index.fields.indexOf(field))) continue;
    while (position < fixed && index.fields[position] !== field) position++;
    if (index.fields[position] !== field || isArray(position)) return undefined;
    const here = Number(wanted) * (index.descending[position] ? -1 : 1);
    if (direction !== undefined && direction !== here) return undefined;
    direction = here;
    position++;
  }
  return direction ?? 1;
}

/** The best plan that narrows the search, whatever the order. */
export function narrowest(usable: readonly Index[], conjunction: Conjunction, question: Question): IndexPlan | undefined {
  const best = bestOf(usable.map((index) => indexPlan(index, conjunction, { ...question, sort: undefined })));
  return best && best.equalities + Number(best.ranged) > 0 ? best : undefined;
}

/** All keys of an index. */
export function wholeIndex(index: Index): KeyRange {
  return { start: index.prefix, end: Buffer.concat([index.prefix, after]) };
}

/** Whether no order is asked for. */
export function isEmpty(sort: Document | undefined): boolean {
  return !sort || Object.keys(sort).length === 0;
}
