import { arithmeticOperators } from './arithmetic';
import { arrayOperators } from './arrays';
import { bindingOperators } from './binding';
import { comparisonOperators } from './comparison';
import { conditionalOperators } from './conditional';
import { conversionOperators } from './conversion';
import { dateArithmeticOperators } from './date-arithmetic';
import { dateOperators } from './dates';
import { objectOperators } from './objects';
import { roundingOperators } from './rounding';
import type { ExpressionOperator } from './scope';
import { realFunctions } from './real-functions';
import { regexOperators } from './regexes';
import { setOperators } from './sets';
import { stringOperators } from './strings';
import { summaryOperators } from './summaries';
import { checkMeta, textScoreOf } from '../values/text-score';

/** The expression language: every operator by name. */
export const expressionTable: Readonly<Record<string, ExpressionOperator>> = {
  ...arithmeticOperators,
  ...roundingOperators,
  ...realFunctions,
  ...comparisonOperators,
  ...conditionalOperators,
  ...bindingOperators,
  ...arrayOperators,
  ...summaryOperators,
  ...setOperators,
  ...stringOperators,
  ...regexOperators,
  ...objectOperators,
  ...conversionOperators,
  ...dateOperators,
  $meta: (operand) => {
    checkMeta(operand);
    return (root) => textScoreOf(root);
  },
  ...dateArithmeticOperators,
};
