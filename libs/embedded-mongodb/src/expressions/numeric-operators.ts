import { Decimal128 } from 'bson';
import { decimalFromDouble, toDecimal128 } from '../bson/decimal';
import { asDouble, toNumber } from '../bson/numbers';
import { isNumeric, typeName } from '../bson/types';
import { failAt } from '../errors';
import { isNullish, nullable, taking, type ExpressionOperator } from './scope';

/** An operator of two operands, null if one of them is. */
export function binary(apply: (a: unknown, b: unknown, name: string) => unknown): ExpressionOperator {
  return taking(2, 2, ([a, b], _scope, name) => {
    if (isNullish(a) || isNullish(b)) return null;
    return apply(a, b, name);
  });
}

/** An operator of one number. Error: 28765. */
export function numeric(apply: (value: unknown) => unknown): ExpressionOperator {
  return nullable((value, name) => {
    if (!isNumeric(value)) throw failAt(28765, `${name} only supports numeric types, not ${typeName(value)}`);
    return apply(value);
  });
}

// Decimals go through a double here: the last digits of a transcendental function are not promised by MongoDB either.
/** An operator that doubles compute. */
export function real(apply: (x: number) => number): ExpressionOperator {
  return numeric((value) => {
    const result = apply(toNumber(value));
    return value instanceof Decimal128 ? toDecimal128(decimalFromDouble(result)) : asDouble(result);
  });
}
