import { typeName } from '../bson/types';
import { failAt } from '../errors';
import { compareValues } from '../values/compare';
import { ValueSet } from '../values/value-set';
import { isNullish, taking, unary, variadic, type ExpressionOperator } from './scope';
import { isTrue } from './truth';

/** Arrays taken as sets: order and repetition do not count. */
export const setOperators: Readonly<Record<string, ExpressionOperator>> = {
  $setUnion: variadic((args, { collation }) => {
    const operands = arraysOrNull(args, 17043, 'All operands of $setUnion must be arrays. One argument is of type');
    if (!operands) return null;
    const union = new ValueSet([], collation);
    return sorted(operands.flatMap((array) => array.filter((value) => union.add(value))));
  }),
  $setIntersection: variadic((args, { collation }) => {
    const operands = arraysOrNull(args, 17047, 'All operands of $setIntersection must be arrays. One argument is of type');
    if (!operands) return null;
    const [first = [], ...rest] = operands;
    const others = rest.map((array) => new ValueSet(array, collation));
    const seen = new ValueSet([], collation);
    return sorted(first.filter((value) => others.every((set) => set.has(value)) && seen.add(value)));
  }),
  $setDifference: taking(2, 2, (args, { collation }) => {
    if (args.some(isNullish)) return null;
    const [first] = arrays(args.slice(0, 1), 17048, 'both operands of $setDifference must be arrays. First argument is of type') as [
      unknown[],
    ];
    const [second] = arrays(args.slice(1), 17049, 'both operands of $setDifference must be arrays. Second argument is of type') as [
      unknown[],
    ];
    const seen = new ValueSet(second, collation);
    return first.filter((value) => seen.add(value));
  }),
  $setEquals: variadic((args, { collation }) => {
    if (args.length < 2) throw failAt(17045, `$setEquals needs at least two arguments had: ${args.length}`);
    const [first, ...rest] = arrays(args, 17044, 'All operands of $setEquals must be arrays. One argument is of type').map(
      (array) => new ValueSet(array, collation),
    );
    const lists = args as unknown[][];
    return rest.every((set, i) => set.size === first!.size && lists[i + 1]!.every((value) => first!.has(value)));
  }),
  $setIsSubset: taking(2, 2, (args, { collation }) => {
    const [first] = arrays(args.slice(0, 1), 17046, 'both operands of $setIsSubset must be arrays. First argument is of type') as [
      unknown[],
    ];
    const [second] = arrays(args.slice(1), 17042, 'both operands of $setIsSubset must be arrays. Second argument is of type') as [
      unknown[],
    ];
    const whole = new ValueSet(second, collation);
    return first.every((value) => whole.has(value));
  }),
  $allElementsTrue: unary((value) => {
    if (!Array.isArray(value)) throw failAt(17040, `$allElementsTrue's argument must be an array, but is ${typeName(value)}`);
    return value.every(isTrue);
  }),
  $anyElementTrue: unary((value) => {
    if (!Array.isArray(value)) throw failAt(17041, `$anyElementTrue's argument must be an array, but is ${typeName(value)}`);
    return value.some(isTrue);
  }),
};

function arrays(args: unknown[], code: number, message: string): unknown[][] {
  const wrong = args.findIndex((value) => !Array.isArray(value));
  if (wrong >= 0) throw failAt(code, `${message}: ${typeName(args[wrong])}`);
  return args as unknown[][];
}

// A set has no order of its own; MongoDB answers in the order of values.
function sorted(values: unknown[]): unknown[] {
  return values.sort((a, b) => compareValues(a, b));
}

/** The operands as arrays; undefined when one is null. In order: what comes after a null is not looked at. */
function arraysOrNull(args: readonly unknown[], code: number, message: string): unknown[][] | undefined {
  for (const value of args) {
    if (isNullish(value)) return undefined;
    arrays([value], code, message);
  }
  return args as unknown[][];
}
