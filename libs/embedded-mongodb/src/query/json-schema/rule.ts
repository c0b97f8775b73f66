import { isIntegral, toNumber } from '../../bson/numbers';
import { isNumeric, typeName } from '../../bson/types';
import { isDocument, type Document } from '../../bson/document';
import { fail, type MongoError } from '../../errors';

/** What one keyword demands of a value that is there. */
export interface Rule {
  holds(value: unknown): boolean;
  /** MongoDB's account of why it does not hold, for `errInfo`. */
  explain(value: unknown): Document;
}

/** A schema, compiled. */
export interface Schema {
  holds(value: unknown): boolean;
  /** The accounts of the rules that do not hold. */
  explain(value: unknown): Document[];
  /** Asks of a whole document to be something else than an object. */
  readonly impossible: boolean;
  /** Its title and description, as far as it has them: shown with what it refuses. */
  readonly annotations: Document;
}

/** What a keyword is compiled in. */
export interface KeywordContext {
  readonly name: string;
  /** The schema that it stands in, for keywords that read each other. */
  readonly schema: Document;
  compile(schema: Document): Schema;
}

export type Keyword = (operand: unknown, context: KeywordContext) => Rule | undefined;

/** A rule that only says what was demanded, why not, and of which value. */
export function simpleRule(specifiedAs: Document, reason: string, holds: (value: unknown) => boolean): Rule {
  const [operatorName] = Object.keys(specifiedAs);
  return { holds, explain: (value) => ({ operatorName, specifiedAs, reason, consideredValue: value }) };
}

function wrongType(name: string, expected: string, operand: unknown): MongoError {
  return fail('TypeMismatch', `$jsonSchema keyword '${name}' must be ${expected}, but found an element of type ${typeName(operand)}`);
}

export function mustBe(holds: boolean, name: string, demand: string): void {
  if (!holds) throw fail('FailedToParse', `$jsonSchema keyword '${name}' ${demand}`);
}

export function aNumber(operand: unknown, name: string): unknown {
  if (!isNumeric(operand)) throw wrongType(name, 'a number', operand);
  return operand;
}

export function aCount(operand: unknown, name: string): number {
  aNumber(operand, name);
  mustBe(isIntegral(operand), name, 'must be a whole number');
  mustBe(toNumber(operand) >= 0, name, 'must be a non-negative number');
  return toNumber(operand);
}

export function aBoolean(operand: unknown, name: string): boolean {
  if (typeof operand !== 'boolean') throw wrongType(name, 'a boolean', operand);
  return operand;
}

export function aString(operand: unknown, name: string): string {
  if (typeof operand !== 'string') throw wrongType(name, 'a string', operand);
  return operand;
}

export function anObject(operand: unknown, name: string): Document {
  if (!isDocument(operand)) throw wrongType(name, 'an object', operand);
  return operand;
}

export function aFilledArray(operand: unknown, name: string): unknown[] {
  if (!Array.isArray(operand)) throw wrongType(name, 'an array', operand);
  mustBe(operand.length > 0, name, 'cannot be an empty array');
  return operand;
}

export function names(operand: unknown, name: string): string[] {
  const listed = aFilledArray(operand, name).map((one) => aString(one, name));
  mustBe(new Set(listed).size === listed.length, name, 'array cannot contain duplicate values');
  return listed;
}
