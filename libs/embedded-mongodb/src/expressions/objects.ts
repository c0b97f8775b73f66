import { getField, isDocument, setField, type Document } from '../bson/document';
import { show } from '../bson/show';
import { typeName } from '../bson/types';
import { failAt } from '../errors';
import { isNullish, named, nullable, unary, variadic, type ExpressionOperator } from './scope';

/** Operators on documents. */
export const objectOperators: Readonly<Record<string, ExpressionOperator>> = {
  $mergeObjects: variadic((args) => merge(args.length === 1 && Array.isArray(args[0]) ? (args[0] as unknown[]) : args)),
  $objectToArray: nullable((value) => {
    if (!isDocument(value)) throw failAt(40390, `$objectToArray requires a document input, found: ${typeName(value)}`);
    return Object.entries(value).map(([k, v]) => ({ k, v }));
  }),
  $arrayToObject: nullable((value) => arrayToObject(value)),
  $getField: (operand, scope, name) => {
    if (isDocument(operand) && ('field' in operand || 'input' in operand)) return fieldFrom(operand, scope, name);
    const field = scope.compile(operand);
    return (root, slots) => pick(field(root, slots), root);
  },
  $setField: named(['field', 'input', 'value'], [], ({ field, input, value }) => change(input, field, value)),
  $unsetField: named(['field', 'input'], [], ({ field, input }) => change(input, field, undefined)),
  $type: unary((value) => typeName(value)),
};

const fieldFrom = named(['field', 'input'], [], ({ field, input }) => (isNullish(input) ? input : pick(field, input)));

function pick(field: unknown, input: unknown): unknown {
  if (typeof field !== 'string') throw failAt(5654602, `$getField requires 'field' to evaluate to type String, but got ${typeName(field)}`);
  return isDocument(input) ? getField(input, field) : undefined;
}

function change(input: unknown, field: unknown, value: unknown): unknown {
  if (isNullish(input)) return null;
  if (typeof field !== 'string') throw failAt(4161107, `$setField requires 'field' to evaluate to type String, but got ${typeName(field)}`);
  if (!isDocument(input)) throw failAt(4161105, `$setField requires 'input' to evaluate to type Object`);
  const out = { ...input };
  if (value === undefined) delete out[field];
  else setField(out, field, value);
  return out;
}

export function merge(documents: Iterable<unknown>): Document {
  const out: Document = {};
  for (const document of documents) {
    if (isNullish(document)) continue;
    if (!isDocument(document))
      throw failAt(40400, `$mergeObjects requires object inputs, but input ${show(document)} is of type ${typeName(document)}`);
    for (const [name, value] of Object.entries(document)) setField(out, name, value);
  }
  return out;
}

function arrayToObject(value: unknown): Document {
  if (!Array.isArray(value)) throw failAt(40386, `$arrayToObject requires an array input, found: ${typeName(value)}`);
  const out: Document = {};
  for (const entry of value as unknown[]) {
    const [key, field] = pairOf(entry);
    if (typeof key !== 'string') throw failAt(40394, `$arrayToObject requires a string key, found: ${typeName(key)}`);
    if (key.includes('\0')) throw failAt(4940401, 'Key field cannot contain an embedded null byte');
    setField(out, key, field ?? null);
  }
  return out;
}

function pairOf(entry: unknown): [unknown, unknown] {
  if (Array.isArray(entry)) {
    if (entry.length !== 2) throw failAt(40397, `$arrayToObject requires an array of size 2 arrays,found array of size: ${entry.length}`);
    return [entry[0], entry[1]];
  }
  if (!isDocument(entry)) throw failAt(40398, `Unrecognised input type format for $arrayToObject: ${typeName(entry)}`);
  if (Object.keys(entry).length !== 2 || !('k' in entry) || !('v' in entry)) {
    throw failAt(40392, "$arrayToObject requires an object with keys 'k' and 'v'.");
  }
  return [entry['k'], entry['v']];
}
