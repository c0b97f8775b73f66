import type { Document } from '../../bson/document';
import { aFilledArray, anObject, type Keyword, type KeywordContext, type Rule, type Schema } from './rule';

/** Keywords that put schemas together. */
export const logicalKeywords: Readonly<Record<string, Keyword>> = {
  allOf: (operand, context) => combined(operand, context, (matching, all) => matching === all),
  anyOf: (operand, context) => combined(operand, context, (matching) => matching > 0),
  oneOf: (operand, context) => {
    const schemas = listed(operand, context);
    const matching = (value: unknown): number[] => schemas.flatMap((schema, index) => (schema.holds(value) ? [index] : []));
    return {
      holds: (value) => matching(value).length === 1,
      explain: (value) => {
        const matchingSchemaIndexes = matching(value);
        return matchingSchemaIndexes.length > 1
          ? { operatorName: 'oneOf', reason: 'more than one subschema matched', matchingSchemaIndexes }
          : { operatorName: 'oneOf', schemasNotSatisfied: notSatisfied(schemas, value) };
      },
    };
  },
  not: (operand, { compile }) => {
    const schema = compile(anObject(operand, 'not'));
    return { holds: (value) => !schema.holds(value), explain: () => ({ operatorName: 'not', reason: 'child expression matched' }) };
  },
};

function listed(operand: unknown, { name, compile }: KeywordContext): Schema[] {
  return aFilledArray(operand, name).map((schema) => compile(anObject(schema, name)));
}

function combined(operand: unknown, context: KeywordContext, fits: (matching: number, all: number) => boolean): Rule {
  const schemas = listed(operand, context);
  return {
    holds: (value) => fits(schemas.filter((schema) => schema.holds(value)).length, schemas.length),
    explain: (value) => ({ operatorName: context.name, schemasNotSatisfied: notSatisfied(schemas, value) }),
  };
}

function notSatisfied(schemas: readonly Schema[], value: unknown): Document[] {
  return schemas.flatMap((schema, index) =>
    schema.holds(value) ? [] : [{ index, ...schema.annotations, details: schema.explain(value) }],
  );
}
