import { Decimal128 } from 'bson';
import { decimalFromDouble, fromDecimal128, logOfDecimal, multiplyDecimals, sqrtDecimal, toDecimal128 } from '../bson/decimal';
import { asDouble, asInteger, isNaNValue, numericType, toBigInt, toDecimal, toNumber } from '../bson/numbers';
import { isNumeric, typeName } from '../bson/types';
import { failAt } from '../errors';
import { binary, numeric, real } from './numeric-operators';
import type { ExpressionOperator } from './scope';

/** Roots, powers, logarithms, angles. */
export const realFunctions: Readonly<Record<string, ExpressionOperator>> = {
  $sqrt: numeric(squareRoot),
  $exp: real(Math.exp),
  $ln: logarithmOf(28766, '$ln', Math.log, 1),
  $log10: logarithmOf(28761, '$log10', Math.log10, Math.LN10),
  $log: binary(logarithm),
  $pow: binary(power),
  $sin: real(Math.sin),
  $cos: real(Math.cos),
  $tan: real(Math.tan),
  $asin: real(Math.asin),
  $acos: real(Math.acos),
  $atan: real(Math.atan),
  $sinh: real(Math.sinh),
  $cosh: real(Math.cosh),
  $tanh: real(Math.tanh),
  $asinh: real(Math.asinh),
  $acosh: real(Math.acosh),
  $atanh: real(Math.atanh),
  $atan2: binary((a, b) => asDouble(Math.atan2(toNumber(a), toNumber(b)))),
  $degreesToRadians: real((x) => (x * Math.PI) / 180),
  $radiansToDegrees: real((x) => (x * 180) / Math.PI),
};

function squareRoot(value: unknown): unknown {
  if (toNumber(value) < 0) throw failAt(28714, "$sqrt's argument must be greater than or equal to 0");
  return value instanceof Decimal128 ? toDecimal128(sqrtDecimal(fromDecimal128(value))) : asDouble(Math.sqrt(toNumber(value)));
}

/** A logarithm whose base has this natural logarithm. */
function logarithmOf(code: number, name: string, ofDouble: (x: number) => number, base: number): ExpressionOperator {
  return numeric((value) => {
    const decimal = value instanceof Decimal128 ? fromDecimal128(value) : undefined;
    const positive = decimal ? decimal.coefficient > 0n || decimal.special !== undefined : toNumber(value) > 0;
    if (toNumber(value) < 0 || (!positive && !isNaNValue(value)))
      throw failAt(code, `${name}'s argument must be a positive number, but is ${toNumber(value)}`);
    return decimal ? toDecimal128(decimalFromDouble(logOfDecimal(decimal) / base)) : asDouble(ofDouble(toNumber(value)));
  });
}

function logarithm(value: unknown, base: unknown): unknown {
  if (!isNumeric(value)) throw failAt(28756, `$log's argument must be numeric, not ${typeName(value)}`);
  if (!isNumeric(base)) throw failAt(28757, `$log's base must be numeric, not ${typeName(base)}`);
  if (toNumber(value) <= 0) throw failAt(28758, `$log's argument must be a positive number, but is ${toNumber(value)}`);
  if (toNumber(base) <= 0 || toNumber(base) === 1)
    throw failAt(28759, `$log's base must be a positive number not equal to 1, but is ${toNumber(base)}`);
  return asDouble(Math.log(toNumber(value)) / Math.log(toNumber(base)));
}

function power(base: unknown, exponent: unknown): unknown {
  if (!isNumeric(base)) throw failAt(28762, `$pow's base must be numeric, not ${typeName(base)}`);
  if (!isNumeric(exponent)) throw failAt(28763, `$pow's exponent must be numeric, not ${typeName(exponent)}`);
  if (toNumber(base) === 0 && toNumber(exponent) < 0) throw failAt(28764, '$pow cannot take a base of 0 and a negative exponent');
  const types = [numericType(base), numericType(exponent)];
  if (types.includes('decimal')) return decimalPower(base, exponent);
  const result = toNumber(base) ** toNumber(exponent);
  if (types.includes('double') || (toNumber(exponent) < 0 && Math.abs(toNumber(base)) !== 1)) return asDouble(result);
  if (Math.abs(result) > 2 ** 63) return asDouble(result);
  const whole = Math.abs(toNumber(base)) === 1 ? BigInt(result) : toBigInt(base) ** toBigInt(exponent);
  return types.includes('long') ? whole : asInteger(whole);
}

function decimalPower(base: unknown, exponent: unknown): unknown {
  const times = toNumber(exponent);
  if (!Number.isInteger(times) || times < 0 || times > 1000) return toDecimal128(decimalFromDouble(toNumber(base) ** times));
  let result = toDecimal(1);
  for (let i = 0; i < times; i++) result = fromDecimal128(toDecimal128(multiplyDecimals(result, toDecimal(base))));
  return toDecimal128(result);
}
