import { isArray, isDocument, type Document } from '../bson/document';
import { isIntegral, toNumber } from '../bson/numbers';
import { show } from '../bson/show';
import { isNumeric, typeName } from '../bson/types';
import { fail } from '../errors';
import type { Collation } from '../values/collation';
import { compareValues, equalValues } from '../values/compare';
import { fieldOperators } from '../query/field-operators';
import { compileFilter } from '../query/matcher';
import { isRegex } from '../values/regex';
import { compileElementOrder } from '../values/sort';
import { ValueSet } from '../values/value-set';
import { shortId } from './field-operators';
import type { ModifierContext, UpdateOperator } from './modifier';

/** The operators that change an array. */
export const arrayUpdateOperators: Readonly<Record<string, UpdateOperator>> = {
  $push: push,
  $addToSet: addToSet,
  $pull: pull,
  $pullAll: pullAll,
  $pop: pop,
};

type Reorder = (array: unknown[]) => unknown[];

function push(operand: unknown, { collation }: { collation?: Collation }): ReturnType<UpdateOperator> {
  const clauses: Document = isDocument(operand) && '$each' in operand ? operand : { $each: [operand] };
  const unknown = Object.keys(clauses).find((name) => !['$each', '$slice', '$sort', '$position'].includes(name));
  if (unknown) throw fail('BadValue', `Unrecognized clause in $push: ${unknown}`);
  const values = clauses['$each'];
  if (!isArray(values)) throw fail('BadValue', `The argument to $each in $push must be an array but it was of type: ${typeName(values)}`);
  const position = clauses['$position'] === undefined ? Infinity : integerClause('$position', clauses['$position']);
  const sort = clauses['$sort'] === undefined ? undefined : sortClause(clauses['$sort'], collation);
  const slice = clauses['$slice'] === undefined ? undefined : sliceClause(integerClause('$slice', clauses['$slice']));
  return {
    creates: true,
    appends: position === Infinity && !sort && !slice,
    apply: (current, context) => {
      const array = arrayOrNew(current, context);
      const at = position < 0 ? Math.max(0, array.length + position) : Math.min(position, array.length);
      let result: unknown[] = [...array.slice(0, at), ...values, ...array.slice(at)];
      if (sort) result = sort(result);
      return slice ? slice(result) : result;
    },
  };
}

function arrayOrNew(current: unknown, context: ModifierContext): unknown[] {
  if (current === undefined) return [];
  if (isArray(current)) return current;
  throw fail(
    'BadValue',
    `The field '${context.path}' must be an array but is of type ${typeName(current)} in document ${shortId(context)}`,
  );
}

function integerClause(name: string, value: unknown): number {
  if (!isNumeric(value)) throw fail('BadValue', `The value for ${name} must be an integer value but was given type: ${typeName(value)}`);
  if (!isIntegral(value)) throw fail('BadValue', `The value for ${name} must be an integer value, not ${show(value)}`);
  return toNumber(value);
}

function sliceClause(count: number): Reorder {
  return (array) => (count >= 0 ? array.slice(0, count) : array.slice(count));
}

function sortClause(spec: unknown, collation?: Collation): Reorder {
  if (isNumeric(spec)) {
    const direction = toNumber(spec);
    if (direction !== 1 && direction !== -1) throw fail('BadValue', 'The $sort element value must be either 1 or -1');
    return (array) => [...array].sort((a, b) => direction * compareValues(a, b, collation));
  }
  if (!isDocument(spec))
    throw fail('BadValue', 'The $sort is invalid: use 1/-1 to sort the whole element, or {field:1/-1} to sort embedded fields');
  if (Object.keys(spec).length === 0) throw fail('BadValue', 'The $sort pattern is empty when it should be a set of fields.');
  const wrong = Object.values(spec).find((direction) => ![1, -1].includes(toNumber(direction)));
  if (wrong !== undefined) throw fail('BadValue', 'The $sort element value must be either 1 or -1');
  if (Object.keys(spec).some((path) => path.split('.').includes('')))
    throw fail('BadValue', 'The $sort field is a dotted field but has an empty part');
  const compare = compileElementOrder(spec, collation);
  return (array) => [...array].sort(compare);
}

function addToSet(operand: unknown, { collation }: { collation?: Collation }): ReturnType<UpdateOperator> {
  const each = isDocument(operand) && Object.keys(operand)[0] === '$each';
  const values = each ? operand['$each'] : [operand];
  if (each && Object.keys(operand).length > 1) throw fail('BadValue', `Found unexpected fields after $each in $addToSet: ${show(operand)}`);
  if (!isArray(values))
    throw fail('TypeMismatch', `The argument to $each in $addToSet must be an array but it was of type ${typeName(values)}`);
  return {
    creates: true,
    apply: (current, { path }) => {
      if (current !== undefined && !isArray(current)) {
        throw fail('BadValue', `Cannot apply $addToSet to non-array field. Field named '${path}' has non-array type ${typeName(current)}`);
      }
      const present = new ValueSet(current ?? [], collation);
      const added = values.filter((value) => present.add(value));
      return current && added.length === 0 ? current : [...(current ?? []), ...added];
    },
  };
}

function pull(operand: unknown, { collation }: { collation?: Collation }): ReturnType<UpdateOperator> {
  return without(pullTest(operand, collation));
}

// Operators on values and regular expressions ask the element as a field would be asked; any other document, `$or` and its like
// included, asks for elements that are documents it matches.
function pullTest(operand: unknown, collation?: Collation): (element: unknown) => boolean {
  if (isDocument(operand) && !Object.hasOwn(fieldOperators, Object.keys(operand)[0] ?? '')) {
    const matches = compileFilter(operand, { collation });
    return (element) => isDocument(element) && matches(element);
  }
  if (!isDocument(operand) && !isRegex(operand)) return (element) => equalValues(element, operand, collation);
  const matches = compileFilter({ element: operand }, { collation });
  return (element) => matches({ element });
}

function pullAll(operand: unknown, { collation }: { collation?: Collation }): ReturnType<UpdateOperator> {
  if (!isArray(operand)) throw fail('BadValue', `$pullAll requires an array argument but was given a ${typeName(operand)}`);
  const values = new ValueSet(operand, collation);
  return without((element) => values.has(element));
}

function without(matches: (element: unknown) => boolean): ReturnType<UpdateOperator> {
  return {
    creates: false,
    apply: (current) => {
      if (current === undefined) return undefined;
      if (!isArray(current)) throw fail('BadValue', 'Cannot apply $pull to a non-array value');
      const rest = current.filter((element) => !matches(element));
      return rest.length === current.length ? current : rest;
    },
  };
}

function pop(operand: unknown): ReturnType<UpdateOperator> {
  const end = toNumber(operand);
  if (!isNumeric(operand)) throw fail('FailedToParse', `Expected a number in: ${show(operand)}`);
  if (end !== 1 && end !== -1) throw fail('FailedToParse', `$pop expects 1 or -1, found: ${show(operand)}`);
  return {
    creates: false,
    mustReach: true,
    apply: (current, { path }) => {
      if (current === undefined) return undefined;
      if (!isArray(current)) throw fail('TypeMismatch', `Path '${path}' contains an element of non-array type '${typeName(current)}'`);
      if (current.length === 0) return current;
      return end === 1 ? current.slice(0, -1) : current.slice(1);
    },
  };
}
