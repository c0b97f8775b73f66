import { Decimal128 } from 'bson';

/** A decimal128 taken apart: `coefficient * 10^exponent`, or one of the special values. */
export interface Decimal {
  readonly special?: 'NaN' | 'Infinity' | '-Infinity';
  readonly coefficient: bigint;
  readonly exponent: number;
  /** Kept for zero, whose coefficient has no sign. */
  readonly negativeZero?: boolean;
}

const DIGITS = 34;
const MAX_EXPONENT = 6111;
const MIN_EXPONENT = -6176;
const LIMIT = 10n ** BigInt(DIGITS);

export const decimalNaN: Decimal = { special: 'NaN', coefficient: 0n, exponent: 0 };

export function infinity(negative: boolean): Decimal {
  return { special: negative ? '-Infinity' : 'Infinity', coefficient: 0n, exponent: 0 };
}

/** Reads the two halves of a decimal128 (IEEE 754-2008, binary integer significand). */
export function fromDecimal128(value: Decimal128): Decimal {
  const view = new DataView(value.bytes.buffer, value.bytes.byteOffset, 16);
  const high = view.getBigUint64(8, true);
  const low = view.getBigUint64(0, true);
  const negative = high >> 63n === 1n;
  const top = Number((high >> 58n) & 31n);
  if (top === 31) return decimalNaN;
  if (top === 30) return infinity(negative);
  // Combination bits 11 mark a significand too large for 34 digits: by the standard such a value is zero.
  const large = Number((high >> 61n) & 3n) === 3;
  const exponent = Number((high >> (large ? 47n : 49n)) & 0x3fffn) + MIN_EXPONENT;
  const coefficient = large ? 0n : ((high & 0x1ffffffffffffn) << 64n) | low;
  const canonical = coefficient >= LIMIT ? 0n : coefficient;
  return { coefficient: negative ? -canonical : canonical, exponent, negativeZero: negative && canonical === 0n };
}

export function toDecimal128(value: Decimal): Decimal128 {
  if (value.special) return Decimal128.fromString(value.special);
  const { coefficient, exponent } = rounded(value);
  if (exponent > MAX_EXPONENT) return Decimal128.fromString(coefficient < 0n ? '-Infinity' : 'Infinity');
  const negative = coefficient < 0n || (coefficient === 0n && value.negativeZero === true);
  const digits = coefficient < 0n ? -coefficient : coefficient;
  const high = (negative ? 1n << 63n : 0n) | (BigInt(exponent - MIN_EXPONENT) << 49n) | (digits >> 64n);
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt.asUintN(64, digits), true);
  view.setBigUint64(8, high, true);
  return new Decimal128(bytes);
}

/** Rounds to 34 digits, half to even, and brings the exponent into range where that is exact or underflows. */
function rounded({ coefficient, exponent }: Decimal): { coefficient: bigint; exponent: number } {
  const excess = Math.max(digitCount(coefficient) - DIGITS, MIN_EXPONENT - exponent, 0);
  if (excess > 0) {
    coefficient = divideHalfEven(coefficient, 10n ** BigInt(excess));
    exponent += excess;
    if (digitCount(coefficient) > DIGITS) return { coefficient: coefficient / 10n, exponent: exponent + 1 };
  }
  while (exponent > MAX_EXPONENT && digitCount(coefficient) < DIGITS && coefficient !== 0n) {
    coefficient *= 10n;
    exponent--;
  }
  return { coefficient, exponent: coefficient === 0n ? Math.min(exponent, MAX_EXPONENT) : exponent };
}

export function divideHalfEven(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  const remainder = dividend % divisor;
  const twice = (remainder < 0n ? -remainder : remainder) * 2n;
  const size = divisor < 0n ? -divisor : divisor;
  if (twice < size || (twice === size && quotient % 2n === 0n)) return quotient;
  return quotient + (dividend < 0n === divisor < 0n ? 1n : -1n);
}

function digitCount(value: bigint): number {
  if (value === 0n) return 1;
  return (value < 0n ? -value : value).toString().length;
}

/** A double as MongoDB converts it: to 15 significant digits, which makes 0.1 the decimal 0.1 (padded with zeros when exact). */
export function decimalFromDouble(value: number): Decimal {
  if (Number.isNaN(value)) return decimalNaN;
  if (!Number.isFinite(value)) return infinity(value < 0);
  if (value === 0) return { coefficient: 0n, exponent: 0, negativeZero: Object.is(value, -0) };
  const [mantissa = '0', power = '0'] = value.toExponential(14).split('e');
  return { coefficient: BigInt(mantissa.replace('.', '')), exponent: Number(power) - 14 };
}

/** A double's exact value, for comparing. */
export function exactDecimal(value: number): Decimal {
  if (Number.isNaN(value)) return decimalNaN;
  if (!Number.isFinite(value)) return infinity(value < 0);
  let scaled = value;
  let power = 0;
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    power++;
  }
  // value = scaled / 2^power = scaled * 5^power / 10^power
  return { coefficient: BigInt(scaled) * 5n ** BigInt(power), exponent: -power };
}

export function compareDecimals(a: Decimal, b: Decimal): number {
  if (a.special || b.special) return Math.sign(rank(a) - rank(b));
  const signs = sign(a.coefficient) - sign(b.coefficient);
  if (signs !== 0) return Math.sign(signs);
  if (a.coefficient === 0n) return 0;
  const scale = Math.min(a.exponent, b.exponent);
  // Very different magnitudes need no scaling up of thousands of digits.
  const magnitude = digitCount(a.coefficient) + a.exponent - (digitCount(b.coefficient) + b.exponent);
  if (magnitude !== 0) return magnitude > 0 === a.coefficient > 0n ? 1 : -1;
  const left = a.coefficient * 10n ** BigInt(a.exponent - scale);
  const right = b.coefficient * 10n ** BigInt(b.exponent - scale);
  return left < right ? -1 : left > right ? 1 : 0;
}

function rank(value: Decimal): number {
  return value.special === 'NaN' ? -2 : value.special === '-Infinity' ? -1 : value.special === 'Infinity' ? 1 : 0;
}

function sign(value: bigint): number {
  return value < 0n ? -1 : value > 0n ? 1 : 0;
}

export function addDecimals(a: Decimal, b: Decimal): Decimal {
  if (a.special || b.special) {
    if (a.special === 'NaN' || b.special === 'NaN') return decimalNaN;
    if (a.special && b.special && a.special !== b.special) return decimalNaN;
    return a.special ? a : b;
  }
  if (Math.abs(a.exponent - b.exponent) > 2 * DIGITS + 40) return addDistant(a, b);
  const exponent = Math.min(a.exponent, b.exponent);
  const coefficient = a.coefficient * 10n ** BigInt(a.exponent - exponent) + b.coefficient * 10n ** BigInt(b.exponent - exponent);
  return { coefficient, exponent, negativeZero: coefficient === 0n && isNegative(a) && isNegative(b) };
}

// The smaller one is far below the last digit of the larger: it cannot show.
function addDistant(a: Decimal, b: Decimal): Decimal {
  if (a.coefficient === 0n) return b;
  if (b.coefficient === 0n) return a;
  const larger = a.exponent > b.exponent ? a : b;
  const room = BigInt(DIGITS - digitCount(larger.coefficient));
  return { coefficient: larger.coefficient * 10n ** room, exponent: larger.exponent - Number(room) };
}

export function multiplyDecimals(a: Decimal, b: Decimal): Decimal {
  if (a.special || b.special) {
    if (a.special === 'NaN' || b.special === 'NaN' || isZero(a) || isZero(b)) return decimalNaN;
    return infinity(isNegative(a) !== isNegative(b));
  }
  const coefficient = a.coefficient * b.coefficient;
  return { coefficient, exponent: a.exponent + b.exponent, negativeZero: coefficient === 0n && isNegative(a) !== isNegative(b) };
}

export function divideDecimals(a: Decimal, b: Decimal): Decimal {
  if (a.special === 'NaN' || b.special === 'NaN' || (a.special && b.special)) return decimalNaN;
  if (a.special) return infinity(isNegative(a) !== isNegative(b));
  if (b.special) return { coefficient: 0n, exponent: 0 };
  if (b.coefficient === 0n) return a.coefficient === 0n ? decimalNaN : infinity(isNegative(a));
  const shift = Math.max(0, DIGITS + 2 + digitCount(b.coefficient) - digitCount(a.coefficient));
  const scaled = a.coefficient * 10n ** BigInt(shift);
  const exact = scaled % b.coefficient === 0n;
  const quotient = scaled / b.coefficient;
  // An inexact quotient gets a last digit that keeps it off the half-way point.
  if (!exact)
    return { coefficient: quotient * 10n + (scaled < 0n === b.coefficient < 0n ? 1n : -1n), exponent: a.exponent - b.exponent - shift - 1 };
  return reduceTo({ coefficient: quotient, exponent: a.exponent - b.exponent - shift }, a.exponent - b.exponent);
}

function reduceTo(value: Decimal, ideal: number): Decimal {
  let { coefficient, exponent } = value;
  while (exponent < ideal && coefficient % 10n === 0n && coefficient !== 0n) {
    coefficient /= 10n;
    exponent++;
  }
  return { coefficient, exponent: coefficient === 0n ? ideal : exponent };
}

export function remainderDecimals(a: Decimal, b: Decimal): Decimal {
  if (a.special || b.special === 'NaN' || isZero(b)) return decimalNaN;
  if (b.special) return a;
  const exponent = Math.min(a.exponent, b.exponent);
  const coefficient = (a.coefficient * 10n ** BigInt(a.exponent - exponent)) % (b.coefficient * 10n ** BigInt(b.exponent - exponent));
  return { coefficient, exponent, negativeZero: coefficient === 0n && isNegative(a) };
}

export function negateDecimal(a: Decimal): Decimal {
  if (a.special) return a.special === 'NaN' ? a : infinity(a.special === 'Infinity');
  return { coefficient: -a.coefficient, exponent: a.exponent, negativeZero: a.coefficient === 0n && !a.negativeZero };
}

/** Rounds at `place` digits after the point: half to even, towards zero, down or up. Zero keeps the sign of what it was. */
export function roundDecimal(a: Decimal, place: number, mode: 'round' | 'trunc' | 'floor' | 'ceil'): Decimal {
  if (a.special || -a.exponent <= place) return a;
  const unit = 10n ** BigInt(-a.exponent - place);
  const down = a.coefficient / unit;
  const rest = a.coefficient % unit;
  const step = mode === 'floor' && rest < 0n ? -1n : mode === 'ceil' && rest > 0n ? 1n : 0n;
  const coefficient = mode === 'round' ? divideHalfEven(a.coefficient, unit) : down + step;
  return { coefficient, exponent: -place, negativeZero: coefficient === 0n && isNegative(a) };
}

/** The same value written with so many digits after the point; NaN when 34 digits are not enough, as IEEE 754 has it. */
export function quantizeDecimal(a: Decimal, place: number): Decimal {
  if (a.special || a.exponent + place < 0) return a.special ? decimalNaN : a;
  if (a.exponent + place + digitCount(a.coefficient) > DIGITS) return decimalNaN;
  return { ...a, coefficient: a.coefficient * 10n ** BigInt(a.exponent + place), exponent: -place };
}

/** The square root, to 34 digits. */
export function sqrtDecimal(a: Decimal): Decimal {
  if (a.special || a.coefficient === 0n) return a;
  const ideal = Math.floor(a.exponent / 2);
  const even = a.exponent % 2 === 0 ? a : { coefficient: a.coefficient * 10n, exponent: a.exponent - 1 };
  const shift = Math.max(0, DIGITS + 2 - Math.floor(digitCount(even.coefficient) / 2));
  const scaled = even.coefficient * 10n ** BigInt(2 * shift);
  const root = integerRoot(scaled);
  const exponent = even.exponent / 2 - shift;
  // An inexact root gets a last digit that keeps it off the half-way point.
  if (root * root !== scaled) return { coefficient: root * 10n + 1n, exponent: exponent - 1 };
  return reduceTo({ coefficient: root, exponent }, ideal);
}

/** Newton's method from above. */
function integerRoot(value: bigint): bigint {
  let root = 10n ** BigInt(Math.ceil(digitCount(value) / 2));
  for (;;) {
    const next = (root + value / root) / 2n;
    if (next >= root) return root;
    root = next;
  }
}

function isZero(value: Decimal): boolean {
  return !value.special && value.coefficient === 0n;
}

function isNegative(value: Decimal): boolean {
  return value.special ? value.special === '-Infinity' : value.coefficient < 0n || value.negativeZero === true;
}

/** The nearest double. */
export function decimalToNumber(value: Decimal): number {
  if (value.special) return value.special === 'NaN' ? NaN : value.special === 'Infinity' ? Infinity : -Infinity;
  if (value.coefficient === 0n && value.negativeZero) return -0;
  return Number(`${value.coefficient}e${value.exponent}`);
}

/** The natural logarithm, to a double's digits, of decimals beyond a double's range too. */
export function logOfDecimal(value: Decimal): number {
  if (value.special) return Math.log(decimalToNumber(value));
  const digits = digitCount(value.coefficient);
  return Math.log(Number(`${value.coefficient}e${1 - digits}`)) + (value.exponent + digits - 1) * Math.LN10;
}

/** The integer nearest to zero of a finite decimal. */
export function decimalToBigInt(value: Decimal): bigint {
  if (value.exponent >= 0) return value.coefficient * 10n ** BigInt(value.exponent);
  return -value.exponent > 6200 ? 0n : value.coefficient / 10n ** BigInt(-value.exponent);
}
