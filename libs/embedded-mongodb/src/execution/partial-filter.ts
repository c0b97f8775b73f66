import { isNaNValue } from '../bson/numbers';
import { isDocument, type Document } from '../bson/document';
import { bsonType, bsonTypes, isNumeric } from '../bson/types';
import { mayHoldText } from '../indexes/folded';
import { sameCollation, type Collation } from '../values/collation';
import { compareValues } from '../values/compare';
import { conjunctionOf, excludesMissing, type Condition, type Conjunction } from './conditions';

/**
 * Whether every document that fulfils the conjunction also fulfils a partial index's filter, so that the index holds them all. Only sure
 * cases count: each demand of the index's filter must follow from one of the query's on the same path.
 */
export function impliesPartialFilter(
  query: Conjunction,
  partial: Document,
  collations: { readonly index?: Collation; readonly query?: Collation } = {},
): boolean {
  if (!isPlain(partial)) return false;
  const alike = sameCollation(collations.index, collations.query);
  for (const [path, demands] of conjunctionOf(partial).byPath) {
    const given = query.byPath.get(path) ?? [];
    // What is true of text by one collation need not be by another.
    if (!alike && demands.some(({ operator, value }) => operator !== '$exists' && mayHoldText(value))) return false;
    if (!demands.every((demand) => given.some((condition) => implies(condition, demand, collations.query)))) return false;
  }
  return true;
}

const understood = new Set(['$eq', '$gt', '$gte', '$lt', '$lte', '$exists', '$in']);

/** Whether the filter consists only of what `conjunctionOf` lists. */
function isPlain(partial: Document): boolean {
  return Object.entries(partial).every(([name, value]) => {
    if (name === '$and') return (value as Document[]).every(isPlain);
    if (name.startsWith('$')) return false;
    if (!isDocument(value)) return true;
    const operators = Object.keys(value);
    return !operators[0]?.startsWith('$') || operators.every((operator) => understood.has(operator));
  });
}

function implies(given: Condition, demand: Condition, collation: Collation | undefined): boolean {
  if (given.operator === demand.operator && same(given.value, demand.value, collation)) return true;
  if (demand.operator === '$exists') return demand.value !== false && excludesMissing(given);
  if (given.operator === '$in')
    return (
      Array.isArray(given.value) &&
      given.value.length > 0 &&
      given.value.every((value) => implies({ operator: '$eq', value }, demand, collation))
    );
  if (demand.operator === '$in')
    return given.operator === '$eq' && Array.isArray(demand.value) && demand.value.some((value) => same(given.value, value, collation));
  return impliesComparison(given, demand, collation);
}

function impliesComparison(given: Condition, demand: Condition, collation: Collation | undefined): boolean {
  if (!sameKind(given.value, demand.value)) return false;
  const order = compareValues(given.value, demand.value, collation);
  switch (demand.operator) {
    case '$eq':
      return given.operator === '$eq' && order === 0;
    case '$gt':
      return order > 0 ? ['$eq', '$gt', '$gte'].includes(given.operator) : order === 0 && given.operator === '$gt';
    case '$gte':
      return order >= 0 && ['$eq', '$gt', '$gte'].includes(given.operator);
    case '$lt':
      return order < 0 ? ['$eq', '$lt', '$lte'].includes(given.operator) : order === 0 && given.operator === '$lt';
    case '$lte':
      return order <= 0 && ['$eq', '$lt', '$lte'].includes(given.operator);
    default:
      return false;
  }
}

function same(a: unknown, b: unknown, collation: Collation | undefined): boolean {
  return compareValues(a, b, collation) === 0;
}

function sameKind(a: unknown, b: unknown): boolean {
  return kind(a) === kind(b) && kind(a) !== 'other';
}

function kind(value: unknown): string {
  // In the order of values it comes before all numbers, but it fulfils no comparison with one.
  if (isNaNValue(value)) return 'other';
  if (typeof value === 'number' || typeof value === 'bigint') return 'number';
  if (typeof value === 'string' || typeof value === 'boolean') return typeof value;
  if (value instanceof Date) return 'date';
  if (isNumeric(value)) return 'number';
  return bsonType(value) === bsonTypes.objectId ? 'objectId' : 'other';
}
