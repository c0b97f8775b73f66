import { getField, isDocument, setField, type Document } from '../bson/document';
import { show } from '../bson/show';
import { typeName } from '../bson/types';
import { failAt } from '../errors';
import { isNullish, namedArguments, nullable, unary, variadic, type Evaluate, type ExpressionOperator, type Scope } from './scope';

/** Operators on documents. */
export const objectOperators: Readonly<Record<string, ExpressionOperator>> = {
  $mergeObjects: variadic((args) => merge(args.length === 1 && Array.isArray(args[0]) ? (args[0] as unknown[]) : args)),
  $objectToArray: nullable((value) => {
    if (!isDocument(value)) throw failAt(40390, `$objectToArray requires a document input, found: ${typeName(value)}`);
    return Object.entries(value).map(([k, v]) => ({ k, v }));
  }),
  $arrayToObject: nullable((value) => arrayToObject(value)),
  $getField: (operand, scope, name) => {
    if (isDocument(operand) && !Object.keys(operand)[0]?.startsWith('$')) {
      const args = Object.fromEntries(namedArguments(operand, ['field', 'input'], [], name));
      const [field, input] = [scope.compile(args['field']), scope.compile(args['input'])];
      return (root, slots) => pick(nameOf(field(root, slots)), input(root, slots));
    }
    const field = scope.compile(operand);
    return (root, slots) => pick(nameOf(field(root, slots)), root);
  },
  $setField: (operand, scope, name) => changing(operand, ['field', 'input', 'value'], scope, name),
  $unsetField: (operand, scope, name) => changing(operand, ['field', 'input'], scope, name),
  $type: unary((value) => typeName(value)),
};

function nameOf(value: unknown): string {
  if (typeof value === 'string') return value;
  throw failAt(3041704, `$getField requires 'field' to evaluate to type String, but got ${typeName(value)}`);
}

function pick(field: string, input: unknown): unknown {
  if (input === null) return null;
  return isDocument(input) ? getField(input, field) : undefined;
}

function changing(operand: unknown, names: readonly string[], scope: Scope, name: string): Evaluate {
  const args = Object.fromEntries(namedArguments(operand, names, [], name));
  const field = constantName(args['field'], name);
  const input = scope.compile(args['input']);
  const value = names.includes('value') ? scope.compile(args['value']) : undefined;
  return (root, slots) => changed(input(root, slots), field, value?.(root, slots), name);
}

/** The field that is to be written, which no expression may compute. */
function constantName(operand: unknown, name: string): string {
  const quoted = isDocument(operand) && ('$literal' in operand || '$const' in operand);
  if (typeof operand === 'string' && operand.startsWith('$'))
    throw failAt(
      4161108,
      `'${operand}' is a field path reference which is not allowed in this context. Did you mean {$literal: '${operand}'}?`,
    );
  if ((isDocument(operand) || Array.isArray(operand)) && !quoted)
    throw failAt(4161106, `${name} requires 'field' to evaluate to a constant, but got a non-constant argument`);
  const constant = quoted ? (operand['$literal'] ?? operand['$const']) : operand;
  if (typeof constant !== 'string')
    throw failAt(4161107, `${name} requires 'field' to evaluate to type String, but got ${typeName(constant)}`);
  return constant;
}

function changed(input: unknown, field: string, value: unknown, name: string): unknown {
  if (isNullish(input)) return null;
  if (!isDocument(input)) throw failAt(4161105, `${name} requires 'input' to evaluate to type Object`);
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
  const [first] = value as unknown[];
  const pairOf = Array.isArray(first) ? pairOfArray : pairOfDocument;
  for (const entry of value as unknown[]) {
    const [key, field] = pairOf(entry);
    setField(out, key, field ?? null);
  }
  return out;
}

// The first entry decides which of the two forms all of them have.
function pairOfArray(entry: unknown): [string, unknown] {
  if (!Array.isArray(entry))
    throw failAt(40396, `$arrayToObject requires a consistent input format. Expected an array, found: ${typeName(entry)}`);
  if (entry.length !== 2) throw failAt(40397, `$arrayToObject requires an array of size 2 arrays,found array of size: ${entry.length}`);
  return [checkedKey(entry[0], 40395, 4940400), entry[1]];
}

function pairOfDocument(entry: unknown): [string, unknown] {
  if (!isDocument(entry))
    throw failAt(Array.isArray(entry) ? 40391 : 40398, `Unrecognised input type format for $arrayToObject: ${typeName(entry)}`);
  if (Object.keys(entry).length !== 2) throw failAt(40392, "$arrayToObject requires an object keys of 'k' and 'v'.");
  if (!('k' in entry) || !('v' in entry)) throw failAt(40393, "$arrayToObject requires an object with keys 'k' and 'v'.");
  return [checkedKey(entry['k'], 40394, 4940401), entry['v']];
}

function checkedKey(key: unknown, code: number, nullByteCode: number): string {
  if (typeof key !== 'string') throw failAt(code, `$arrayToObject requires a string key, found: ${typeName(key)}`);
  if (key.includes('\0')) throw failAt(nullByteCode, 'Key field cannot contain an embedded null byte');
  return key;
}
