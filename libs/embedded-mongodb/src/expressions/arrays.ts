import { isDocument } from '../bson/document';
import { asInteger, isIntegral, toNumber } from '../bson/numbers';
import { isNumeric, typeName } from '../bson/types';
import { failAt } from '../errors';
import { compareValues, equalValues } from '../values/compare';
import { compileSort } from '../values/sort';
import {
  argumentsOf,
  isNullish,
  named,
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
  $slice: taking(2, 3, ([array, first, count]) => slice(array, first, count)),
  $indexOfArray: taking(2, 4, ([array, value, start = 0, end]) => {
    if (isNullish(array)) return null;
    if (!Array.isArray(array)) throw failAt(40090, `$indexOfArray requires an array as a first argument, found: ${typeName(array)}`);
    const last = end === undefined ? array.length : Math.min(index('$indexOfArray', end), array.length);
    for (let i = index('$indexOfArray', start); i < last; i++) if (equalValues(array[i], value)) return i;
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
  if (!isNumeric(position)) throw failAt(28690, `$arrayElemAt's second argument must be a numeric value, but is ${typeName(position)}`);
  if (!isIntegral(position))
    throw failAt(28691, `$arrayElemAt's second argument must be representable as a 32-bit integer: ${toNumber(position)}`);
  return array.at(toNumber(position));
}

function ends(name: string, pick: (array: unknown[]) => unknown): ExpressionOperator {
  return nullable((value) => {
    if (!Array.isArray(value)) throw failAt(28689, `${name}'s argument must be an array, but is ${typeName(value)}`);
    return pick(value);
  });
}

function slice(array: unknown, first: unknown, size: unknown): unknown {
  if (isNullish(array) || isNullish(first) || size === null) return null;
  if (!Array.isArray(array)) throw failAt(28724, `First argument to $slice must be an array, but is of type: ${typeName(array)}`);
  if (!isNumeric(first) || !isIntegral(first))
    throw failAt(28725, `Second argument to $slice must be a numeric value, but is of type: ${typeName(first)}`);
  const start = toNumber(first);
  if (size === undefined) return start >= 0 ? array.slice(0, start) : array.slice(start);
  if (!isNumeric(size) || !isIntegral(size))
    throw failAt(28727, `Third argument to $slice must be numeric, but is of type: ${typeName(size)}`);
  if (toNumber(size) <= 0) throw failAt(28729, `Third argument to $slice must be positive: ${toNumber(size)}`);
  const from = start >= 0 ? start : Math.max(0, array.length + start);
  return array.slice(from, from + toNumber(size));
}

function index(name: string, value: unknown): number {
  if (!isNumeric(value) || !isIntegral(value))
    throw failAt(40096, `${name} requires an integral starting index, found a value of type: ${typeName(value)}`);
  if (toNumber(value) < 0) throw failAt(40097, `${name} requires a nonnegative starting index, found: ${toNumber(value)}`);
  return toNumber(value);
}

function range(start: unknown, end: unknown, step: unknown): number[] {
  const [from, to, by] = [start, end, step].map((value, i) => {
    if (!isNumeric(value))
      throw failAt(
        34443 + i * 2,
        `$range requires a numeric ${['starting', 'ending', 'step'][i]} value, found value of type: ${typeName(value)}`,
      );
    if (!isIntegral(value))
      throw failAt(
        34444 + i * 2,
        `$range requires a ${['starting', 'ending', 'step'][i]} value that can be represented as a 32-bit integer`,
      );
    return toNumber(value);
  }) as [number, number, number];
  if (by === 0) throw failAt(34449, '$range requires a non-zero step value');
  const length = Math.max(0, Math.ceil((to - from) / by));
  if (length > 4_000_000) throw failAt(146, '$range would use too much memory (more than 104857600 bytes)');
  return Array.from({ length }, (_unused, i) => from + i * by);
}

function zip(operand: unknown, scope: Scope): Evaluate {
  if (!isDocument(operand)) throw failAt(34460, `$zip only supports an object as an argument, found ${typeName(operand)}`);
  const unknown = Object.keys(operand).find((name) => !['inputs', 'useLongestLength', 'defaults'].includes(name));
  if (unknown !== undefined) throw failAt(34464, `$zip found an unknown argument: ${unknown}`);
  const inputs = argumentsOf(operand['inputs'], scope);
  const defaults = operand['defaults'] === undefined ? [] : argumentsOf(operand['defaults'], scope);
  const longest = operand['useLongestLength'] === true;
  if (inputs.length === 0) throw failAt(34465, '$zip requires at least one input array');
  if (defaults.length > 0 && !longest) throw failAt(34466, 'cannot specify defaults unless useLongestLength is true');
  return (root, slots) => {
    const arrays = inputs.map((input) => input(root, slots));
    if (arrays.some(isNullish)) return null;
    const wrong = arrays.find((array) => !Array.isArray(array));
    if (wrong !== undefined) throw failAt(34468, `$zip found a non-array expression in input: ${typeName(wrong)}`);
    const lists = arrays as unknown[][];
    const sizes = lists.map((list) => list.length);
    const fill = defaults.map((value) => value(root, slots));
    return Array.from({ length: longest ? Math.max(...sizes) : Math.min(...sizes) }, (_unused, i) =>
      lists.map((list, j) => (i < list.length ? list[i] : (fill[j] ?? null))),
    );
  };
}

function sortArray(operand: unknown, scope: Scope): Evaluate {
  if (!isDocument(operand) || !('input' in operand) || !('sortBy' in operand))
    throw failAt(2942502, "$sortArray requires 'input' and 'sortBy' to be specified");
  const input = scope.compile(operand['input']);
  const by = operand['sortBy'];
  const compare = isDocument(by) ? ofDocuments(compileSort(by, scope.collation)) : ofValues(toNumber(by), scope);
  return (root, slots) => {
    const array = input(root, slots);
    if (isNullish(array)) return null;
    if (!Array.isArray(array))
      throw failAt(2942504, `The input argument to $sortArray must be an array, but was of type: ${typeName(array)}`);
    return [...(array as unknown[])].sort(compare);
  };
}

function ofDocuments(compare: ReturnType<typeof compileSort>): (a: unknown, b: unknown) => number {
  return (a, b) => compare(isDocument(a) ? a : {}, isDocument(b) ? b : {});
}

function ofValues(direction: number, { collation }: Scope): (a: unknown, b: unknown) => number {
  if (direction !== 1 && direction !== -1) throw failAt(2942507, 'The $sort element value must be either 1 or -1');
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
