import { Decimal128 } from 'bson';
import { divideDecimals, fromDecimal128, negateDecimal, remainderDecimals, toDecimal128 } from '../bson/decimal';
import { add, asDouble, asInteger, calculate, multiply, numericType, toBigInt, toDecimal, toNumber } from '../bson/numbers';
import { isDocument } from '../bson/document';
import { isInt32, isNumeric, typeName } from '../bson/types';
import { fail, failAt } from '../errors';
import { binary, numeric } from './numeric-operators';
import { isNullish, nullable, variadic, type ExpressionOperator } from './scope';

/** Arithmetic: null if an operand is null or missing; the result has the widest type of the operands. */
export const arithmeticOperators: Readonly<Record<string, ExpressionOperator>> = {
  $add: variadic((args) => sum(args)),
  $subtract: binary(subtract),
  $multiply: variadic((args) => product(args)),
  $divide: binary(divide),
  $mod: binary(remainder),
  $abs: numeric(absolute),
  $rand: (operand) => {
    if (!Array.isArray(operand) && !isDocument(operand)) throw failAt(10065, `$rand takes an object, found ${typeName(operand)}`);
    if (Object.keys(operand).length > 0) throw failAt(3040501, '$rand does not currently accept arguments');
    return () => asDouble(Math.random());
  },
  $bitAnd: bitwise((a, b) => a & b, -1n),
  $bitOr: bitwise((a, b) => a | b, 0n),
  $bitXor: bitwise((a, b) => a ^ b, 0n),
  $bitNot: nullable((value) => (typeof value === 'bigint' ? ~value : Number(~toBigInt(value)))),
};

function sum(args: unknown[]): unknown {
  let date: Date | undefined;
  let total: unknown = 0;
  for (const value of args) {
    if (isNullish(value)) return null;
    if (value instanceof Date) {
      if (date) throw failAt(16612, 'only one date allowed in an $add expression');
      date = value;
    } else if (isNumeric(value)) {
      total = add(total, value);
    } else {
      throw fail('TypeMismatch', `$add only supports numeric or date types, not ${typeName(value)}`);
    }
  }
  return date ? movedBy(date, total, 1) : total;
}

/** A date so many milliseconds away, rounded half away from zero. Error: 15 beyond what a date can hold. */
function movedBy(date: Date, milliseconds: unknown, sign: 1 | -1): Date {
  const amount = sign * toNumber(milliseconds);
  const moved = new Date(date.getTime() + Math.sign(amount) * Math.round(Math.abs(amount)));
  if (Number.isNaN(moved.getTime())) throw fail('Overflow', 'date overflow');
  return moved;
}

function subtract(a: unknown, b: unknown): unknown {
  if (a instanceof Date && b instanceof Date) return BigInt(a.getTime() - b.getTime());
  if (a instanceof Date && isNumeric(b)) return movedBy(a, b, -1);
  if (!isNumeric(a) || !isNumeric(b)) throw fail('TypeMismatch', `can't $subtract ${typeName(b)} from ${typeName(a)}`);
  const difference = { integer: (x: bigint, y: bigint) => x - y, double: (x: number, y: number) => x - y };
  return calculate(
    { ...difference, decimal: (x, y) => fromDecimal128(add(toDecimal128(x), toDecimal128(negateDecimal(y))) as Decimal128) },
    a,
    b,
  );
}

function product(args: unknown[]): unknown {
  let total: unknown = 1;
  for (const value of args) {
    if (isNullish(value)) return null;
    if (!isNumeric(value)) throw fail('TypeMismatch', `$multiply only supports numeric types, not ${typeName(value)}`);
    total = multiply(total, value);
  }
  return total;
}

function divide(a: unknown, b: unknown): unknown {
  if (!isNumeric(a) || !isNumeric(b))
    throw fail('TypeMismatch', `$divide only supports numeric types, not ${typeName(a)} and ${typeName(b)}`);
  if (toNumber(b) === 0) throw fail('BadValue', "can't $divide by zero");
  if (a instanceof Decimal128 || b instanceof Decimal128) return toDecimal128(divideDecimals(toDecimal(a), toDecimal(b)));
  return asDouble(toNumber(a) / toNumber(b));
}

function remainder(a: unknown, b: unknown): unknown {
  if (!isNumeric(a) || !isNumeric(b)) throw failAt(16611, `$mod only supports numeric types, not ${typeName(a)} and ${typeName(b)}`);
  if (toNumber(b) === 0) throw failAt(16610, "can't $mod by zero");
  const whole = { integer: (x: bigint, y: bigint) => x % y, double: (x: number, y: number) => x % y };
  return calculate({ ...whole, decimal: remainderDecimals }, a, b);
}

function absolute(value: unknown): unknown {
  switch (numericType(value)) {
    case 'decimal': {
      const decimal = toDecimal(value);
      return decimal.coefficient < 0n || decimal.special === '-Infinity' || decimal.negativeZero
        ? toDecimal128(negateDecimal(decimal))
        : value;
    }
    case 'double':
      return asDouble(Math.abs(toNumber(value)));
    default: {
      const whole = toBigInt(value);
      if (whole === -(2n ** 63n)) throw failAt(28680, "can't take $abs of long long min");
      return whole >= 0n ? value : numericType(value) === 'long' ? -whole : asInteger(-whole);
    }
  }
}

function bitwise(apply: (a: bigint, b: bigint) => bigint, start: bigint): ExpressionOperator {
  return variadic((args, _scope, name) => {
    if (args.some(isNullish)) return null;
    const wrong = args.find((value) => typeof value !== 'bigint' && !(typeof value === 'number' && isInt32(value)));
    if (wrong !== undefined) throw fail('TypeMismatch', `${name} only supports int and long operands.`);
    const result = args.reduce<bigint>((all, value) => apply(all, toBigInt(value)), start);
    return args.some((value) => typeof value === 'bigint') ? result : Number(result);
  });
}
