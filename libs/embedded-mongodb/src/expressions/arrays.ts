import { isDocument } from '../bson/document';
import { asInteger, isIntegral, toNumber } from '../bson/numbers';
import { isNumeric, typeName } from '../bson/types';
import { failAt } from '../errors';
import { compareValues, equalValues } from '../values/compare';
import { compileElementOrder } from '../values/sort';
import { int32Of, type IntegerErrors } from './integers';
import {
  isNullish,
  named,
  namedArguments,
  nullable,
  taking,
  unary,
  variadic,
  type Evaluate,
  type ExpressionOperator,
  type Scope,
} from './scope';

/** Operators on arrays. */
export const arrayOperators: Readonly<Record<string, ExpressionOperator>> = {
  $size: unary((value) => {
    if (!Array.isArray(value)) throw failAt(17124, `The argument to $size must be an array, but was of type: ${typeName(value)}`);
    return value.length;
  }),
  $isArray: unary((value) => Array.isArray(value)),
  $in: taking(2, 2, ([value, array], { collation }) => {
    if (!Array.isArray(array)) throw failAt(40081, `$in requires an array as a second argument, found: ${typeName(array)}`);
    return array.some((element) => equalValues(element, value, collation));
  }),
  $arrayElemAt: taking(2, 2, ([array, index]) => elementAt(array, index)),
  $first: ends('$first', (array) => array[0]),
  $last: ends('$last', (array) => array.at(-1)),
  $concatArrays: variadic((args) => {
    if (args.some(isNullish)) return null;
    const wrong = args.find((value) => !Array.isArray(value));
    if (wrong !== undefined) throw failAt(28664, `$concatArrays only supports arrays, not ${typeName(wrong)}`);
    return (args as unknown[][]).flat();
  }),
  $reverseArray: nullable((value) => {
    if (!Array.isArray(value)) throw failAt(34435, `The argument to $reverseArray must be an array, but was of type: ${typeName(value)}`);
    return [...(value as unknown[])].reverse();
  }),
  $slice: taking(2, 3, (args) => slice(args)),
  $indexOfArray: taking(2, 4, (args, { collation }) => {
    const [array, value, start, end] = args;
    if (isNullish(array)) return null;
    if (!Array.isArray(array)) throw failAt(40090, `$indexOfArray requires an array as a first argument, found: ${typeName(array)}`);
    const from = args.length < 3 ? 0 : int32Of(start, '$indexOfArray: starting index', indexErrors);
    const to = args.length < 4 ? array.length : Math.min(int32Of(end, '$indexOfArray: ending index', indexErrors), array.length);
    for (let i = from; i < to; i++) if (equalValues(array[i], value, collation)) return i;
    return -1;
  }),
  $range: taking(2, 3, ([start, end, step = 1]) => range(start, end, step)),
  $zip: zip,
  $sortArray: sortArray,
  $firstN: named(['n', 'input'], [], ({ n, input }) => list(input, '$firstN').slice(0, count(n))),
  $lastN: named(['n', 'input'], [], ({ n, input }) => list(input, '$lastN').slice(-count(n))),
  $maxN: named(['n', 'input'], [], ({ n, input }) => extremes(input, '$maxN', -1, n)),
  $minN: named(['n', 'input'], [], ({ n, input }) => extremes(input, '$minN', 1, n)),
};

function elementAt(array: unknown, position: unknown): unknown {
  if (isNullish(array) || isNullish(position)) return null;
  if (!Array.isArray(array)) throw failAt(28689, `$arrayElemAt's first argument must be an array, but is ${typeName(array)}`);
  return array.at(int32Of(position, "$arrayElemAt's second argument", { notNumeric: 28690, notIntegral: 28691 }));
}

function ends(name: string, pick: (array: unknown[]) => unknown): ExpressionOperator {
  return nullable((value) => {
    if (!Array.isArray(value)) throw failAt(28689, `${name}'s argument must be an array, but is ${typeName(value)}`);
    return pick(value);
  });
}

function slice(args: unknown[]): unknown {
  const [array, first, size] = args;
  if (isNullish(array) || isNullish(first) || (args.length > 2 && isNullish(size))) return null;
  if (!Array.isArray(array)) throw failAt(28724, `First argument to $slice must be an array, but is of type: ${typeName(array)}`);
  const start = int32Of(first, 'Second argument to $slice', { notNumeric: 28725, notIntegral: 28726 });
  if (args.length === 2) return start >= 0 ? array.slice(0, start) : array.slice(start);
  const most = int32Of(size, 'Third argument to $slice', { notNumeric: 28727, notIntegral: 28728 });
  if (most <= 0) throw failAt(28729, `Third argument to $slice must be positive: ${most}`);
  const from = start >= 0 ? start : Math.max(0, array.length + start);
  return array.slice(from, from + most);
}

const indexErrors: IntegerErrors = { notNumeric: 40096, notIntegral: 40096, negative: 40097 };

function range(start: unknown, end: unknown, step: unknown): number[] {
  const from = int32Of(start, '$range starting value', { notNumeric: 34443, notIntegral: 34444 });
  const to = int32Of(end, '$range ending value', { notNumeric: 34445, notIntegral: 34446 });
  const by = int32Of(step, '$range step value', { notNumeric: 34447, notIntegral: 34448 });
  if (by === 0) throw failAt(34449, '$range requires a non-zero step value');
  const length = Math.max(0, Math.ceil((to - from) / by));
  if (length > 4_000_000) throw failAt(146, '$range would use too much memory (more than 104857600 bytes)');
  return Array.from({ length }, (_unused, i) => from + i * by);
}

function zip(operand: unknown, scope: Scope): Evaluate {
  const { inputs: lists, useLongestLength: longest = false, defaults = [] } = zipArguments(operand);
  const inputs = lists.map((input) => scope.compile(input));
  const fillers = defaults.map((value) => scope.compile(value));
  return (root, slots) => {
    const arrays = arraysOf(inputs.map((input) => input(root, slots)));
    if (!arrays) return null;
    const sizes = arrays.map((array) => array.length);
    const fill = fillers.map((value) => value(root, slots));
    return Array.from({ length: longest ? Math.max(...sizes) : Math.min(...sizes) }, (_unused, i) =>
      arrays.map((array, j) => (i < array.length ? array[i] : (fill[j] ?? null))),
    );
  };
}

function zipArguments(operand: unknown): { inputs: unknown[]; useLongestLength?: boolean; defaults?: unknown[] } {
  if (!isDocument(operand)) throw failAt(34460, `$zip only supports an object as an argument, found ${typeName(operand)}`);
  const unknown = Object.keys(operand).find((name) => !['inputs', 'useLongestLength', 'defaults'].includes(name));
  if (unknown !== undefined) throw failAt(34464, `$zip found an unknown argument: ${unknown}`);
  const { inputs, useLongestLength, defaults } = operand;
  if (inputs !== undefined && !Array.isArray(inputs)) throw failAt(34461, 'inputs must be an array of expressions');
  if (defaults !== undefined && !Array.isArray(defaults)) throw failAt(34462, 'defaults must be an array of expressions');
  if (useLongestLength !== undefined && typeof useLongestLength !== 'boolean') throw failAt(34463, 'useLongestLength must be a bool');
  if (!inputs || inputs.length === 0) throw failAt(34465, '$zip requires at least one input array');
  if (defaults && useLongestLength !== true) throw failAt(34466, 'cannot specify defaults unless useLongestLength is true');
  if (defaults && defaults.length !== inputs.length) throw failAt(34467, 'defaults and inputs must have the same length');
  return { inputs, useLongestLength, defaults };
}

/** The values as arrays; undefined when one is null. In order: what comes after a null is not looked at. */
function arraysOf(values: readonly unknown[]): unknown[][] | undefined {
  for (const value of values) {
    if (isNullish(value)) return undefined;
    if (!Array.isArray(value)) throw failAt(34468, `$zip found a non-array expression in input: ${typeName(value)}`);
  }
  return values as unknown[][];
}

function sortArray(operand: unknown, scope: Scope, name: string): Evaluate {
  const args = Object.fromEntries(namedArguments(operand, ['input', 'sortBy'], [], name));
  const input = scope.compile(args['input']);
  const compare = elementOrder(args['sortBy'], scope);
  return (root, slots) => {
    const array = input(root, slots);
    if (isNullish(array)) return null;
    if (!Array.isArray(array))
      throw failAt(2942504, `The input argument to $sortArray must be an array, but was of type: ${typeName(array)}`);
    return [...(array as unknown[])].sort(compare);
  };
}

function elementOrder(by: unknown, scope: Scope): (a: unknown, b: unknown) => number {
  if (isNumeric(by)) return ofValues(toNumber(by), scope);
  if (!isDocument(by)) throw failAt(2942507, 'The $sort field must be either 1, -1, or an object');
  if (Object.keys(by).length === 0) throw failAt(2942505, 'The $sort pattern is empty when it should be a set of fields.');
  const wrong = Object.values(by).find((direction) => ![1, -1].includes(toNumber(direction)));
  if (wrong !== undefined) throw failAt(2942505, 'The $sort element value must be either 1 or -1');
  return compileElementOrder(by, scope.collation);
}

function ofValues(direction: number, { collation }: Scope): (a: unknown, b: unknown) => number {
  if (direction !== 1 && direction !== -1) throw failAt(2942506, 'The $sort element value must be either 1 or -1');
  return (a, b) => direction * compareValues(a, b, collation);
}

function list(value: unknown, name: string): unknown[] {
  if (!Array.isArray(value)) throw failAt(5788200, `${name} only supports arrays, not ${typeName(value)}`);
  return value;
}

function count(n: unknown): number {
  if (!isNumeric(n) || !isIntegral(n)) throw failAt(5787902, "Value for 'n' must be of integral type");
  if (toNumber(n) <= 0) throw failAt(5787908, `'n' must be greater than 0, found ${String(asInteger(BigInt(toNumber(n))))}`);
  return toNumber(n);
}

function extremes(input: unknown, name: string, direction: number, n: unknown): unknown[] {
  return list(input, name)
    .filter((value) => !isNullish(value))
    .sort((a, b) => direction * compareValues(a, b))
    .slice(0, count(n));
}
