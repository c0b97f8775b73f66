import type { BSONRegExp } from 'bson';
import { isDocument, type Document } from '../bson/document';
import { isRegex, regexParts } from '../values/regex';

/** One demand of a filter on one path, as far as an index can help with it. */
export interface Condition {
  readonly operator: '$eq' | '$in' | '$gt' | '$gte' | '$lt' | '$lte' | '$regex' | '$exists';
  readonly value: unknown;
}

/** A filter, taken apart: what all matching documents must fulfil. Anything not listed is left to the predicate. */
export interface Conjunction {
  readonly byPath: ReadonlyMap<string, readonly Condition[]>;
  /** The branches of each `$or`. */
  readonly alternatives: readonly (readonly Document[])[];
}

const comparisons = new Set(['$eq', '$in', '$gt', '$gte', '$lt', '$lte']);

export function conjunctionOf(filter: Document): Conjunction {
  const byPath = new Map<string, Condition[]>();
  const alternatives: Document[][] = [];
  const add = (path: string, condition: Condition): void => {
    const known = byPath.get(path);
    if (known) known.push(condition);
    else byPath.set(path, [condition]);
  };
  collect(filter, '', add, alternatives);
  return { byPath, alternatives };
}

/** Whether nothing that lacks the field fulfils the condition. */
export function excludesMissing({ operator, value }: Condition): boolean {
  if (operator === '$exists') return value !== false;
  if (operator === '$in') return Array.isArray(value) && !value.some((item) => item === null || item === undefined);
  return value !== null && value !== undefined;
}

type Add = (path: string, condition: Condition) => void;

function collect(filter: Document, prefix: string, add: Add, alternatives: Document[][]): void {
  for (const [name, value] of Object.entries(filter)) {
    if (name === '$and') for (const part of clausesOf(value)) collect(part, prefix, add, alternatives);
    else if (name === '$or' && prefix === '') alternatives.push(clausesOf(value));
    else if (!name.startsWith('$')) collectPath(prefix + name, value, add, alternatives);
  }
}

/** What stands in an `$and` or `$or`; a malformed one has nothing here, and is refused where the filter is compiled. */
function clausesOf(value: unknown): Document[] {
  return Array.isArray(value) ? value.filter(isDocument) : [];
}

function collectPath(path: string, value: unknown, add: Add, alternatives: Document[][]): void {
  if (!isOperatorDocument(value)) return add(path, { operator: isRegex(value) ? '$regex' : '$eq', value });
  for (const [operator, operand] of Object.entries(value)) {
    if (operator === '$exists') add(path, { operator, value: isTrue(operand) });
    else if (comparisons.has(operator)) add(path, { operator: operator as Condition['operator'], value: operand });
    else if (operator === '$regex') add(path, { operator, value: regexOf(operand, value['$options']) });
    else if (operator === '$all') collectAll(path, operand, add);
    else if (operator === '$elemMatch' && isDocument(operand)) {
      if (isOperatorDocument(operand)) collectPath(path, operand, add, alternatives);
      else collect(operand, `${path}.`, add, []);
    }
  }
}

function collectAll(path: string, operand: unknown, add: Add): void {
  const first: unknown = Array.isArray(operand) ? operand[0] : undefined;
  if (first !== undefined && !isOperatorDocument(first) && !isRegex(first)) add(path, { operator: '$eq', value: first });
}

function regexOf(operand: unknown, options: unknown): { pattern: string; options: string } {
  if (typeof operand === 'string') return { pattern: operand, options: typeof options === 'string' ? options : '' };
  const { pattern, options: own } = regexParts(operand as BSONRegExp);
  return { pattern, options: typeof options === 'string' ? options : own };
}

function isTrue(value: unknown): boolean {
  return value !== false && value !== null && value !== undefined && Number(value) !== 0;
}

function isOperatorDocument(value: unknown): value is Document {
  if (!isDocument(value)) return false;
  const first = Object.keys(value)[0];
  return first !== undefined && first.startsWith('$') && first !== '$ref' && first !== '$id' && first !== '$db';
}
