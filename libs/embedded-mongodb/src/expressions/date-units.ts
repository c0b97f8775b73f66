import { show } from '../bson/show';
import { typeName } from '../bson/types';
import { fail, failAt } from '../errors';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Units of fixed length, in milliseconds. */
const fixed: Readonly<Record<string, number>> = { millisecond: 1, second: SECOND, minute: MINUTE, hour: HOUR, day: DAY, week: 7 * DAY };

/** Units counted in months. */
const inMonths: Readonly<Record<string, number>> = { month: 1, quarter: 3, year: 12 };

const weekDays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

export function checkUnit(unit: unknown, name: string): string {
  if (typeof unit !== 'string') throw failAt(5439013, `${name} requires 'unit' to be a string, but got ${typeName(unit)}`);
  if (Object.hasOwn(fixed, unit) || Object.hasOwn(inMonths, unit)) return unit;
  throw fail('FailedToParse', `${name} parameter 'unit' value cannot be recognized as a time unit: ${unit}`);
}

/** Whether the unit is counted on the zone's clock (a day may have 23 hours) rather than in elapsed time. */
export function isCalendarUnit(unit: string): boolean {
  return unit in inMonths || unit === 'day' || unit === 'week';
}

/** Adds units; a day that the month has not got becomes its last. */
export function addUnits(local: number, unit: string, amount: number): number {
  if (unit in fixed) return local + amount * fixed[unit]!;
  const date = new Date(local);
  const months = date.getUTCFullYear() * 12 + date.getUTCMonth() + amount * inMonths[unit]!;
  const [year, month] = [Math.floor(months / 12), months - Math.floor(months / 12) * 12];
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return Date.UTC(year, month, Math.min(date.getUTCDate(), lastDay)) + (((local % DAY) + DAY) % DAY);
}

/** How many boundaries of the unit lie between two moments. */
export function differenceIn(unit: string, from: number, to: number, startOfWeek: number): number {
  if (unit in inMonths) return Math.floor(monthOf(to) / inMonths[unit]!) - Math.floor(monthOf(from) / inMonths[unit]!);
  if (unit === 'week') return weekOf(to, startOfWeek) - weekOf(from, startOfWeek);
  return Math.floor(to / fixed[unit]!) - Math.floor(from / fixed[unit]!);
}

function monthOf(local: number): number {
  const date = new Date(local);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

// 1 January 1970 was a Thursday, day 4.
function weekOf(local: number, startOfWeek: number): number {
  return Math.floor((Math.floor(local / DAY) + 4 - startOfWeek) / 7);
}

/** MongoDB's bins are counted from 1 January 2000 (weeks: from the first such day of the week). */
const ORIGIN = Date.UTC(2000, 0, 1);

/** The start of the bin a moment lies in. */
export function truncateTo(unit: string, local: number, size: number, startOfWeek: number): number {
  if (unit in inMonths) {
    const width = inMonths[unit]! * size;
    const months = monthOf(local) - monthOf(ORIGIN);
    const start = Math.floor(months / width) * width + monthOf(ORIGIN);
    return Date.UTC(Math.floor(start / 12), ((start % 12) + 12) % 12, 1);
  }
  const width = fixed[unit]! * size;
  // 1 January 2000 was a Saturday, day 6.
  const origin = unit === 'week' ? ORIGIN + ((startOfWeek - 6 + 7) % 7) * DAY : ORIGIN;
  return Math.floor((local - origin) / width) * width + origin;
}

export function weekDayOf(value: unknown, name: string): number {
  if (value === undefined) return 0;
  if (typeof value !== 'string') throw failAt(5439015, `${name} requires 'startOfWeek' to be a string, but got ${typeName(value)}`);
  const text = value.toLowerCase();
  const day = weekDays.findIndex((weekDay) => weekDay === text || weekDay.slice(0, 3) === text);
  if (day < 0) throw failAt(5439016, `${name} parameter 'startOfWeek' value cannot be recognized as a day of a week: ${show(value)}`);
  return day;
}
