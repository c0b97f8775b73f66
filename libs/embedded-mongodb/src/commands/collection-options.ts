import type { Document } from '../bson/codec';
import { isDocument } from '../bson/document';
import { typeName } from '../bson/types';
import { compileFilter } from '../query/matcher';
import { parseCollation, type Collation } from '../values/collation';
import { fail, failAt } from '../errors';
import { documentOption, isTrue, toNumber } from './command';

/** What of a `create` command stays with the collection, as `listCollections` shows it. Errors: 2, 9, 14, 40415. */
export function readCollectionOptions(body: Document): Document {
  const collation = parseCollation(documentOption(body, 'collation'));
  return {
    ...readCap(body),
    ...(collation && { collation: collation.document }),
    ...readValidation(body, collation),
    ...keptImages(readImages(body)),
  };
}

/** What makes a collection capped. Errors: 14, 72 for a limit without `capped` or the reverse, 51024. */
function readCap(body: Document): Document {
  const [size, max] = [numberOption(body, 'size'), numberOption(body, 'max')];
  const { capped } = body;
  if (typeof capped !== 'boolean') numberOption(body, 'capped');
  if (!isTrue(capped)) {
    if (size === undefined && max === undefined) return {};
    throw fail('InvalidOptions', "the 'capped' field needs to be true when either the 'size' or 'max' fields are present");
  }
  if (size === undefined) throw fail('InvalidOptions', "the 'size' field is required when 'capped' is true");
  if (size < 1) throw failAt(51024, `BSON field 'size' value must be >= 1, actual value '${size}'`);
  return { capped: true, size, ...(max !== undefined && max > 0 && { max }) };
}

function numberOption(body: Document, name: string): number | undefined {
  const value: unknown = body[name];
  if (value === undefined || value === null) return undefined;
  const number = toNumber(value);
  if (number !== undefined) return Math.trunc(number);
  throw fail(
    'TypeMismatch',
    `BSON field 'create.${name}' is the wrong type '${typeName(value)}', expected types '[long, int, decimal, double]'`,
  );
}

/** Whether documents are kept as they were before and after each change; undefined when nothing is said. Errors: 14, 40414. */
export function readImages(body: Document): boolean | undefined {
  const images = documentOption(body, 'changeStreamPreAndPostImages');
  const enabled = images?.['enabled'];
  if (images && enabled === undefined)
    throw failAt(40414, "BSON field 'changeStreamPreAndPostImages.enabled' is missing but a required field");
  if (images && typeof enabled !== 'boolean')
    throw fail('TypeMismatch', "BSON field 'changeStreamPreAndPostImages.enabled' is the wrong type, expected type 'bool'");
  return enabled as boolean | undefined;
}

/** The option as it is listed: only where it is on. */
function keptImages(enabled: boolean | undefined): Document {
  return enabled ? { changeStreamPreAndPostImages: { enabled } } : {};
}

/** What `collMod` makes of a collection's options. */
export function changedOptions(existing: Document, body: Document, collation: Collation | undefined): Document {
  const validated = changedValidation(existing, readValidation(body, collation));
  const images = readImages(body);
  if (images === undefined) return validated;
  const { changeStreamPreAndPostImages: _, ...others } = validated;
  return { ...others, ...keptImages(images) };
}

const levels = ['off', 'strict', 'moderate'];
const actions = ['error', 'warn'];

/** The validator and its rules, as far as they are stated. Errors: 2, 14, and those of the filter. */
export function readValidation(body: Document, collation: Collation | undefined): Document {
  const validator = documentOption(body, 'validator');
  if (validator) compileFilter(validator, { collation });
  const stated = { validationLevel: body['validationLevel'], validationAction: body['validationAction'] };
  checkChoice('validationLevel', stated.validationLevel, levels);
  checkChoice('validationAction', stated.validationAction, actions);
  return Object.fromEntries(Object.entries({ validator, ...stated }).filter(([, value]) => value !== undefined && value !== null));
}

/** What `collMod` leaves: whatever it does not state stays, and all is written out. */
function changedValidation(existing: Document, stated: Document): Document {
  const defaults = { validator: {}, validationLevel: 'strict', validationAction: 'error' };
  return Object.keys(stated).length === 0 ? existing : { ...defaults, ...existing, ...stated };
}

function checkChoice(name: string, value: unknown, choices: readonly string[]): void {
  if (value !== undefined && value !== null && !choices.includes(value as string))
    throw fail('BadValue', `Enumeration value '${String(value)}' for field '${name}' is not a valid value.`);
}

/** Errors: 48 when a collection is there with other options; with the same ones, creating it again succeeds since MongoDB 7. */
export function checkSameOptions(namespace: string, existing: Document, asked: Document): void {
  if (canonical(existing) === canonical(asked)) return;
  throw fail('NamespaceExists', `Collection ${namespace} already exists with different options.`);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_name, inner: unknown) =>
    isDocument(inner) ? Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)) : inner,
  );
}
