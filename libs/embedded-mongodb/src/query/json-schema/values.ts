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

/** Keywords about strings and numbers; they say nothing about other values. */
export const scalarKeywords: Readonly<Record<string, Keyword>> = {
  pattern: (operand) => {
    const matches = regexTest(new BSONRegExp(aString(operand, 'pattern'), ''));
    return simpleRule({ pattern: operand }, 'regular expression did not match', (value) => typeof value !== 'string' || matches(value));
  },
  maxLength: (operand) => length('maxLength', aCount(operand, 'maxLength'), (points, limit) => points <= limit),
  minLength: (operand) => length('minLength', aCount(operand, 'minLength'), (points, limit) => points >= limit),
  multipleOf: (operand) => {
    mustBe(toNumber(aNumber(operand, 'multipleOf')) > 0, 'multipleOf', 'must have a positive value');
    const divisor = toDecimal(operand);
    return ofNumbers({ multipleOf: operand }, 'considered value is not a multiple of the specified value', (value) => {
      const { special, coefficient } = remainderDecimals(toDecimal(value), divisor);
      return special === undefined && coefficient === 0n;
    });
  },
  maximum: (operand, { schema }) => bound('maximum', operand, schema, (order, exclusive) => (exclusive ? order < 0 : order <= 0)),
  exclusiveMaximum: (operand, { schema }) => companion('exclusiveMaximum', operand, schema, 'maximum'),
  minimum: (operand, { schema }) => bound('minimum', operand, schema, (order, exclusive) => (exclusive ? order > 0 : order >= 0)),
  exclusiveMinimum: (operand, { schema }) => companion('exclusiveMinimum', operand, schema, 'minimum'),
};

/** Keywords about what any value is. */
export const kindKeywords: Readonly<Record<string, Keyword>> = {
  enum: (operand) => {
    const values = aFilledArray(operand, 'enum');
    const set = new ValueSet(values.map(unordered));
    mustBe(set.size === values.length, 'enum', 'array cannot contain duplicate values');
    return simpleRule({ enum: values }, 'value was not found in enum', (value) => set.has(unordered(value)));
  },
  bsonType: (operand) => typeRule({ bsonType: operand }, typeNames(operand, 'bsonType')),
  type: (operand, { schema }) => {
    if (schema['bsonType'] !== undefined) throw fail('FailedToParse', "Cannot specify both $jsonSchema keywords 'type' and 'bsonType'");
    return typeRule({ type: operand }, typeNames(operand, 'type').map(jsonType));
  },
};

function typeNames(operand: unknown, name: string): string[] {
  const listed = typeof operand === 'string' ? [operand] : names(operand, name);
  if (listed.includes('integer')) throw fail('FailedToParse', "$jsonSchema type 'integer' is not currently supported.");
  return listed;
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
  if (type === undefined) throw fail('BadValue', `Unknown type name alias: ${name}`);
  return type;
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
  const specifiedAs = { [name]: limit, ...(flag in schema && { [flag]: schema[flag] }) };
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
