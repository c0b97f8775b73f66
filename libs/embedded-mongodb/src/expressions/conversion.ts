import { Binary, Decimal128, ObjectId, Timestamp } from 'bson';
import { encode } from '../bson/codec';
import { fromDecimal128, toDecimal128 } from '../bson/decimal';
import { isDocument } from '../bson/document';
import { asDouble, fitsLong, toBigInt, toDecimal, toNumber, unbox } from '../bson/numbers';
import { bsonType, bsonTypes, isNumeric, typeName, type BsonTypeName } from '../bson/types';
import { fail, failAt, MongoError } from '../errors';
import { parseDate } from './date-parse';
import { timeOf } from './moments';
import { isNullish, namedArguments, nullable, unary, type Evaluate, type ExpressionOperator, type Scope } from './scope';
import { isTrue } from './truth';

type Conversion = (value: unknown) => unknown;

const conversions: Readonly<Partial<Record<BsonTypeName, Conversion>>> = {
  double: (value) => asDouble(numberFrom(value, 'double')),
  string: toText,
  objectId: toObjectId,
  bool: (value) => isTrue(value),
  date: toDate,
  int: (value) => Number(integerFrom(value, 'int', -0x80000000n, 0x7fffffffn)),
  long: (value) => integerFrom(value, 'long', -(2n ** 63n), 2n ** 63n - 1n),
  decimal: toDecimalValue,
};

/** Conversions between types; null for null. Error: 241 ConversionFailure. */
export const conversionOperators: Readonly<Record<string, ExpressionOperator>> = {
  $convert: convert,
  $toDouble: converting(conversions.double!),
  $toString: converting(toText),
  $toObjectId: converting(toObjectId),
  $toBool: converting(conversions.bool!),
  $toDate: converting(toDate),
  $toInt: converting(conversions.int!),
  $toLong: converting(conversions.long!),
  $toDecimal: converting(toDecimalValue),
  $isNumber: unary((value) => isNumeric(value)),
  $binarySize: nullable((value) => {
    if (typeof value === 'string') return Buffer.byteLength(value);
    if (value instanceof Binary) return value.length();
    throw failAt(51276, `$binarySize requires a string or BinData argument, found: ${typeName(value)}`);
  }),
  $bsonSize: nullable((value) => {
    if (!isDocument(value)) throw failAt(31393, `$bsonSize requires a document input, found: ${typeName(value)}`);
    return encode(value).length;
  }),
};

/** As `$convert`, in short. Error: 50723 for more or fewer than one operand. */
function converting(conversion: Conversion): ExpressionOperator {
  return (operand, scope, name) => {
    const operands = Array.isArray(operand) ? (operand as unknown[]) : [operand];
    if (operands.length !== 1) throw failAt(50723, `${name} requires a single argument, got ${operands.length}`);
    const input = scope.compile(operands[0]);
    return (root, slots) => {
      const value = input(root, slots);
      return isNullish(value) ? null : conversion(value);
    };
  };
}

function convert(operand: unknown, scope: Scope, name: string): Evaluate {
  const args = Object.fromEntries(namedArguments(operand, ['input', 'to'], ['onError', 'onNull', 'format', 'base', 'byteOrder'], name));
  const [input, to] = [scope.compile(args['input']), scope.compile(args['to'])];
  const onError = 'onError' in args ? scope.compile(args['onError']) : undefined;
  const onNull = 'onNull' in args ? scope.compile(args['onNull']) : undefined;
  return (root, slots) => {
    const value = input(root, slots);
    if (isNullish(value)) return onNull ? onNull(root, slots) : null;
    const target = to(root, slots);
    if (isNullish(target)) return null;
    const conversion = conversionTo(isDocument(target) ? target['type'] : target);
    try {
      return conversion(value);
    } catch (error) {
      if (onError && error instanceof MongoError && error.code === 241) return onError(root, slots);
      throw error;
    }
  };
}

function conversionTo(target: unknown): Conversion {
  const name = isNumeric(target) ? Object.entries(bsonTypes).find(([, number]) => number === toNumber(target))?.[0] : target;
  if (typeof name !== 'string' && !isNumeric(target))
    throw fail('FailedToParse', `$convert's 'to' argument must be a string or number, but is ${typeName(target)}`);
  if (typeof name !== 'string' || !Object.hasOwn(bsonTypes, name)) throw fail('BadValue', `Unknown type name: ${String(target)}`);
  const conversion = conversions[name as BsonTypeName];
  return conversion ?? ((value) => unsupported(value, name));
}

function unsupported(value: unknown, to: string): never {
  throw fail('ConversionFailure', `Unsupported conversion from ${typeName(value)} to ${to} in $convert with no onError value`);
}

function failed(reason: string): never {
  throw fail('ConversionFailure', `${reason} in $convert with no onError value`);
}

function numberFrom(value: unknown, to: string): number {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (isNumeric(value)) return inRange(toNumber(value), value);
  if (value instanceof Date && to === 'double') return value.getTime();
  if (typeof value === 'string') return parseNumber(value);
  return unsupported(value, to);
}

/** Refuses an infinite double made of something finite. */
function inRange(number: number, from: unknown): number {
  const finite = from instanceof Decimal128 && fromDecimal128(from).special === undefined;
  return finite && !Number.isFinite(number) ? failed('Conversion would overflow target type') : number;
}

function parseNumber(text: string): number {
  if (/^[+-]?(nan|inf(inity)?)$/i.test(text)) return /nan/i.test(text) ? NaN : text.startsWith('-') ? -Infinity : Infinity;
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return failed(`Failed to parse number '${text}'`);
  const number = Number(text);
  return Number.isFinite(number) ? number : failed(`Failed to parse number '${text}': out of range`);
}

function integerFrom(value: unknown, to: 'int' | 'long', least: bigint, most: bigint): bigint {
  const whole = wholeFrom(value, to);
  if (whole < least || whole > most || !fitsLong(whole)) return failed(`Conversion would overflow target type: ${String(whole)}`);
  return whole;
}

function wholeFrom(value: unknown, to: 'int' | 'long'): bigint {
  if (typeof value === 'boolean') return value ? 1n : 0n;
  if (value instanceof Date && to === 'long') return BigInt(value.getTime());
  if (typeof value === 'string')
    return /^[+-]?\d+$/.test(value) ? BigInt(value.replace('+', '')) : failed(`Failed to parse number '${value}'`);
  if (!isNumeric(value)) return unsupported(value, to);
  const plain = unbox(value);
  const special =
    plain instanceof Decimal128
      ? fromDecimal128(plain).special
      : typeof plain === 'number' && !Number.isFinite(plain)
        ? String(plain)
        : undefined;
  if (special) return failed(`Attempt to convert ${special === 'NaN' ? 'NaN' : 'infinity'} value to integer type`);
  return toBigInt(value);
}

function toDecimalValue(value: unknown): Decimal128 {
  if (typeof value === 'boolean') return Decimal128.fromString(value ? '1' : '0');
  if (value instanceof Date) return Decimal128.fromString(String(value.getTime()));
  if (isNumeric(value)) return value instanceof Decimal128 ? value : toDecimal128(toDecimal(value));
  if (typeof value !== 'string') return unsupported(value, 'decimal');
  return parseDecimal(value);
}

function parseDecimal(text: string): Decimal128 {
  if (/^[+-]?(nan|inf(inity)?)$/i.test(text)) return toDecimal128(toDecimal(parseNumber(text)));
  // So many digits would take long to read, and 34 are kept.
  if (text.length > 10_000 || !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,6})?$/i.test(text)) return failed(`Failed to parse number '${text}'`);
  const [mantissa = '0', power = '0'] = text.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.replace(/^[+-]/, '').split('.');
  const coefficient = BigInt(whole + fraction);
  const made = toDecimal128({
    coefficient: text.startsWith('-') ? -coefficient : coefficient,
    exponent: Number(power) - fraction.length,
    negativeZero: coefficient === 0n && text.startsWith('-'),
  });
  const { special, coefficient: kept } = fromDecimal128(made);
  return special !== undefined || (kept === 0n && coefficient !== 0n) ? failed(`Failed to parse number '${text}': out of range`) : made;
}

function toText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof ObjectId) return value.toHexString();
  if (value instanceof Decimal128) return value.toString();
  if (isNumeric(value)) return numberText(unbox(value) as number | bigint);
  if (value instanceof Binary && value.sub_type === Binary.SUBTYPE_UUID && value.length() === 16) return value.toUUID().toString();
  return unsupported(value, 'string');
}

function numberText(value: number | bigint): string {
  if (value === Infinity || value === -Infinity) return value > 0 ? 'Infinity' : '-Infinity';
  if (Object.is(value, -0)) return '-0';
  return String(value);
}

function toObjectId(value: unknown): ObjectId {
  if (value instanceof ObjectId) return value;
  if (typeof value !== 'string') return unsupported(value, 'objectId');
  if (!/^[0-9a-f]{24}$/i.test(value)) {
    return failed(`Failed to parse objectId '${value}': Invalid string length for parsing to OID, expected 24 but found ${value.length}`);
  }
  return new ObjectId(value);
}

function toDate(value: unknown): Date {
  if (value instanceof Date) return value;
  if (value instanceof ObjectId || value instanceof Timestamp) return new Date(timeOf(value));
  if (typeof value === 'string') return parseDate(value);
  const type = bsonType(value);
  if (type === bsonTypes.int || !isNumeric(value)) return unsupported(value, 'date');
  const date = new Date(Math.trunc(toNumber(value)));
  return Number.isNaN(date.getTime()) ? failed('Conversion would overflow target type') : date;
}
