import { BSONRegExp } from 'bson';
import { isDocument, type Document } from '../../bson/document';
import { remainderDecimals } from '../../bson/decimal';
import { toDecimal, toNumber } from '../../bson/numbers';
import { isNumeric, typeName } from '../../bson/types';
import { fail } from '../../errors';
import { compareValues } from '../../values/compare';
import { regexTest } from '../../values/regex';
import { ValueSet } from '../../values/value-set';
import { hasType } from '../leaf-tests';
import { aBoolean, aCount, aFilledArray, aNumber, aString, mustBe, names, simpleRule, type Keyword, type Rule } from './rule';

/** Keywords about a value itself. */
export const valueKeywords: Readonly<Record<string, Keyword>> = {
  bsonType: (operand) => typeRule({ bsonType: operand }, typeNames(operand, 'bsonType')),
  type: (operand, { schema }) => {
    mustBe(schema['bsonType'] === undefined, 'type', "cannot stand beside 'bsonType'");
    return typeRule({ type: operand }, typeNames(operand, 'type').map(jsonType));
  },
  enum: (operand) => {
    const values = aFilledArray(operand, 'enum');
    const set = new ValueSet(values.map(unordered));
    mustBe(set.size === values.length, 'enum', 'array cannot contain duplicate values');
    return simpleRule({ enum: values }, 'value was not found in enum', (value) => set.has(unordered(value)));
  },
  minimum: (operand, { schema }) => bound('minimum', operand, schema, (order, exclusive) => (exclusive ? order > 0 : order >= 0)),
  maximum: (operand, { schema }) => bound('maximum', operand, schema, (order, exclusive) => (exclusive ? order < 0 : order <= 0)),
  exclusiveMinimum: (operand, { schema }) => companion('exclusiveMinimum', operand, schema, 'minimum'),
  exclusiveMaximum: (operand, { schema }) => companion('exclusiveMaximum', operand, schema, 'maximum'),
  multipleOf: (operand) => {
    mustBe(toNumber(aNumber(operand, 'multipleOf')) > 0, 'multipleOf', 'must have a positive value');
    const divisor = toDecimal(operand);
    return ofNumbers({ multipleOf: operand }, 'considered value is not a multiple of the specified value', (value) => {
      const { special, coefficient } = remainderDecimals(toDecimal(value), divisor);
      return special === undefined && coefficient === 0n;
    });
  },
  minLength: (operand) => length('minLength', aCount(operand, 'minLength'), (points, limit) => points >= limit),
  maxLength: (operand) => length('maxLength', aCount(operand, 'maxLength'), (points, limit) => points <= limit),
  pattern: (operand) => {
    const matches = regexTest(new BSONRegExp(aString(operand, 'pattern'), ''));
    return simpleRule({ pattern: operand }, 'regular expression did not match', (value) => typeof value !== 'string' || matches(value));
  },
};

function typeNames(operand: unknown, name: string): string[] {
  return typeof operand === 'string' ? [operand] : names(operand, name);
}

const jsonTypes: Readonly<Record<string, string>> = {
  array: 'array',
  boolean: 'bool',
  null: 'null',
  number: 'number',
  object: 'object',
  string: 'string',
};

function jsonType(name: string): string {
  const type = jsonTypes[name];
  if (type !== undefined) return type;
  throw name === 'integer'
    ? fail('FailedToParse', "$jsonSchema type 'integer' is not currently supported.")
    : fail('BadValue', `Unknown type name alias: ${name}`);
}

function typeRule(specifiedAs: Document, types: string[]): Rule {
  const rule = simpleRule(specifiedAs, 'type did not match', hasType(types));
  return { ...rule, explain: (value) => ({ ...rule.explain(value), consideredType: typeName(value) }) };
}

/** Documents are equal here whatever the order of their fields. */
export function unordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unordered);
  if (!isDocument(value)) return value;
  const entries = Object.entries(value).map(([name, inner]) => [name, unordered(inner)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function ofNumbers(specifiedAs: Document, reason: string, holds: (value: unknown) => boolean): Rule {
  return simpleRule(specifiedAs, reason, (value) => !isNumeric(value) || holds(value));
}

function bound(name: 'minimum' | 'maximum', limit: unknown, schema: Document, fits: (order: number, exclusive: boolean) => boolean): Rule {
  aNumber(limit, name);
  const flag = name === 'minimum' ? 'exclusiveMinimum' : 'exclusiveMaximum';
  const exclusive = schema[flag] === true;
  const specifiedAs = { [name]: limit, ...(exclusive && { [flag]: true }) };
  return ofNumbers(specifiedAs, 'comparison failed', (value) => fits(compareValues(value, limit), exclusive));
}

/** As in draft 4 of JSON Schema, `exclusiveMinimum` is a flag beside `minimum`. */
function companion(name: string, operand: unknown, schema: Document, needed: string): undefined {
  aBoolean(operand, name);
  mustBe(schema[needed] !== undefined, needed, `must be a present if ${name} is present`);
}

function length(name: string, limit: number, fits: (points: number, limit: number) => boolean): Rule {
  return simpleRule({ [name]: limit }, 'specified string length was not satisfied', (value) => {
    return typeof value !== 'string' || fits([...value].length, limit);
  });
}
