import { fail, failAt } from '../errors';
import { calendarDay, isoDay } from './date-fields';
import { toUtc, type Zone } from './time-zones';

const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?\s*(Z|[+-]\d{2}:?\d{0,2})?$/i;

/** Reads an ISO 8601 date (with or without time and offset; without offset it is in the zone). Error: 241 ConversionFailure. */
export function parseDate(text: string, zone?: Zone): Date {
  const parts = iso.exec(text.trim());
  if (!parts) throw notADate(text);
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '0', offset] = parts;
  const midnight = calendarDay(Number(year), Number(month), Number(day));
  const millisecond = Math.trunc(Number(`0.${fraction}`) * 1000);
  if (!isDayOfMonth(midnight, Number(month), Number(day)) || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59)
    throw notADate(text);
  const local = midnight + Number(hour) * 3_600_000 + Number(minute) * 60_000 + Number(second) * 1000 + millisecond;
  return zoned(text, local, offset === undefined ? undefined : offsetMinutes(offset), zone);
}

// A day that the month has not got has carried over into another.
function isDayOfMonth(midnight: number, month: number, day: number): boolean {
  const date = new Date(midnight);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

function zoned(text: string, local: number, offset: number | undefined, zone: Zone | undefined): Date {
  if (offset === undefined) return new Date(zone ? toUtc(local, zone) : local);
  if (zone)
    throw fail('ConversionFailure', `you cannot pass in a date/time string with GMT offset together with a timezone argument: '${text}'`);
  return new Date(local - offset * 60_000);
}

function offsetMinutes(offset: string): number {
  if (offset.toUpperCase() === 'Z') return 0;
  const sign = offset.startsWith('-') ? -1 : 1;
  const digits = offset.slice(1).replace(':', '').padEnd(4, '0');
  return sign * (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2)));
}

function notADate(text: string): Error {
  return fail('ConversionFailure', `Error parsing date string '${text}'; 0: Unexpected character '${text.charAt(0)}'`);
}

const fieldPatterns: Readonly<Record<string, string>> = {
  Y: '(?<Y>\\d{4})',
  m: '(?<m>\\d{1,2})',
  d: '(?<d>\\d{1,2})',
  H: '(?<H>\\d{1,2})',
  M: '(?<M>\\d{1,2})',
  S: '(?<S>\\d{1,2})',
  L: '(?<L>\\d{1,3})',
  j: '(?<j>\\d{1,3})',
  G: '(?<G>\\d{4})',
  V: '(?<V>\\d{1,2})',
  u: '(?<u>[1-7])',
  z: '(?<z>Z|[+-]\\d{2}:?\\d{2})',
  Z: '(?<Z>[+-]\\d{1,4})',
  b: '(?<b>[A-Za-z]{3})',
  B: '(?<B>[A-Za-z]+)',
  '%': '%',
};

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** Reads a date by a format as `$dateToString` has them. Errors: 18536 (format), 241 ConversionFailure. */
export function parseDateAs(text: string, format: string, zone?: Zone): Date {
  const source = format.replace(/%(.|$)|([\\^$.*+?()[\]{}|])/g, (token, letter: string | undefined, special: string | undefined) => {
    if (special) return `\\${special}`;
    const pattern = Object.hasOwn(fieldPatterns, letter ?? '') ? fieldPatterns[letter!] : undefined;
    if (!pattern) throw failAt(18536, `Invalid format character '${token}' in format string`);
    return pattern;
  });
  const found = new RegExp(`^${source}$`).exec(text)?.groups;
  if (!found) throw notADate(text);
  const number = (name: string, otherwise: number): number => (found[name] === undefined ? otherwise : Number(found[name]));
  const time = number('H', 0) * 3_600_000 + number('M', 0) * 60_000 + number('S', 0) * 1000 + number('L', 0);
  const offset = found['z'] !== undefined ? offsetMinutes(found['z']) : found['Z'] !== undefined ? number('Z', 0) : undefined;
  return zoned(text, dayOf(text, found, number) + time, offset, zone);
}

function dayOf(text: string, found: Record<string, string | undefined>, number: (name: string, otherwise: number) => number): number {
  if (found['G'] !== undefined) return isoDay(number('G', 1970), number('V', 1), number('u', 1));
  // MongoDB counts the day of the year from 0 when it reads, from 1 when it writes.
  if (found['j'] !== undefined) return calendarDay(number('Y', 1970), 1, number('j', 0) + 1);
  const name = (found['b'] ?? found['B'])?.slice(0, 3).toLowerCase();
  const month = name === undefined ? number('m', 1) : months.indexOf(name) + 1;
  const midnight = calendarDay(number('Y', 1970), month, number('d', 1));
  if (!isDayOfMonth(midnight, month, number('d', 1))) throw notADate(text);
  return midnight;
}
