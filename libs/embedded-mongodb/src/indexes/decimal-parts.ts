import type { Decimal128 } from 'bson';

/** A decimal as its nearest double and the exact remainder to it, itself as a double: together 32 digits, compared in this order. */
export function decimalParts(value: Decimal128): { nearest: number; rest: number } {
  const text = value.toString();
  const nearest = Number(text);
  if (!Number.isFinite(nearest)) return { nearest: text === 'NaN' ? NaN : nearest, rest: 0 };
  const [numerator, denominator] = ratioOfDecimal(text);
  const [doubleNumerator, doubleDenominator] = ratioOfDouble(nearest);
  const difference = numerator * doubleDenominator - doubleNumerator * denominator;
  return { nearest, rest: difference === 0n ? 0 : quotient(difference, denominator * doubleDenominator) };
}

function ratioOfDecimal(text: string): [bigint, bigint] {
  const [mantissa = '0', exponent = '0'] = text.toUpperCase().split('E');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  const digits = BigInt(whole + fraction);
  const power = Number(exponent) - fraction.length;
  return power >= 0 ? [digits * 10n ** BigInt(power), 1n] : [digits, 10n ** BigInt(-power)];
}

function ratioOfDouble(value: number): [bigint, bigint] {
  let power = 0;
  let scaled = value;
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    power++;
  }
  return [BigInt(scaled), 1n << BigInt(power)];
}

function quotient(numerator: bigint, denominator: bigint): number {
  // Shift so that 64 significant bits are left of the point.
  const shift = denominator.toString(2).length - (numerator < 0n ? -numerator : numerator).toString(2).length + 64;
  const scaled = shift > 0 ? (numerator << BigInt(shift)) / denominator : numerator / denominator;
  return shift > 0 ? Number(scaled) / 2 ** Math.min(shift, 1000) : Number(scaled);
}
