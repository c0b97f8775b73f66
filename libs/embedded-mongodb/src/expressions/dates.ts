import { ObjectId, Timestamp } from 'bson';
import { isDocument } from '../bson/document';
import { isIntegral, toNumber } from '../bson/numbers';
import { isNumeric, typeName } from '../bson/types';
import { fail, failAt, MongoError } from '../errors';
import { dateFields, formatDate } from './date-fields';
import { parseDate, parseDateAs } from './date-parse';
import { addUnits, checkUnit, differenceIn, isCalendarUnit, truncateTo, weekDayOf } from './date-units';
import { isNullish, named, namedArguments, nullable, type Evaluate, type ExpressionOperator, type Scope } from './scope';
import { toLocal, toUtc, utc, zoneOf, type Zone } from './time-zones';

/** Operators on dates; a date may also come as an ObjectId or a Timestamp. */
export const dateOperators: Readonly<Record<string, ExpressionOperator>> = {
  ...Object.fromEntries(Object.keys(dateFields).map((name) => [`$${name}`, dateField(name)])),
  $dateToString: dateToString,
  $dateFromString: dateFromString,
  $dateToParts: named(['date'], ['timezone', 'iso8601'], ({ date, timezone, iso8601 }) => {
    if (isNullish(date)) return null;
    const zone = zoneFrom(timezone);
    return zone && toParts(new Date(toLocal(timeOf(date), zone)), iso8601 === true);
  }),
  $dateFromParts: named(
    [],
    ['year', 'month', 'day', 'isoWeekYear', 'isoWeek', 'isoDayOfWeek', 'hour', 'minute', 'second', 'millisecond', 'timezone'],
    dateFromParts,
  ),
  $dateAdd: named(['startDate', 'unit', 'amount'], ['timezone'], (args, _scope, name) => shifted(args, 1, name)),
  $dateSubtract: named(['startDate', 'unit', 'amount'], ['timezone'], (args, _scope, name) => shifted(args, -1, name)),
  $dateDiff: named(
    ['startDate', 'endDate', 'unit'],
    ['timezone', 'startOfWeek'],
    ({ startDate, endDate, unit, timezone, startOfWeek }, _scope, name) => {
      const zone = zoneFrom(timezone);
      if (isNullish(startDate) || isNullish(endDate) || isNullish(unit) || !zone) return null;
      const known = checkUnit(unit, name);
      const [from, to] = [timeOf(startDate), timeOf(endDate)].map((time) => (isCalendarUnit(known) ? toLocal(time, zone) : time)) as [
        number,
        number,
      ];
      return BigInt(differenceIn(known, from, to, weekDayOf(startOfWeek, name)));
    },
  ),
  $dateTrunc: named(
    ['date', 'unit'],
    ['binSize', 'timezone', 'startOfWeek'],
    ({ date, unit, binSize = 1, timezone, startOfWeek }, _scope, name) => {
      const zone = zoneFrom(timezone);
      if (isNullish(date) || isNullish(unit) || isNullish(binSize) || !zone) return null;
      const size = toNumber(binSize);
      if (!Number.isInteger(size) || size < 1)
        throw failAt(5439018, `${name} requires 'binSize' to be greater than 0, but got value ${size}`);
      return new Date(toUtc(truncateTo(checkUnit(unit, name), toLocal(timeOf(date), zone), size, weekDayOf(startOfWeek, name)), zone));
    },
  ),
  $tsSecond: nullable((value) => BigInt(timestamp(value, '$tsSecond').getHighBitsUnsigned())),
  $tsIncrement: nullable((value) => BigInt(timestamp(value, '$tsIncrement').getLowBitsUnsigned())),
};

function timestamp(value: unknown, name: string): Timestamp {
  if (value instanceof Timestamp) return value;
  throw failAt(5687301, ` Argument to ${name} must be a timestamp, but is ${typeName(value)}`);
}

/** A moment in milliseconds. Error: 16006. */
function timeOf(value: unknown): number {
  if (value instanceof Date) return value.getTime();
  if (value instanceof ObjectId) return value.getTimestamp().getTime();
  if (value instanceof Timestamp) return value.getHighBitsUnsigned() * 1000;
  throw failAt(16006, `can't convert from BSON type ${typeName(value)} to Date`);
}

/** The zone asked for; null when the expression for it gave null. */
function zoneFrom(value: unknown): Zone | null {
  if (value === undefined) return utc;
  if (value === null) return null;
  if (typeof value !== 'string') throw failAt(40517, `timezone must evaluate to a string, found ${typeName(value)}`);
  return zoneOf(value);
}

function dateField(field: string): ExpressionOperator {
  const read = dateFields[field]!;
  const plain = nullable((value) => read(new Date(timeOf(value))));
  const zoned = named(['date'], ['timezone'], ({ date, timezone }) => {
    const zone = zoneFrom(timezone);
    return isNullish(date) || !zone ? null : read(new Date(toLocal(timeOf(date), zone)));
  });
  // ISO years are longs, as MongoDB has them.
  const answer = (made: unknown): unknown => (field === 'isoWeekYear' && typeof made === 'number' ? BigInt(made) : made);
  return (operand, scope, name) => {
    const isNamed = isDocument(operand) && !Object.keys(operand)[0]?.startsWith('$');
    const evaluate = (isNamed ? zoned : plain)(operand, scope, name);
    return (root, slots) => answer(evaluate(root, slots));
  };
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
      const zone = zoneFrom(timezone?.(root, slots)) ?? utc;
      const pattern = format?.(root, slots);
      return typeof pattern === 'string' ? parseDateAs(value, pattern, zone) : parseDate(value, zone);
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
  const zone = zoneFrom(args['timezone']);
  if (!zone || Object.values(args).includes(null)) return null;
  const part = (name: string, otherwise: number): number => {
    const value = name in args ? args[name] : otherwise;
    if (value === undefined) return NaN;
    if (!isNumeric(value) || !isIntegral(value)) throw failAt(40515, `'${name}' must evaluate to an integer, found ${typeName(value)}`);
    return toNumber(value);
  };
  if (!('year' in args) && !('isoWeekYear' in args))
    throw failAt(40516, "$dateFromParts requires either 'year' or 'isoWeekYear' to be present");
  const time = part('hour', 0) * 3_600_000 + part('minute', 0) * 60_000 + part('second', 0) * 1000 + part('millisecond', 0);
  const day =
    'isoWeekYear' in args
      ? isoDay(part('isoWeekYear', 1970), part('isoWeek', 1), part('isoDayOfWeek', 1))
      : calendarDay(part('year', 1970), part('month', 1), part('day', 1));
  return Number.isNaN(day + time) ? null : new Date(toUtc(day + time, zone));
}

function calendarDay(year: number, month: number, day: number): number {
  // setUTCFullYear, as Date.UTC takes years below 100 for the twentieth century.
  return new Date(0).setUTCFullYear(year, month - 1, day);
}

function isoDay(year: number, week: number, dayOfWeek: number): number {
  const fourth = new Date(calendarDay(year, 1, 4));
  const monday = fourth.getTime() - ((fourth.getUTCDay() || 7) - 1) * 86_400_000;
  return monday + ((week - 1) * 7 + dayOfWeek - 1) * 86_400_000;
}

function shifted({ startDate, unit, amount, timezone }: Record<string, unknown>, sign: number, name: string): Date | null {
  const zone = zoneFrom(timezone);
  if (isNullish(startDate) || isNullish(unit) || isNullish(amount) || !zone) return null;
  const known = checkUnit(unit, name);
  if (!isNumeric(amount) || !isIntegral(amount)) throw failAt(5166405, `${name} expects integer amount of time units`);
  const time = timeOf(startDate);
  const by = sign * toNumber(amount);
  if (!isCalendarUnit(known)) return new Date(addUnits(time, known, by));
  return new Date(toUtc(addUnits(toLocal(time, zone), known, by), zone));
}
