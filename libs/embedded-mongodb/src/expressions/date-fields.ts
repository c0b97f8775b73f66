const DAY = 86_400_000;

/** The fields of a shifted moment (see `toLocal`), by their operator's name without the dollar. */
export const dateFields: Readonly<Record<string, (local: Date) => number>> = {
  year: (local) => local.getUTCFullYear(),
  month: (local) => local.getUTCMonth() + 1,
  dayOfMonth: (local) => local.getUTCDate(),
  hour: (local) => local.getUTCHours(),
  minute: (local) => local.getUTCMinutes(),
  second: (local) => local.getUTCSeconds(),
  millisecond: (local) => local.getUTCMilliseconds(),
  dayOfWeek: (local) => local.getUTCDay() + 1,
  dayOfYear,
  week: (local) => Math.floor((dayOfYear(local) + 6 - local.getUTCDay()) / 7),
  isoDayOfWeek,
  isoWeek: (local) => Math.floor((thursday(local).getTime() - Date.UTC(isoYear(local), 0, 1)) / (7 * DAY)) + 1,
  isoWeekYear: isoYear,
};

/** The day as a moment at midnight; months and days beyond their range carry over. */
export function calendarDay(year: number, month: number, day: number): number {
  // setUTCFullYear, as Date.UTC takes years below 100 for the twentieth century.
  return new Date(0).setUTCFullYear(year, month - 1, day);
}

/** The day of an ISO week, at midnight. */
export function isoDay(year: number, week: number, dayOfWeek: number): number {
  const fourth = new Date(calendarDay(year, 1, 4));
  const monday = fourth.getTime() - ((fourth.getUTCDay() || 7) - 1) * DAY;
  return monday + ((week - 1) * 7 + dayOfWeek - 1) * DAY;
}

function dayOfYear(local: Date): number {
  return Math.floor((local.getTime() - Date.UTC(local.getUTCFullYear(), 0, 1)) / DAY) + 1;
}

function isoDayOfWeek(local: Date): number {
  return local.getUTCDay() || 7;
}

// ISO weeks belong to the year their Thursday lies in.
function thursday(local: Date): Date {
  const start = Math.floor(local.getTime() / DAY) * DAY;
  return new Date(start + (4 - isoDayOfWeek(local)) * DAY);
}

function isoYear(local: Date): number {
  return thursday(local).getUTCFullYear();
}

const pad = (value: number, width: number): string => String(value).padStart(width, '0');
const field = (name: string, width: number) => (local: Date) => pad(dateFields[name]!(local), width);

const formats: Readonly<Record<string, (local: Date, offset: number) => string>> = {
  Y: field('year', 4),
  m: field('month', 2),
  d: field('dayOfMonth', 2),
  H: field('hour', 2),
  M: field('minute', 2),
  S: field('second', 2),
  L: field('millisecond', 3),
  j: field('dayOfYear', 3),
  w: field('dayOfWeek', 1),
  u: field('isoDayOfWeek', 1),
  U: field('week', 2),
  V: field('isoWeek', 2),
  G: field('isoWeekYear', 4),
  b: (local) => local.toLocaleString('en-US', { month: 'short', timeZone: 'UTC' }),
  B: (local) => local.toLocaleString('en-US', { month: 'long', timeZone: 'UTC' }),
  z: (_local, offset) => `${offset < 0 ? '-' : '+'}${pad(Math.floor(Math.abs(offset) / 60), 2)}${pad(Math.abs(offset) % 60, 2)}`,
  Z: (_local, offset) => String(offset),
  '%': () => '%',
};

/** Writes a shifted moment by a `$dateToString` format; undefined for a format that MongoDB does not know. */
export function formatDate(format: string, local: Date, offset: number): string | undefined {
  let known = true;
  const text = format.replace(/%(.|$)/g, (_token, letter: string) => {
    const write = Object.hasOwn(formats, letter) ? formats[letter] : undefined;
    known &&= write !== undefined;
    return write?.(local, offset) ?? '';
  });
  return known ? text : undefined;
}
