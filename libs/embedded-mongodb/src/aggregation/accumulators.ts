import type { Document } from '../bson/document';
import { isDocument } from '../bson/document';
import { isIntegral, toNumber } from '../bson/numbers';
import { Summation } from '../bson/summation';
import { isNumeric, typeName } from '../bson/types';
import { fail, failAt } from '../errors';
import type { Collation } from '../values/collation';
import { compareValues } from '../values/compare';
import { compileSortOrder } from '../values/sort';
import { ValueSet } from '../values/value-set';
import { deviationOf, meanOf } from '../expressions/summaries';
import { merge } from '../expressions/objects';
import type { Expression, StageContext } from './stage';

/** Gathers the documents of one group. */
export interface Accumulator {
  add(document: Document): void;
  result(): unknown;
}

/** Compiles `{ $operator: operand }` to what makes an accumulator for each group. */
type AccumulatorOperator = (operand: unknown, context: StageContext, name: string) => () => Accumulator;

/** Gathers values of one expression: `start` makes what takes them in and says the result. */
function ofValues(start: (collation?: Collation) => { add(value: unknown): void; result(): unknown }): AccumulatorOperator {
  return (operand, context, name) => {
    if (Array.isArray(operand)) throw failAt(40237, `The ${name} accumulator is a unary operator`);
    const evaluate = context.expression(operand);
    return () => {
      const gathered = start(context.collation);
      return { add: (document) => gathered.add(evaluate(document)), result: () => gathered.result() };
    };
  };
}

function extreme(direction: number): AccumulatorOperator {
  return ofValues((collation) => {
    let best: unknown;
    return {
      add: (value) => {
        if (value === null || value === undefined) return;
        if (best === undefined || compareValues(value, best, collation) * direction > 0) best = value;
      },
      result: () => best ?? null,
    };
  });
}

function deviation(correction: 0 | 1): AccumulatorOperator {
  return ofValues(() => {
    const values: unknown[] = [];
    return { add: (value) => values.push(value), result: () => deviationOf(values, correction) };
  });
}

/** The accumulators of `$group`, by name. */
export const accumulatorTable: Readonly<Record<string, AccumulatorOperator>> = {
  $sum: ofValues(() => {
    const sum = new Summation();
    return { add: (value) => (isNumeric(value) ? sum.add(value) : undefined), result: () => sum.total() };
  }),
  $avg: ofValues(() => {
    const sum = new Summation();
    let count = 0;
    return {
      add: (value) => {
        if (!isNumeric(value)) return;
        sum.add(value);
        count++;
      },
      result: () => meanOf(sum, count),
    };
  }),
  $min: extreme(-1),
  $max: extreme(1),
  $first: ofValues(() => {
    let first: { value: unknown } | undefined;
    return { add: (value) => (first ??= { value }), result: () => first?.value ?? null };
  }),
  $last: ofValues(() => {
    let last: unknown;
    return { add: (value) => (last = value), result: () => last ?? null };
  }),
  $push: ofValues(() => {
    const values: unknown[] = [];
    return { add: (value) => (value === undefined ? undefined : values.push(value)), result: () => values };
  }),
  $addToSet: ofValues((collation) => {
    const seen = new ValueSet([], collation);
    const values: unknown[] = [];
    return { add: (value) => (value !== undefined && seen.add(value) ? values.push(value) : undefined), result: () => values };
  }),
  $mergeObjects: ofValues(() => {
    const documents: unknown[] = [];
    return { add: (value) => documents.push(value), result: () => merge(documents) };
  }),
  $stdDevPop: deviation(0),
  $stdDevSamp: deviation(1),
  $count: (operand) => {
    if (!isDocument(operand) || Object.keys(operand).length > 0) throw fail('TypeMismatch', '$count takes no arguments, i.e. $count:{}');
    return () => {
      let count = 0;
      return { add: () => count++, result: () => count };
    };
  },
  $firstN: several((values, n) => values.slice(0, n)),
  $lastN: several((values, n) => values.slice(-n)),
  $maxN: several((values, n, collation) => present(values).sort((a, b) => compareValues(b, a, collation)).slice(0, n)), // prettier-ignore
  $minN: several((values, n, collation) => present(values).sort((a, b) => compareValues(a, b, collation)).slice(0, n)), // prettier-ignore
  $top: ranked((outputs) => outputs[0]),
  $bottom: ranked((outputs) => outputs.at(-1)),
  $topN: ranked((outputs, n) => outputs.slice(0, n)),
  $bottomN: ranked((outputs, n) => outputs.slice(-n)),
};

/** The names of the accumulators. */
export const accumulators: readonly string[] = Object.keys(accumulatorTable);

function present(values: unknown[]): unknown[] {
  return values.filter((value) => value !== null && value !== undefined);
}

function several(pick: (values: unknown[], n: number, collation?: Collation) => unknown[]): AccumulatorOperator {
  return (operand, context, name) => {
    if (!isDocument(operand) || !('n' in operand) || !('input' in operand))
      throw failAt(5787900, `specification must be an object with 'n' and 'input'; found ${name}`);
    const [input, n] = [context.expression(operand['input']), countOf(context.expression(operand['n']))];
    return () => {
      const values: unknown[] = [];
      return { add: (document) => values.push(input(document) ?? null), result: () => pick(values, n, context.collation) };
    };
  };
}

function countOf(expression: Expression): number {
  const n = expression({});
  if (!isNumeric(n) || !isIntegral(n)) throw failAt(5787902, `Value for 'n' must be of integral type, but found ${typeName(n)}`);
  if (toNumber(n) <= 0) throw failAt(5787908, `'n' must be greater than 0, found ${toNumber(n)}`);
  return toNumber(n);
}

function ranked(pick: (outputs: unknown[], n: number) => unknown): AccumulatorOperator {
  return (operand, context, name) => {
    if (!isDocument(operand) || !isDocument(operand['sortBy']) || !('output' in operand)) {
      throw failAt(5788003, `${name} requires 'sortBy' (an object) and 'output'`);
    }
    const order = compileSortOrder(operand['sortBy'], context.collation);
    const output = context.expression(operand['output']);
    const n = name.endsWith('N') ? countOf(context.expression(operand['n'])) : 1;
    return () => {
      const entries: { key: unknown[]; value: unknown }[] = [];
      return {
        add: (document) => entries.push({ key: order.key(document), value: output(document) ?? null }),
        result: () => {
          const sorted = entries.sort((a, b) => order.compareKeys(a.key, b.key)).map(({ value }) => value);
          return pick(sorted, n);
        },
      };
    };
  };
}
