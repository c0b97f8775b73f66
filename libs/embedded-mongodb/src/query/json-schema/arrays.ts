import { isDocument } from '../../bson/document';
import { ValueSet } from '../../values/value-set';
import { aBoolean, aCount, aFilledArray, anObject, simpleRule, type Keyword, type Rule, type Schema } from './rule';
import { unordered } from './values';

/** Keywords about arrays; they say nothing about other values. */
export const arrayKeywords: Readonly<Record<string, Keyword>> = {
  minItems: (operand) => count('minItems', aCount(operand, 'minItems'), (length, limit) => length >= limit),
  maxItems: (operand) => count('maxItems', aCount(operand, 'maxItems'), (length, limit) => length <= limit),
  uniqueItems: (operand) => {
    if (!aBoolean(operand, 'uniqueItems')) return undefined;
    return {
      holds: (value) => !Array.isArray(value) || duplicate(value) === undefined,
      explain: (value) => ({
        ...simpleRule({ uniqueItems: true }, 'found a duplicate item', () => false).explain(value),
        duplicatedValue: duplicate(value as unknown[])!.value,
      }),
    };
  },
  items: (operand, { compile }) => {
    if (isDocument(operand)) return itemRule('items', 'At least one item did not match the sub-schema', compile(operand), 0);
    const schemas = aFilledArray(operand, 'items').map((schema) => compile(anObject(schema, 'items')));
    const failing = (value: unknown): number[] =>
      Array.isArray(value) ? [...schemas.keys()].filter((index) => index < value.length && !schemas[index]!.holds(value[index])) : [];
    return {
      holds: (value) => failing(value).length === 0,
      explain: (value) => ({
        operatorName: 'items',
        details: failing(value).map((itemIndex) => ({ itemIndex, details: schemas[itemIndex]!.explain((value as unknown[])[itemIndex]) })),
      }),
    };
  },
  // Without a list of `items` there is no further item.
  additionalItems: (operand, { schema, compile }) => {
    const { items } = schema;
    const from = Array.isArray(items) ? items.length : Infinity;
    if (isDocument(operand))
      return itemRule('additionalItems', 'At least one additional item did not match the sub-schema', compile(operand), from);
    if (aBoolean(operand, 'additionalItems')) return undefined;
    return {
      holds: (value) => !Array.isArray(value) || value.length <= from,
      explain: (value) => ({
        operatorName: 'additionalItems',
        specifiedAs: { additionalItems: false },
        reason: 'found additional items',
        additionalItems: (value as unknown[]).slice(from),
      }),
    };
  },
};

function count(name: string, limit: number, fits: (length: number, limit: number) => boolean): Rule {
  const rule = simpleRule({ [name]: limit }, 'array did not match specified length', (value) => {
    return !Array.isArray(value) || fits(value.length, limit);
  });
  return { ...rule, explain: (value) => ({ ...rule.explain(value), numberOfItems: (value as unknown[]).length }) };
}

function duplicate(items: unknown[]): { value: unknown } | undefined {
  const seen = new ValueSet();
  for (const value of items) if (!seen.add(unordered(value))) return { value };
  return undefined;
}

/** Each item from a place on must fulfil the schema. */
function itemRule(operatorName: string, reason: string, schema: Schema, from: number): Rule {
  const failing = (value: unknown): number =>
    Array.isArray(value) ? value.findIndex((item, index) => index >= from && !schema.holds(item)) : -1;
  return {
    holds: (value) => failing(value) < 0,
    explain: (value) => {
      const itemIndex = failing(value);
      return { operatorName, reason, itemIndex, details: schema.explain((value as unknown[])[itemIndex]) };
    },
  };
}
