import { fail } from '../errors';
import { toUtc, type Zone } from './time-zones';

const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?\s*(Z|[+-]\d{2}:?\d{0,2})?$/i;

/** Reads an ISO 8601 date (with or without time and offset; without offset it is in the zone). Error: 241 ConversionFailure. */
export function parseDate(text: string, zone?: Zone): Date {
  const parts = iso.exec(text.trim());
  if (!parts) throw notADate(text);
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '0', offset] = parts;
  const millisecond = Math.trunc(Number(`0.${fraction}`) * 1000);
  const local = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second), millisecond);
  if (Number(month) < 1 || Number(month) > 12 || Number(day) < 1 || Number(day) > 31 || Number(hour) > 23 || Number(minute) > 59)
    throw notADate(text);
  if (offset) return new Date(local - offsetMinutes(offset) * 60_000);
  return new Date(zone ? toUtc(local, zone) : local);
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
  z: '(?<z>Z|[+-]\\d{2}:?\\d{2})',
  b: '(?<b>[A-Za-z]{3})',
  B: '(?<B>[A-Za-z]+)',
  '%': '%',
};

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** Reads a date by a `$dateToString` format. Error: 241 ConversionFailure. */
export function parseDateAs(text: string, format: string, zone?: Zone): Date {
  const source = format.replace(/%(.)|([\\^$.*+?()[\]{}|])/g, (token, letter: string | undefined, special: string | undefined) => {
    if (special) return `\\${special}`;
    const pattern = letter === undefined ? undefined : fieldPatterns[letter];
    if (!pattern) throw fail('FailedToParse', `Invalid format character '${token}' in format string`);
    return pattern;
  });
  const found = new RegExp(`^${source}$`).exec(text)?.groups;
  if (!found) throw notADate(text);
  const number = (name: string, otherwise: number): number => (found[name] === undefined ? otherwise : Number(found[name]));
  const named = (found['b'] ?? found['B'])?.slice(0, 3).toLowerCase();
  const month = named ? months.indexOf(named) : number('m', 1) - 1;
  const day = found['j'] === undefined ? number('d', 1) : number('j', 1);
  const local = Date.UTC(
    number('Y', 1970),
    found['j'] === undefined ? month : 0,
    day,
    number('H', 0),
    number('M', 0),
    number('S', 0),
    number('L', 0),
  );
  const offset = found['z'];
  return new Date(offset ? local - offsetMinutes(offset) * 60_000 : zone ? toUtc(local, zone) : local);
}
