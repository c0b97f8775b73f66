import { Decimal128 } from 'bson';
import { divideDecimals, toDecimal128 } from '../bson/decimal';
import { asDouble, toDecimal, toNumber } from '../bson/numbers';
import { Summation } from '../bson/summation';
import { isNumeric } from '../bson/types';
import { compareValues } from '../values/compare';
import { isNullish, variadic, type ExpressionOperator } from './scope';

/** The accumulators as expressions: over their arguments, or over the one array that is their argument. */
export const summaryOperators: Readonly<Record<string, ExpressionOperator>> = {
  $sum: over((values) => summed(values).total()),
  $avg: over((values) => meanOf(summed(values), values.filter(isNumeric).length)),
  $max: over((values) => extremeOf(values, 1)),
  $min: over((values) => extremeOf(values, -1)),
  $stdDevPop: over((values) => deviationOf(values, 0)),
  $stdDevSamp: over((values) => deviationOf(values, 1)),
};

function over(apply: (values: unknown[]) => unknown): ExpressionOperator {
  return variadic((args) => apply(args.length === 1 && Array.isArray(args[0]) ? (args[0] as unknown[]) : args));
}

function summed(values: readonly unknown[]): Summation {
  const sum = new Summation();
  for (const value of values) if (isNumeric(value)) sum.add(value);
  return sum;
}

/** The mean of so many summed numbers; null for none. */
export function meanOf(sum: Summation, count: number): unknown {
  if (count === 0) return null;
  const total = sum.forMean();
  if (total instanceof Decimal128) return toDecimal128(divideDecimals(toDecimal(total), { coefficient: BigInt(count), exponent: 0 }));
  return asDouble(total / count);
}

/** The largest (direction 1) or smallest (-1) that is not null; null for nothing. */
function extremeOf(values: readonly unknown[], direction: number): unknown {
  let best: unknown = null;
  for (const value of values) {
    if (!isNullish(value) && (best === null || compareValues(value, best) * direction > 0)) best = value;
  }
  return best;
}

/** The standard deviation of what is numeric: of the population (0) or of a sample (1). Null for too few. */
export function deviationOf(values: readonly unknown[], correction: 0 | 1): unknown {
  const numbers = values.filter(isNumeric).map(toNumber);
  if (numbers.length <= correction) return null;
  const mean = numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
  const squares = numbers.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  return asDouble(Math.sqrt(squares / (numbers.length - correction)));
}
