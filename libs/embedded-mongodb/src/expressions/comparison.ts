import { compareValues, equalValues } from '../values/compare';
import { taking, type ExpressionOperator } from './scope';

function comparing(holds: (order: number) => boolean): ExpressionOperator {
  return taking(2, 2, ([a, b], { collation }) => holds(compareValues(a, b, collation)));
}

/** Comparison of any two values, in the order of types: unlike in a filter, 5 is less than "a" here, and null more than missing. */
export const comparisonOperators: Readonly<Record<string, ExpressionOperator>> = {
  $eq: taking(2, 2, ([a, b], { collation }) => equalValues(a, b, collation)),
  $ne: taking(2, 2, ([a, b], { collation }) => !equalValues(a, b, collation)),
  $gt: comparing((order) => order > 0),
  $gte: comparing((order) => order >= 0),
  $lt: comparing((order) => order < 0),
  $lte: comparing((order) => order <= 0),
  $cmp: taking(2, 2, ([a, b], { collation }) => compareValues(a, b, collation)),
};
