import { isIntegral, toNumber } from '../bson/numbers';
import { isNumeric, typeName } from '../bson/types';
import { failAt } from '../errors';
import { addUnits, checkUnit, differenceIn, isCalendarUnit, truncateTo, weekDayOf } from './date-units';
import { timeOf, zoneFrom } from './moments';
import { isNullish, named, type ExpressionOperator } from './scope';
import { toLocal, toUtc } from './time-zones';

/** Operators that count in units of time. */
export const dateArithmeticOperators: Readonly<Record<string, ExpressionOperator>> = {
  $dateAdd: named(['startDate', 'unit', 'amount'], ['timezone'], (args, _scope, name) => shifted(args, 1, name)),
  $dateSubtract: named(['startDate', 'unit', 'amount'], ['timezone'], (args, _scope, name) => shifted(args, -1, name)),
  $dateDiff: named(['startDate', 'endDate', 'unit'], ['timezone', 'startOfWeek'], (args, _scope, name) => difference(args, name)),
  $dateTrunc: named(['date', 'unit'], ['binSize', 'timezone', 'startOfWeek'], (args, _scope, name) => truncated(args, name)),
};

function shifted({ startDate, unit, amount, timezone }: Record<string, unknown>, sign: number, name: string): Date | null {
  const zone = zoneFrom(timezone);
  if (isNullish(startDate) || isNullish(unit) || isNullish(amount) || !zone) return null;
  const known = checkUnit(unit, name);
  if (!isNumeric(amount) || !isIntegral(amount)) throw failAt(5166405, `${name} expects integer amount of time units`);
  const time = timeOf(startDate, 5166403);
  const by = sign * toNumber(amount);
  const moved = new Date(isCalendarUnit(known) ? toUtc(addUnits(toLocal(time, zone), known, by), zone) : addUnits(time, known, by));
  if (Number.isNaN(moved.getTime())) throw failAt(5976500, `${name} overflowed: ${by} ${known}s from the date given`);
  return moved;
}

function difference({ startDate, endDate, unit, timezone, startOfWeek }: Record<string, unknown>, name: string): bigint | null {
  const zone = zoneFrom(timezone);
  if (isNullish(startDate) || isNullish(endDate) || isNullish(unit) || !zone || startOfWeek === null) return null;
  const known = checkUnit(unit, name);
  const [from, to] = [startDate, endDate].map((date) => {
    const time = timeOf(date, 5166307);
    return isCalendarUnit(known) ? toLocal(time, zone) : time;
  }) as [number, number];
  return BigInt(differenceIn(known, from, to, known === 'week' ? weekDayOf(startOfWeek, name) : 0));
}

function truncated({ date, unit, binSize = 1, timezone, startOfWeek }: Record<string, unknown>, name: string): Date | null {
  const zone = zoneFrom(timezone);
  if (isNullish(date) || isNullish(unit) || isNullish(binSize) || !zone || startOfWeek === null) return null;
  const known = checkUnit(unit, name);
  const size = binSizeOf(binSize, name);
  const time = timeOf(date, 5166307);
  const start = truncateTo(known, toLocal(time, zone), size, known === 'week' ? weekDayOf(startOfWeek, name) : 0);
  // An hour that the clock shows twice is two hours: only days and longer units follow the clock.
  return new Date(isCalendarUnit(known) ? toUtc(start, zone) : start - zone.offsetAt(time) * 60_000);
}

function binSizeOf(value: unknown, name: string): number {
  if (!isNumeric(value) || !isIntegral(value))
    throw failAt(5439017, `${name} requires 'binSize' to be a 64-bit integer, but got value of type ${typeName(value)}`);
  const size = toNumber(value);
  if (size < 1) throw failAt(5439018, `${name} requires 'binSize' to be greater than 0, but got value ${size}`);
  // Beyond any date: MongoDB refuses where its arithmetic would overflow.
  if (size > 100_000_000_000) throw failAt(5439002, `${name} unsupported value of 'binSize' parameter: ${size}`);
  return size;
}
