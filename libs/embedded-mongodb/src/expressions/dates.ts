import { Timestamp } from 'bson';
import { isDocument, type Document } from '../bson/document';
import { isIntegral, toNumber } from '../bson/numbers';
import { isNumeric, typeName } from '../bson/types';
import { fail, failAt, MongoError } from '../errors';
import { calendarDay, dateFields, formatDate, isoDay } from './date-fields';
import { parseDate, parseDateAs } from './date-parse';
import { timeOf, zoneFrom } from './moments';
import { isNullish, named, namedArguments, nullable, type Evaluate, type ExpressionOperator, type Scope } from './scope';
import { toLocal, toUtc, utc } from './time-zones';

/** Operators on dates; a date may also come as an ObjectId or a Timestamp. */
export const dateOperators: Readonly<Record<string, ExpressionOperator>> = {
  ...Object.fromEntries(Object.keys(dateFields).map((name) => [`$${name}`, dateField(name)])),
  $dateToString: dateToString,
  $dateFromString: dateFromString,
  $dateToParts: named(['date'], ['timezone', 'iso8601'], ({ date, timezone, iso8601 = false }) => {
    const zone = zoneFrom(timezone);
    if (isNullish(date) || iso8601 === null || !zone) return null;
    if (typeof iso8601 !== 'boolean') throw failAt(40521, `iso8601 must evaluate to a bool, found ${typeName(iso8601)}`);
    return toParts(new Date(toLocal(timeOf(date), zone)), iso8601);
  }),
  $dateFromParts: named(
    [],
    ['year', 'month', 'day', 'isoWeekYear', 'isoWeek', 'isoDayOfWeek', 'hour', 'minute', 'second', 'millisecond', 'timezone'],
    dateFromParts,
  ),
  $tsSecond: nullable((value) => BigInt(timestamp(value, '$tsSecond').getHighBitsUnsigned())),
  $tsIncrement: nullable((value) => BigInt(timestamp(value, '$tsIncrement').getLowBitsUnsigned())),
};

function timestamp(value: unknown, name: string): Timestamp {
  if (value instanceof Timestamp) return value;
  throw failAt(5687301, ` Argument to ${name} must be a timestamp, but is ${typeName(value)}`);
}

function dateField(field: string): ExpressionOperator {
  const read = dateFields[field]!;
  const zoned = (date: unknown, timezone: unknown): unknown => {
    const zone = zoneFrom(timezone);
    if (isNullish(date) || !zone) return null;
    const value = read(new Date(toLocal(timeOf(date), zone)));
    // ISO years are longs, as MongoDB has them.
    return field === 'isoWeekYear' ? BigInt(value) : value;
  };
  return (operand, scope, name) => {
    if (isDocument(operand) && !Object.keys(operand)[0]?.startsWith('$')) return fieldOfNamed(operand, zoned, scope, name);
    const operands = Array.isArray(operand) ? (operand as unknown[]) : [operand];
    if (operands.length !== 1)
      throw failAt(40536, `${name} accepts exactly one argument if given an array, but was given ${operands.length}`);
    const date = scope.compile(operands[0]);
    return (root, slots) => zoned(date(root, slots), undefined);
  };
}

function fieldOfNamed(operand: Document, zoned: (date: unknown, timezone: unknown) => unknown, scope: Scope, name: string): Evaluate {
  const unknown = Object.keys(operand).find((key) => key !== 'date' && key !== 'timezone');
  if (unknown !== undefined) throw failAt(40535, `unrecognized option to ${name}: "${unknown}"`);
  if (!('date' in operand)) throw failAt(40539, `missing 'date' argument to ${name}`);
  const date = scope.compile(operand['date']);
  const timezone = 'timezone' in operand ? scope.compile(operand['timezone']) : undefined;
  return (root, slots) => zoned(date(root, slots), timezone && (timezone(root, slots) ?? null));
}

function dateToString(operand: unknown, scope: Scope, name: string): Evaluate {
  const args = Object.fromEntries(namedArguments(operand, ['date'], ['format', 'timezone', 'onNull'], name));
  const date = scope.compile(args['date']);
  const format = args['format'] === undefined ? undefined : scope.compile(args['format']);
  const timezone = args['timezone'] === undefined ? undefined : scope.compile(args['timezone']);
  const onNull = 'onNull' in args ? scope.compile(args['onNull']) : undefined;
  return (root, slots) => {
    const value = date(root, slots);
    if (isNullish(value)) return onNull ? onNull(root, slots) : null;
    const zone = zoneFrom(timezone?.(root, slots) ?? (timezone ? null : undefined));
    const pattern = format ? format(root, slots) : zone === utc ? '%Y-%m-%dT%H:%M:%S.%LZ' : '%Y-%m-%dT%H:%M:%S.%L';
    if (isNullish(pattern) || !zone) return null;
    if (typeof pattern !== 'string') throw failAt(18533, "$dateToString requires that 'format' be a string");
    const time = timeOf(value);
    const year = new Date(toLocal(time, zone)).getUTCFullYear();
    if (!(year >= 0 && year <= 9999))
      throw failAt(18537, `Could not convert date to string: date component was outside the supported range of 0-9999: ${year}`);
    const text = formatDate(pattern, new Date(toLocal(time, zone)), zone.offsetAt(time));
    if (text === undefined) throw failAt(18536, `Invalid format character in format string: ${pattern}`);
    return text;
  };
}

function dateFromString(operand: unknown, scope: Scope, name: string): Evaluate {
  const args = Object.fromEntries(namedArguments(operand, ['dateString'], ['format', 'timezone', 'onError', 'onNull'], name));
  const part = (key: string): Evaluate | undefined => (key in args ? scope.compile(args[key]) : undefined);
  const [text, format, timezone] = [part('dateString')!, part('format'), part('timezone')];
  const [onError, onNull] = [part('onError'), part('onNull')];
  return (root, slots) => {
    const value = text(root, slots);
    if (isNullish(value)) return onNull ? onNull(root, slots) : null;
    try {
      if (typeof value !== 'string')
        throw fail('ConversionFailure', `$dateFromString requires that 'dateString' be a string, found: ${typeName(value)}`);
      const zone = timezone ? zoneFrom(timezone(root, slots) ?? null) : undefined;
      const pattern = format ? (format(root, slots) ?? null) : undefined;
      if (zone === null || pattern === null) return null;
      if (pattern !== undefined && typeof pattern !== 'string')
        throw failAt(40684, `$dateFromString requires that 'format' be a string, found: ${typeName(pattern)}`);
      return pattern === undefined ? parseDate(value, zone) : parseDateAs(value, pattern, zone);
    } catch (error) {
      if (onError && error instanceof MongoError && error.code === 241) return onError(root, slots);
      throw error;
    }
  };
}

const timeParts = ['hour', 'minute', 'second', 'millisecond'];

function toParts(local: Date, isoWeeks: boolean): Record<string, unknown> {
  const names = isoWeeks ? ['isoWeekYear', 'isoWeek', 'isoDayOfWeek'] : ['year', 'month', 'dayOfMonth'];
  return Object.fromEntries([...names, ...timeParts].map((name) => [name === 'dayOfMonth' ? 'day' : name, dateFields[name]!(local)]));
}

function dateFromParts(args: Record<string, unknown>): Date | null {
  checkParts(args);
  const zone = zoneFrom(args['timezone']);
  if (!zone || Object.values(args).includes(null)) return null;
  const part = (name: string, otherwise: number): number => {
    const value = name in args ? args[name] : otherwise;
    if (!isNumeric(value) || !isIntegral(value)) throw failAt(40515, `'${name}' must evaluate to an integer, found ${typeName(value)}`);
    const number = toNumber(value);
    const isYear = name === 'year' || name === 'isoWeekYear';
    if (isYear && (number < 1 || number > 9999))
      throw failAt(40523, `'${name}' must evaluate to an integer in the range 1 to 9999, found ${number}`);
    return number;
  };
  const time = part('hour', 0) * 3_600_000 + part('minute', 0) * 60_000 + part('second', 0) * 1000 + part('millisecond', 0);
  const day =
    'isoWeekYear' in args
      ? isoDay(part('isoWeekYear', 1970), part('isoWeek', 1), part('isoDayOfWeek', 1))
      : calendarDay(part('year', 1970), part('month', 1), part('day', 1));
  return new Date(toUtc(day + time, zone));
}

function checkParts(args: Record<string, unknown>): void {
  if (!('year' in args) && !('isoWeekYear' in args))
    throw failAt(40516, "$dateFromParts requires either 'year' or 'isoWeekYear' to be present");
  const foreign = (names: string[]): string | undefined => names.find((name) => name in args);
  const iso = foreign(['isoWeekYear', 'isoWeek', 'isoDayOfWeek']);
  if ('year' in args && iso !== undefined) throw failAt(40489, `$dateFromParts does not allow mixing natural dates with ISO dates: ${iso}`);
  const natural = foreign(['year', 'month', 'day']);
  if ('isoWeekYear' in args && natural !== undefined)
    throw failAt(40525, `$dateFromParts does not allow mixing ISO dates with natural dates: ${natural}`);
}
