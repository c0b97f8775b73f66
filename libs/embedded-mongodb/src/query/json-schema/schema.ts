import { isDocument, type Document } from '../../bson/document';
import { typeName } from '../../bson/types';
import { fail } from '../../errors';
import { arrayKeywords } from './arrays';
import { logicalKeywords } from './logic';
import { objectKeywords } from './objects';
import { aString, type Keyword, type Schema } from './rule';
import { kindKeywords, scalarKeywords } from './values';

const annotation: Keyword = (operand, { name }) => {
  aString(operand, name);
  return undefined;
};

/** In the order in which MongoDB accounts for them. */
const keywords: Readonly<Record<string, Keyword>> = {
  title: annotation,
  description: annotation,
  ...scalarKeywords,
  ...arrayKeywords,
  ...objectKeywords,
  ...logicalKeywords,
  ...kindKeywords,
};

/** The keywords of `$jsonSchema`: draft 4 of JSON Schema, and `bsonType`. */
export const schemaKeywords: readonly string[] = Object.keys(keywords);

/** Known to JSON Schema, and refused by MongoDB. */
const unsupported = ['$ref', '$schema', 'default', 'definitions', 'format', 'id'];

/** Compiles the operand of `$jsonSchema`. Errors: 9 and 14 as MongoDB's; 238 for `encrypt`. */
export function compileSchema(operand: unknown): Schema {
  if (!isDocument(operand)) throw fail('TypeMismatch', `$jsonSchema must be an object, but found an element of type ${typeName(operand)}`);
  const types = Object.fromEntries(Object.entries(operand).filter(([name]) => name === 'bsonType' || name === 'type'));
  return { ...compile(operand), impossible: !compile(types).holds({}) };
}

function compile(schema: Document): Schema {
  for (const name of Object.keys(schema)) checkKeyword(name);
  const rules = Object.entries(keywords).flatMap(([name, keyword]) => {
    const rule = Object.hasOwn(schema, name) ? keyword(schema[name], { name, schema, compile }) : undefined;
    return rule ? [rule] : [];
  });
  const { title, description } = schema;
  return {
    impossible: false,
    holds: (value) => rules.every((rule) => rule.holds(value)),
    explain: (value) => rules.filter((rule) => !rule.holds(value)).map((rule) => rule.explain(value)),
    annotations: { ...(title !== undefined && { title }), ...(description !== undefined && { description }) },
  };
}

function checkKeyword(name: string): void {
  if (Object.hasOwn(keywords, name)) return;
  if (unsupported.includes(name)) throw fail('FailedToParse', `$jsonSchema keyword '${name}' is not currently supported`);
  if (name === 'encrypt' || name === 'encryptMetadata') throw fail('NotImplemented', `$jsonSchema keyword '${name}' is not supported`);
  throw fail('FailedToParse', `Unknown $jsonSchema keyword: ${name}`);
}
