import { Decimal128, Double, ObjectId } from 'bson';
import type { Document } from '../../bson/document';
import { compileFilter } from '../matcher';
import { explainMismatch } from '../mismatch';

const holds = (schema: Document, document: Document): boolean => compileFilter({ $jsonSchema: schema })(document);
const ofA = (schema: Document): Document => ({ properties: { a: schema } });

describe('$jsonSchema', () => {
  it.each<[Document, unknown, boolean]>([
    [{ bsonType: 'int' }, 1, true],
    [{ bsonType: 'int' }, new Double(1), false],
    [{ bsonType: ['string', 'null'] }, null, true],
    [{ bsonType: 'number' }, Decimal128.fromString('1'), true],
    [{ bsonType: 'objectId' }, new ObjectId(), true],
    [{ bsonType: 'array' }, ['x'], true],
    // The whole value is meant, not the elements of an array.
    [{ bsonType: 'string' }, ['x'], false],
    [{ type: 'boolean' }, true, true],
    [{ type: 'object' }, [], false],
    [{ enum: ['a', 1, null] }, new Double(1), true],
    [{ enum: ['a', 1] }, 'b', false],
    [{ enum: [{ x: 1, y: 2 }] }, { y: 2, x: 1 }, true],
    [{ minimum: 5 }, 5n, true],
    [{ minimum: 5 }, 4.5, false],
    [{ minimum: 5, exclusiveMinimum: true }, 5, false],
    [{ maximum: 5 }, Decimal128.fromString('5.01'), false],
    [{ maximum: 5, exclusiveMaximum: true }, 4, true],
    [{ minimum: 5 }, 'text', true],
    [{ multipleOf: 0.1 }, 0.3, true],
    [{ multipleOf: 3 }, 10, false],
    [{ minLength: 2 }, '😀', false],
    [{ maxLength: 1 }, '😀', true],
    [{ pattern: '^A' }, 'Bell', false],
    [{ pattern: '^A' }, 7, true],
    [{ minItems: 1 }, [], false],
    [{ maxItems: 1 }, [1, 2], false],
    [{ maxItems: 1 }, 'no array', true],
    [{ uniqueItems: true }, [1, new Double(1)], false],
    [
      { uniqueItems: true },
      [
        { x: 1, y: 2 },
        { y: 2, x: 1 },
      ],
      false,
    ],
    [{ uniqueItems: false }, [1, 1], true],
    [{ items: { bsonType: 'string' } }, ['a', 1], false],
    [{ items: [{ bsonType: 'string' }, { bsonType: 'int' }] }, ['a', 1, 'more'], true],
    [{ items: [{ bsonType: 'string' }], additionalItems: false }, ['a', 1], false],
    [{ items: [{ bsonType: 'string' }], additionalItems: { bsonType: 'int' } }, ['a', 1, 'b'], false],
    [{ items: { bsonType: 'int' }, additionalItems: false }, [1, 2], true],
    [{ required: ['x'] }, { x: null }, true],
    [{ required: ['x'] }, {}, false],
    [{ required: ['x'] }, 'no document', true],
    [{ properties: { x: { bsonType: 'int' } } }, {}, true],
    [{ properties: { x: {} }, additionalProperties: false }, { x: 1, y: 1 }, false],
    [{ patternProperties: { '^s_': { bsonType: 'string' } } }, { s_a: 1 }, false],
    [{ patternProperties: { '^s_': {} }, additionalProperties: false }, { s_a: 1 }, true],
    [{ additionalProperties: { bsonType: 'int' } }, { x: 'y' }, false],
    [{ minProperties: 2 }, { x: 1 }, false],
    [{ maxProperties: 1 }, { x: 1, y: 1 }, false],
    [{ dependencies: { card: ['address'] } }, { card: 1 }, false],
    [{ dependencies: { card: ['address'] } }, { address: 1 }, true],
    [{ dependencies: { card: { required: ['address'] } } }, { card: 1 }, false],
    [{ allOf: [{ minimum: 1 }, { maximum: 3 }] }, 4, false],
    [{ anyOf: [{ bsonType: 'int' }, { bsonType: 'string' }] }, 'x', true],
    [{ anyOf: [{ bsonType: 'int' }, { bsonType: 'string' }] }, true, false],
    [{ oneOf: [{ minimum: 1 }, { minimum: 2 }] }, 3, false],
    [{ oneOf: [{ minimum: 1 }, { minimum: 2 }] }, 1, true],
    [{ not: { bsonType: 'int' } }, 1, false],
    [{ title: 'A', description: 'Any' }, 1, true],
  ])('%j of %p holds: %s', (schema, value, expected) => {
    expect(holds(ofA(schema), { a: value })).toBe(expected);
  });

  it('says nothing about a field that is missing', () => {
    expect(holds(ofA({ bsonType: 'int' }), {})).toBe(true);
  });

  it.each<[unknown, number]>([
    ['text', 14],
    [{ nope: 1 }, 9],
    [{ $ref: '#' }, 9],
    [{ encrypt: {} }, 238],
    [{ bsonType: 5 }, 14],
    [{ bsonType: 'integer' }, 9],
    [{ bsonType: 'integral' }, 2],
    [{ type: 'integer' }, 9],
    [{ type: 'objectId' }, 2],
    [{ type: 'string', bsonType: 'string' }, 9],
    [{ required: [] }, 9],
    [{ required: ['a', 'a'] }, 9],
    [{ required: 'a' }, 14],
    [{ enum: [] }, 9],
    [{ enum: [1, new Double(1)] }, 9],
    [{ minimum: 'x' }, 14],
    [{ exclusiveMinimum: true }, 9],
    [{ minimum: 1, exclusiveMinimum: 1 }, 14],
    [{ multipleOf: 0 }, 9],
    [{ minLength: -1 }, 9],
    [{ maxItems: 1.5 }, 9],
    [{ uniqueItems: 1 }, 14],
    [{ properties: [] }, 14],
    [{ properties: { a: 1 } }, 14],
    [{ additionalProperties: 1 }, 14],
    [{ items: [] }, 9],
    [{ anyOf: {} }, 14],
    [{ allOf: [] }, 9],
    [{ dependencies: { a: [] } }, 9],
    [{ title: 1 }, 14],
  ])('%j is refused with %i', (schema, code) => {
    expect(() => compileFilter({ $jsonSchema: schema })).toThrow(expect.objectContaining({ code }) as Error);
  });
});

describe('why a document does not match', () => {
  const why = (filter: Document, document: Document): Document => {
    expect(compileFilter(filter)(document)).toBe(false);
    return explainMismatch(filter, document);
  };
  const rulesOf = (schema: Document, document: Document): unknown => why({ $jsonSchema: schema }, document)['schemaRulesNotSatisfied'];
  const rulesOfA = (schema: Document, value: unknown): unknown => {
    const [{ propertiesNotSatisfied }] = rulesOf(ofA(schema), { a: value }) as [{ propertiesNotSatisfied: [Document] }];
    return propertiesNotSatisfied[0]['details'];
  };

  it('names each rule of a schema that is broken, with title and description', () => {
    const schema = {
      title: 'Student',
      required: ['name', 'year'],
      properties: { year: { bsonType: 'int', minimum: 2017, description: 'a year of study' }, name: { bsonType: 'string' } },
    };
    expect(why({ $jsonSchema: schema }, { year: 1900 })).toEqual({
      operatorName: '$jsonSchema',
      title: 'Student',
      schemaRulesNotSatisfied: [
        {
          operatorName: 'properties',
          propertiesNotSatisfied: [
            {
              propertyName: 'year',
              description: 'a year of study',
              details: [{ operatorName: 'minimum', specifiedAs: { minimum: 2017 }, reason: 'comparison failed', consideredValue: 1900 }],
            },
          ],
        },
        { operatorName: 'required', specifiedAs: { required: ['name', 'year'] }, missingProperties: ['name'] },
      ],
    });
  });

  it.each<[Document, unknown, Document]>([
    [
      { bsonType: 'string' },
      5,
      {
        operatorName: 'bsonType',
        specifiedAs: { bsonType: 'string' },
        reason: 'type did not match',
        consideredValue: 5,
        consideredType: 'int',
      },
    ],
    [{ uniqueItems: true }, [1, 2, 1], { operatorName: 'uniqueItems', duplicatedValue: 1, reason: 'found a duplicate item' }],
    [
      { items: { bsonType: 'int' } },
      [1, 'x'],
      { operatorName: 'items', itemIndex: 1, details: [expect.objectContaining({ operatorName: 'bsonType' })] },
    ],
    [
      { items: [{ bsonType: 'string' }, {}, { bsonType: 'string' }] },
      [1, 2, 3],
      { operatorName: 'items', details: [expect.objectContaining({ itemIndex: 0 }), expect.objectContaining({ itemIndex: 2 })] },
    ],
    [{ minItems: 2 }, [1], { operatorName: 'minItems', consideredValue: [1], numberOfItems: 1 }],
    [{ minimum: 2, exclusiveMinimum: true }, 2, { specifiedAs: { minimum: 2, exclusiveMinimum: true } }],
    [{ items: [{}], additionalItems: false }, [1, 2, 3], { operatorName: 'additionalItems', additionalItems: [2, 3] }],
    [{ additionalProperties: false }, { x: 1 }, { operatorName: 'additionalProperties', additionalProperties: ['x'] }],
    [{ additionalProperties: { bsonType: 'int' } }, { x: 'y' }, { operatorName: 'additionalProperties', failingProperty: 'x' }],
    [
      { patternProperties: { '^s': { bsonType: 'string' } } },
      { s: 1 },
      { details: [expect.objectContaining({ propertyName: 's', regexMatched: '^s' })] },
    ],
    [{ minProperties: 1 }, {}, { operatorName: 'minProperties', numberOfProperties: 0 }],
    [
      { dependencies: { x: ['y'] } },
      { x: 1 },
      { operatorName: 'dependencies', failingDependencies: [{ conditionalProperty: 'x', missingProperties: ['y'] }] },
    ],
    [
      { dependencies: { x: { required: ['y'] } } },
      { x: 1 },
      { failingDependencies: [{ conditionalProperty: 'x', details: [expect.objectContaining({ missingProperties: ['y'] })] }] },
    ],
    [{ anyOf: [{ minimum: 3 }] }, 1, { operatorName: 'anyOf', schemasNotSatisfied: [expect.objectContaining({ index: 0 })] }],
    [{ oneOf: [{}, {}] }, 1, { operatorName: 'oneOf', matchingSchemaIndexes: [0, 1] }],
    [{ oneOf: [{ minimum: 3 }] }, 1, { operatorName: 'oneOf', schemasNotSatisfied: [expect.objectContaining({ index: 0 })] }],
    [{ not: {} }, 1, { operatorName: 'not', reason: 'child expression matched' }],
  ])('%j of %p', (schema, value, expected) => {
    expect(rulesOfA(schema, value)).toEqual([expect.objectContaining(expected)]);
  });

  it('tells of the kind of a value last', () => {
    const rules = rulesOfA({ bsonType: 'string', enum: ['x'], minimum: 5, anyOf: [{ bsonType: 'string' }] }, 4) as Document[];
    expect(rules.map(({ operatorName }) => operatorName)).toEqual(['minimum', 'anyOf', 'enum', 'bsonType']);
  });

  it.each<[Document, Document, Document]>([
    [{ a: 5 }, { a: 6 }, { operatorName: '$eq', specifiedAs: { a: 5 }, reason: 'comparison failed', consideredValue: 6 }],
    [{ a: { $gt: 5 } }, {}, { operatorName: '$gt', specifiedAs: { a: { $gt: 5 } }, reason: 'field was missing' }],
    [{ a: { $type: 'int' } }, { a: 'x' }, { operatorName: '$type', reason: 'type did not match', consideredType: 'string' }],
    [{ a: { $in: [1] } }, { a: 2 }, { operatorName: '$in', reason: 'no matching value found in array' }],
    [{ a: { $exists: true } }, {}, { operatorName: '$exists', reason: 'path does not exist' }],
    [{ a: /^x/ }, { a: 'y' }, { operatorName: '$regex', reason: 'regular expression did not match' }],
    [
      { a: { $gte: 1, $lte: 3 }, b: 1 },
      { a: 4, b: 2 },
      {
        operatorName: '$and',
        clausesNotSatisfied: [
          { index: 1, details: expect.objectContaining({ operatorName: '$lte' }) as unknown },
          { index: 2, details: expect.objectContaining({ operatorName: '$eq' }) as unknown },
        ],
      },
    ],
    [
      { $or: [{ a: 1 }, { b: 1 }] },
      {},
      { operatorName: '$or', clausesNotSatisfied: [expect.objectContaining({ index: 0 }), expect.objectContaining({ index: 1 })] },
    ],
    [
      { $nor: [{ a: 2 }, { a: 1 }] },
      { a: 1 },
      {
        operatorName: '$nor',
        clausesNotSatisfied: [
          { index: 1, details: { operatorName: '$eq', specifiedAs: { a: 1 }, reason: 'comparison succeeded', consideredValue: 1 } },
        ],
      },
    ],
    [
      { $nor: [{ $jsonSchema: { required: ['a'] } }] },
      { a: 1 },
      { clausesNotSatisfied: [{ index: 0, details: { operatorName: '$jsonSchema', reason: 'schema matched' } }] },
    ],
    [
      { $nor: [{ $or: [{ a: 1 }, { b: 1 }] }] },
      { a: 1 },
      {
        clausesNotSatisfied: [
          {
            index: 0,
            details: {
              operatorName: '$or',
              clausesSatisfied: [{ index: 0, details: expect.objectContaining({ reason: 'comparison succeeded' }) as unknown }],
            },
          },
        ],
      },
    ],
    [
      { a: { $not: { $gt: 1 } } },
      { a: 2 },
      {
        operatorName: '$not',
        details: { operatorName: '$gt', specifiedAs: { a: { $gt: 1 } }, reason: 'comparison succeeded', consideredValue: 2 },
      },
    ],
    [{ a: { $ne: 1 } }, { a: 1 }, { operatorName: '$ne', specifiedAs: { a: { $ne: 1 } }, reason: 'comparison succeeded' }],
    [{ a: { $nin: [1] } }, { a: 1 }, { operatorName: '$nin', reason: 'matching value found in array' }],
    [{ a: { $exists: false } }, { a: 1 }, { operatorName: '$exists', reason: 'path does exist' }],
    [{ a: 5 }, { a: [1, 2] }, { consideredValues: [1, 2] }],
    [
      { a: { $gt: 99 } },
      { a: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11] },
      { consideredValues: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], consideredValuesTruncated: true },
    ],
    [
      { a: { $mod: [2, 0] } },
      { a: 'x' },
      {
        operatorName: '$mod',
        reason: 'type did not match',
        consideredType: 'string',
        expectedTypes: ['decimal', 'double', 'int', 'long'],
        consideredValue: 'x',
      },
    ],
    [{ a: { $size: 1 } }, { a: 'x' }, { reason: 'type did not match', consideredType: 'string', expectedType: 'array' }],
    [{ a: { $size: 1 } }, { a: [1, 2] }, { reason: 'array length was not equal to given size', consideredValue: [1, 2] }],
    [{ a: { $all: [1, 3] } }, { a: [1, 2] }, { reason: 'array did not contain all specified values', consideredValue: [1, 2] }],
    [
      { $jsonSchema: { bsonType: 'string' } },
      {},
      {
        operatorName: '$jsonSchema',
        specifiedAs: { $jsonSchema: { bsonType: 'string' } },
        reason: 'expression always evaluates to false',
      },
    ],
    [
      { $expr: { $lt: ['$a', '$b'] } },
      { a: 2, b: 1 },
      {
        operatorName: '$expr',
        specifiedAs: { $expr: { $lt: ['$a', '$b'] } },
        reason: 'expression did not match',
        expressionResult: false,
      },
    ],
  ])('%j of %j', (filter, document, expected) => {
    expect(why(filter, document)).toEqual(expect.objectContaining(expected));
  });
});
