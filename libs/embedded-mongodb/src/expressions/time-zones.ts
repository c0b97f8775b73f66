import { failAt } from '../errors';

/** Answers the offset from UTC, in minutes, that is in force at a moment. */
export interface Zone {
  offsetAt(time: number): number;
}

export const utc: Zone = { offsetAt: () => 0 };

const known = new Map<string, Zone>([
  ['UTC', utc],
  ['GMT', utc],
]);

/** A zone by its Olson name or as `+hh:mm`, `+hhmm`, `+hh`. Error: 40485. */
export function zoneOf(name: string): Zone {
  const zone = known.get(name) ?? fixedZone(name) ?? olsonZone(name);
  known.set(name, zone);
  return zone;
}

function fixedZone(name: string): Zone | undefined {
  const parts = /^([+-])(\d{2}):?(\d{2})?$/.exec(name);
  if (!parts) return undefined;
  const minutes = (parts[1] === '-' ? -1 : 1) * (Number(parts[2]) * 60 + Number(parts[3] ?? 0));
  return { offsetAt: () => minutes };
}

function olsonZone(name: string): Zone {
  const format = formatFor(name);
  return {
    offsetAt: (time) => {
      const parts = Object.fromEntries(format.formatToParts(time).map(({ type, value }) => [type, Number(value)])) as Record<
        string,
        number
      >;
      const local = Date.UTC(parts['year']!, parts['month']! - 1, parts['day'], parts['hour']! % 24, parts['minute'], parts['second']);
      return Math.round((local - Math.floor(time / 1000) * 1000) / 60_000);
    },
  };
}

function formatFor(name: string): Intl.DateTimeFormat {
  try {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    // Intl takes a name in any case, MongoDB does not.
    const { timeZone } = format.resolvedOptions();
    if (timeZone === name || timeZone.toLowerCase() !== name.toLowerCase()) return format;
  } catch {
    // Not a name that Intl knows.
  }
  throw failAt(40485, `unrecognized time zone identifier: "${name}"`);
}

/** A moment shifted so that its UTC fields read as the zone's clock. */
export function toLocal(time: number, zone: Zone): number {
  return time + zone.offsetAt(time) * 60_000;
}

/** The moment at which the zone's clock shows these fields. */
export function toUtc(local: number, zone: Zone): number {
  const guess = local - zone.offsetAt(local) * 60_000;
  // Near a change of the clock the offset at the guess decides.
  return local - zone.offsetAt(guess) * 60_000;
}
