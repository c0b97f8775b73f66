import { getField, isDocument, type Document } from '../../bson/document';
import { compileRegex } from '../../values/regex';
import { aBoolean, aCount, anObject, names, type Keyword, type KeywordContext, type Rule, type Schema } from './rule';

/** Keywords about the fields of an embedded document; they say nothing about other values. */
export const objectKeywords: Readonly<Record<string, Keyword>> = {
  properties: (operand, context) => {
    const schemas = subschemas(operand, context);
    const failing = (document: Document): [string, Schema][] =>
      schemas.filter(([name, schema]) => {
        const value = getField(document, name);
        return value !== undefined && !schema.holds(value);
      });
    return ofDocuments(
      (document) => failing(document).length === 0,
      (document) => ({
        operatorName: 'properties',
        propertiesNotSatisfied: failing(document).map(([name, schema]) => propertyFailure(name, schema, document)),
      }),
    );
  },
  additionalProperties,
  patternProperties: (operand, context) => {
    const schemas = subschemas(operand, context).map(([pattern, schema]) => ({ pattern, schema, test: compileRegex(pattern, '') }));
    // Of each pattern, the first property that fails.
    const failing = (document: Document): { name: string; pattern: string; schema: Schema }[] =>
      schemas.flatMap(({ pattern, schema, test }) => {
        const name = Object.keys(document).find((one) => test.test(one) && !schema.holds(document[one]));
        return name === undefined ? [] : [{ name, pattern, schema }];
      });
    return ofDocuments(
      (document) => failing(document).length === 0,
      (document) => ({
        operatorName: 'patternProperties',
        details: failing(document).map(({ name, pattern, schema }) => {
          const { details, ...property } = propertyFailure(name, schema, document);
          return { ...property, regexMatched: pattern, details };
        }),
      }),
    );
  },
  required: (operand) => {
    const needed = names(operand, 'required');
    const missing = (document: Document): string[] => needed.filter((name) => getField(document, name) === undefined);
    return ofDocuments(
      (document) => missing(document).length === 0,
      (document) => ({ operatorName: 'required', specifiedAs: { required: needed }, missingProperties: missing(document) }),
    );
  },
  minProperties: (operand) => propertyCount('minProperties', aCount(operand, 'minProperties'), (count, limit) => count >= limit),
  maxProperties: (operand) => propertyCount('maxProperties', aCount(operand, 'maxProperties'), (count, limit) => count <= limit),
  dependencies: (operand, context) => {
    const rules = Object.entries(anObject(operand, 'dependencies')).map(([name, demand]) => dependency(name, demand, context));
    return ofDocuments(
      (document) => rules.every((rule) => rule.holds(document)),
      (document) => ({
        operatorName: 'dependencies',
        failingDependencies: rules.filter((rule) => !rule.holds(document)).map((rule) => rule.explain(document)),
      }),
    );
  },
};

function ofDocuments(holds: (document: Document) => boolean, explain: (document: Document) => Document): Rule {
  return { holds: (value) => !isDocument(value) || holds(value), explain: (value) => explain(value as Document) };
}

function subschemas(operand: unknown, { name, compile }: KeywordContext): [string, Schema][] {
  return Object.entries(anObject(operand, name)).map(([property, schema]) => [property, compile(anObject(schema, property))]);
}

function propertyFailure(name: string, schema: Schema, document: Document): Document {
  return { propertyName: name, ...schema.annotations, details: schema.explain(document[name]) };
}

/** About the fields that neither `properties` nor `patternProperties` names. */
function additionalProperties(operand: unknown, { schema, compile }: KeywordContext): Rule | undefined {
  const named = new Set(Object.keys(schema['properties'] ?? {}));
  const patterns = Object.keys((schema['patternProperties'] ?? {}) as Document).map((pattern) => compileRegex(pattern, ''));
  const additional = (document: Document): string[] =>
    Object.keys(document).filter((name) => !named.has(name) && !patterns.some((pattern) => pattern.test(name)));
  if (!isDocument(operand)) {
    if (aBoolean(operand, 'additionalProperties')) return undefined;
    return ofDocuments(
      (document) => additional(document).length === 0,
      (document) => ({
        operatorName: 'additionalProperties',
        specifiedAs: { additionalProperties: false },
        additionalProperties: additional(document),
      }),
    );
  }
  const inner = compile(operand);
  const failing = (document: Document): string | undefined => additional(document).find((name) => !inner.holds(document[name]));
  return ofDocuments(
    (document) => failing(document) === undefined,
    (document) => {
      const name = failing(document)!;
      return {
        operatorName: 'additionalProperties',
        ...inner.annotations,
        reason: 'at least one additional property did not match the subschema',
        failingProperty: name,
        details: inner.explain(document[name]),
      };
    },
  );
}

function propertyCount(name: string, limit: number, fits: (count: number, limit: number) => boolean): Rule {
  return ofDocuments(
    (document) => fits(Object.keys(document).length, limit),
    (document) => ({
      operatorName: name,
      specifiedAs: { [name]: limit },
      reason: 'specified number of properties was not satisfied',
      numberOfProperties: Object.keys(document).length,
    }),
  );
}

/** Where the property is there, others must be there as well, or the document must fulfil a schema. */
function dependency(name: string, demand: unknown, { compile }: KeywordContext): Rule {
  const applies = (document: Document): boolean => getField(document, name) !== undefined;
  if (isDocument(demand)) {
    const schema = compile(demand);
    return ofDocuments(
      (document) => !applies(document) || schema.holds(document),
      (document) => ({ conditionalProperty: name, details: schema.explain(document) }),
    );
  }
  const needed = names(demand, 'dependencies');
  const missing = (document: Document): string[] => needed.filter((other) => getField(document, other) === undefined);
  return ofDocuments(
    (document) => !applies(document) || missing(document).length === 0,
    (document) => ({ conditionalProperty: name, missingProperties: missing(document) }),
  );
}
