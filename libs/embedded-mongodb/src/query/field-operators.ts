import { isDocument, type Document } from '../bson/document';
import { isIntegral, toNumber } from '../bson/numbers';
import { isNumeric } from '../bson/types';
import { fail, type MongoError } from '../errors';
import type { Collation } from '../values/collation';
import { bits } from './bit-tests';
import * as leaf from './leaf-tests';
import { isOperatorName } from './leaf-tests';
import { atPath, type Matcher, type TracingTest } from './path-test';
import { isRegex, regexTest } from '../values/regex';

/** One condition on a field, to be used at a path (arrays searched) or on an array's element in `$elemMatch` (taken as it is). */
export type Condition =
  | { readonly test: TracingTest; readonly wholeArray?: boolean }
  /** None of it: at a path the negation is of the whole search, not of each element. */
  | { readonly not: readonly Condition[] };

export interface OperatorContext {
  readonly collation?: Collation;
  readonly path: string;
  /** All operators beside this one, as `$regex` reads `$options`. */
  readonly siblings: Document;
  /** Compiles a filter for elements of an array, for `$elemMatch`. */
  readonly filter: (filter: Document) => Matcher;
}

type Operator = (operand: unknown, context: OperatorContext) => Condition[];

const value = (make: (operand: unknown, collation?: Collation) => leaf.ValueTest): Operator => {
  return (operand, { collation }) => [{ test: make(operand, collation) }];
};
const ordered = (name: string, holds: (order: number) => boolean): Operator => value(leaf.ordered(name, holds));
const bitwise = (name: string, rule: Parameters<typeof bits>[1]): Operator => value(bits(name, rule));

/** The operators of a field's condition, by name. */
export const fieldOperators: Readonly<Record<string, Operator>> = {
  $eq: value(leaf.equals),
  $ne: (operand, { collation, path }) => {
    if (isRegex(operand)) throw fail('BadValue', `Can't have regex as arg to $ne over field '${path}'.`);
    return [{ not: [{ test: leaf.equals(operand, collation) }] }];
  },
  $gt: ordered('$gt', (order) => order > 0),
  $gte: ordered('$gte', (order) => order >= 0),
  $lt: ordered('$lt', (order) => order < 0),
  $lte: ordered('$lte', (order) => order <= 0),
  $in: value(leaf.oneOf),
  $nin: (operand, { collation }) => [{ not: [{ test: leaf.oneOf(operand, collation, '$nin') }] }],
  $exists: (operand) => (isTruthy(operand) ? [{ test: leaf.exists }] : [{ not: [{ test: leaf.exists }] }]),
  $type: value(leaf.hasType),
  $size: (operand) => [{ test: leaf.hasSize(operand), wholeArray: true }],
  $mod: value(leaf.modulo),
  $regex: (operand, { siblings }) => [{ test: leaf.matchesRegex(operand, siblings['$options']) }],
  $options: (_operand, { siblings }) => {
    if (siblings['$regex'] === undefined) throw fail('BadValue', '$options needs a $regex');
    return [];
  },
  $all: all,
  $elemMatch: (operand, context) => [elementMatches(operand, context)],
  $not: not,
  $bitsAllSet: bitwise('$bitsAllSet', (positions, isSet) => positions.every(isSet)),
  $bitsAllClear: bitwise('$bitsAllClear', (positions, isSet) => !positions.some(isSet)),
  $bitsAnySet: bitwise('$bitsAnySet', (positions, isSet) => positions.some(isSet)),
  $bitsAnyClear: bitwise('$bitsAnyClear', (positions, isSet) => !positions.every(isSet)),
  $comment: () => [],
};

const refused: Readonly<Record<string, () => MongoError>> = {
  $near: () => fail('NoQueryExecutionPlans', 'error processing query: unable to find index for $geoNear query'),
  $nearSphere: () => fail('NoQueryExecutionPlans', 'error processing query: unable to find index for $geoNear query'),
  $geoWithin: () => fail('NotImplemented', '$geoWithin is not supported'),
  $geoIntersects: () => fail('NotImplemented', '$geoIntersects is not supported'),
  $within: () => fail('NotImplemented', '$within is not supported'),
};

/** Compiles what stands on the right of a field's name: a value, a regular expression, or operators. */
export function compileConditions(operand: unknown, context: Omit<OperatorContext, 'siblings'>): Condition[] {
  if (isRegex(operand)) return [{ test: regexTest(operand) }];
  if (!isDocument(operand) || !isOperatorName(Object.keys(operand)[0])) return [{ test: leaf.equals(operand, context.collation) }];
  return Object.entries(operand).flatMap(([name, value]) => {
    const operator = Object.hasOwn(fieldOperators, name) ? fieldOperators[name] : undefined;
    if (operator) return operator(value, { ...context, siblings: operand });
    throw Object.hasOwn(refused, name) ? refused[name]!() : fail('BadValue', `unknown operator: ${name}`);
  });
}

/** A matcher that asks these conditions of a path. */
export function conditionsAt(path: string, conditions: readonly Condition[]): Matcher {
  return every(conditions.map((condition) => conditionAt(path, condition)));
}

function conditionAt(path: string, condition: Condition): Matcher {
  if ('test' in condition) return atPath(path, condition.test, condition.wholeArray);
  const inner = conditionsAt(path, condition.not);
  return (document) => !inner(document);
}

/** All of the matchers; the common cases of none, one and two without a loop. */
export function every(matchers: readonly Matcher[]): Matcher {
  const [first, second] = matchers;
  if (!first) return () => true;
  if (!second) return first;
  if (matchers.length === 2) return (document, trace) => first(document, trace) && second(document, trace);
  return (document, trace) => {
    for (const matcher of matchers) if (!matcher(document, trace)) return false;
    return true;
  };
}

/** Asks conditions of one value as it is: arrays in it are not searched. */
function asTest(conditions: readonly Condition[]): TracingTest {
  const tests = conditions.map((condition): TracingTest => {
    if ('test' in condition) return condition.test;
    const inner = asTest(condition.not);
    return (value) => !inner(value);
  });
  return tests.length === 1 ? tests[0]! : (value, trace) => tests.every((test) => test(value, trace));
}

function all(operand: unknown, context: OperatorContext): Condition[] {
  if (!Array.isArray(operand)) throw fail('BadValue', '$all needs an array');
  if (operand.length === 0) return [{ test: () => false }];
  const elementMatch = (value: unknown): boolean => isDocument(value) && Object.keys(value)[0] === '$elemMatch';
  if (operand.some(elementMatch) && !operand.every(elementMatch)) throw fail('BadValue', 'no $ expressions in $all');
  return operand.map((value: unknown): Condition => {
    if (elementMatch(value)) return elementMatches((value as Document)['$elemMatch'], context);
    if (isDocument(value) && isOperatorName(Object.keys(value)[0])) throw fail('BadValue', 'no $ expressions in $all');
    return { test: isRegex(value) ? regexTest(value) : leaf.equals(value, context.collation) };
  });
}

function elementMatches(operand: unknown, context: OperatorContext): Condition {
  if (!isDocument(operand)) throw fail('BadValue', '$elemMatch needs an Object');
  const test = compileElementMatch(operand, context);
  return {
    wholeArray: true,
    test: (value, trace) => {
      if (!Array.isArray(value)) return false;
      const index = value.findIndex((element) => test(element));
      if (index >= 0 && trace) trace.index = index;
      return index >= 0;
    },
  };
}

/** The test `$elemMatch` makes of one element: of the value by operators, or of the document by a filter. */
export function compileElementMatch(
  operand: Document,
  context: Pick<OperatorContext, 'collation' | 'filter'>,
): (element: unknown) => boolean {
  const first = Object.keys(operand)[0];
  if (isOperatorName(first) && Object.hasOwn(fieldOperators, first!)) return asTest(compileConditions(operand, { ...context, path: '' }));
  const matches = context.filter(operand);
  return (element) => (isDocument(element) || Array.isArray(element)) && matches(numbered(element));
}

// An array inside the array is matched as a document with numbered fields.
function numbered(element: Document | unknown[]): Document {
  return Array.isArray(element) ? { ...element } : element;
}

function not(operand: unknown, context: OperatorContext): Condition[] {
  if (isRegex(operand)) return [{ not: [{ test: regexTest(operand) }] }];
  if (!isDocument(operand)) throw fail('BadValue', '$not needs a regex or a document');
  const names = Object.keys(operand);
  if (names.length === 0) throw fail('BadValue', '$not cannot be empty');
  if (!isOperatorName(names[0])) throw fail('BadValue', `unknown operator: ${names[0]}`);
  return [{ not: compileConditions(operand, context) }];
}

function isTruthy(value: unknown): boolean {
  if (isNumeric(value)) return !(isIntegral(value) && toNumber(value) === 0);
  return value !== false && value !== null && value !== undefined;
}
