import { isDocument } from '../bson/document';
import { toNumber } from '../bson/numbers';
import { isNumeric, typeName } from '../bson/types';
import { fail, failAt } from '../errors';
import { isNullish, namedArguments, type Evaluate, type ExpressionOperator, type Scope } from './scope';
import { isTrue } from './truth';

/** Operators that bind variables. */
export const bindingOperators: Readonly<Record<string, ExpressionOperator>> = { $let: letIn, $map: map, $filter: filter, $reduce: reduce };

function letIn(operand: unknown, scope: Scope): Evaluate {
  if (!isDocument(operand)) throw failAt(16874, '$let only supports an object as its argument');
  const unknown = Object.keys(operand).find((name) => name !== 'vars' && name !== 'in');
  if (unknown !== undefined) throw failAt(16875, `Unrecognized parameter to $let: ${unknown}`);
  if (!('vars' in operand)) throw failAt(16876, "Missing 'vars' parameter to $let");
  if (!('in' in operand)) throw failAt(16877, "Missing 'in' parameter to $let");
  const { vars } = operand;
  if (Array.isArray(vars)) throw fail('FailedToParse', "'vars' must be an object");
  if (!isDocument(vars)) throw failAt(10065, `invalid parameter: expected an object (vars), not ${typeName(vars)}`);
  const names = Object.keys(vars);
  const values = Object.values(vars).map((value) => scope.compile(value));
  const inner = scope.bind(names);
  const body = inner.scope.compile(operand['in']);
  return (root, slots) => {
    // All values first: none of them sees the others.
    const made = values.map((value) => value(root, slots));
    for (let i = 0; i < made.length; i++) slots[inner.slots[i]!] = made[i];
    return body(root, slots);
  };
}

function variableName(value: unknown): string {
  if (value === undefined) return 'this';
  if (typeof value !== 'string') throw fail('FailedToParse', `'as' must be a string, not ${typeName(value)}`);
  return value;
}

function map(operand: unknown, scope: Scope, name: string): Evaluate {
  const args = Object.fromEntries(namedArguments(operand, ['input', 'in'], ['as'], name));
  const input = scope.compile(args['input']);
  const inner = scope.bind([variableName(args['as'])]);
  const body = inner.scope.compile(args['in']);
  const slot = inner.slots[0]!;
  return (root, slots) => {
    const array = input(root, slots);
    if (isNullish(array)) return null;
    if (!Array.isArray(array)) throw failAt(16883, `input to $map must be an array not ${typeName(array)}`);
    return array.map((element) => {
      slots[slot] = element;
      return body(root, slots) ?? null;
    });
  };
}

function filter(operand: unknown, scope: Scope, name: string): Evaluate {
  const args = Object.fromEntries(namedArguments(operand, ['input', 'cond'], ['as', 'limit'], name));
  const input = scope.compile(args['input']);
  const inner = scope.bind([variableName(args['as'])]);
  const test = inner.scope.compile(args['cond']);
  const limit = args['limit'] === undefined ? undefined : scope.compile(args['limit']);
  const slot = inner.slots[0]!;
  return (root, slots) => {
    const array = input(root, slots);
    if (isNullish(array)) return null;
    if (!Array.isArray(array)) throw failAt(28651, `input to $filter must be an array not ${typeName(array)}`);
    const most = limitOf(limit?.(root, slots));
    const kept: unknown[] = [];
    for (const element of array) {
      if (kept.length >= most) break;
      slots[slot] = element;
      if (isTrue(test(root, slots))) kept.push(element);
    }
    return kept;
  };
}

function limitOf(value: unknown): number {
  if (isNullish(value)) return Infinity;
  if (!isNumeric(value) || !Number.isInteger(toNumber(value)))
    throw failAt(327391, '$filter: limit must be represented as a 32-bit integral value');
  if (toNumber(value) < 1) throw failAt(327392, '$filter: limit must be greater than 0');
  return toNumber(value);
}

function reduce(operand: unknown, scope: Scope, name: string): Evaluate {
  const args = Object.fromEntries(namedArguments(operand, ['input', 'initialValue', 'in'], [], name));
  const [input, initial] = [scope.compile(args['input']), scope.compile(args['initialValue'])];
  const inner = scope.bind(['this', 'value']);
  const body = inner.scope.compile(args['in']);
  const [thisSlot, valueSlot] = inner.slots as [number, number];
  return (root, slots) => {
    const array = input(root, slots);
    if (isNullish(array)) return null;
    if (!Array.isArray(array)) throw failAt(40080, `$reduce requires that 'input' be an array, found: ${typeName(array)}`);
    let value = initial(root, slots);
    for (const element of array) {
      slots[thisSlot] = element;
      slots[valueSlot] = value;
      value = body(root, slots);
    }
    return value;
  };
}
