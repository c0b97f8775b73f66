import type { Source } from './allocation';
import { emptyLevel, isPossible, sameShelves, shelfAt, totalsOf, type Level, type Shelves } from './level';
import { moved, type Entry } from './movement';

/** How far going through one SKU's ledger, the earliest entry first, has come. */
export interface Audit {
  /** What the entries so far add up to. */
  readonly shelves: Shelves;
  /** The number of the latest; missing before the first that has one. */
  readonly revision?: number;
  readonly problems: readonly string[];
}

export const beginning: Audit = { shelves: {}, problems: [] };

/** So many of one ledger's problems are told. */
const mostProblems = 5;

/** Goes on to the next entry: its number follows the one before, and its sums are those of the ledger up to it. */
export function audited({ shelves, revision, problems }: Audit, entry: Entry): Audit {
  const next = moved(shelves, entry);
  const wrong = problems.length < mostProblems ? [...problems, ...problemsWith(entry, next, { shelves, revision })] : problems;
  return { shelves: next, revision: entry.revision ?? revision, problems: wrong };
}

function problemsWith(entry: Entry, sum: Shelves, before: Pick<Audit, 'shelves' | 'revision'>): string[] {
  const { id, revision, after = {} } = entry;
  if (revision === undefined) return before.revision === undefined ? [] : [`entry ${id} has no number`];
  // A ledger that was begun before entries had numbers has its first number somewhere.
  const first = sameShelves(before.shelves, {}) ? 0 : revision - 1;
  const previous = before.revision ?? first;
  return [
    ...(revision === previous + 1 ? [] : [`entry ${revision} follows entry ${previous}`]),
    ...(sameShelves(after, sum) ? [] : [`entry ${revision} says ${worded(after)}, the ledger up to it ${worded(sum)}`]),
  ];
}

/** What is wrong with a level, or with the ledger that it is the sum of. */
export function problemsOf(level: Level, { shelves, revision, problems }: Audit): string[] {
  const wrong = [...problems];
  if (!sameShelves(level.shelves, shelves)) wrong.push(`the level says ${worded(level.shelves)}, the ledger ${worded(shelves)}`);
  const { onHand, reserved, available } = totalsOf(level.shelves);
  if (level.onHand !== onHand || level.reserved !== reserved || level.available !== available)
    wrong.push(
      `${level.onHand} on hand, ${level.reserved} reserved, ${level.available} available: its shelves say ${onHand}, ${reserved}, ${available}`,
    );
  if (revision !== undefined && revision !== level.revision)
    wrong.push(`the level's revision is ${level.revision}, its latest entry ${revision}`);
  return wrong;
}

/** The level that a ledger adds up to. Its revision never goes back, so that whoever copies levels sees that this one is newer. */
export function levelOfLedger(sku: string, stored: Level | undefined, ledger: Pick<Audit, 'shelves' | 'revision'>): Level {
  const { shelves, revision = 0 } = ledger;
  const before = stored ?? emptyLevel(sku);
  return { ...before, ...totalsOf(shelves), shelves, revision: Math.max(before.revision, revision) };
}

/** The shelves that hold what no shelf can: less than nothing, or less than is promised of it. */
export function impossibleIn({ shelves }: Pick<Level, 'shelves'>): string[] {
  return Object.entries(shelves).flatMap(([location, shelf]) => (isPossible(location, shelf) ? [] : [worded({ [location]: shelf })]));
}

/** The shelves of which something else is reserved than reservations hold of them. */
export function promisedAgainst(level: Level, held: readonly Source[]): string[] {
  const locations = new Set([...Object.keys(level.shelves), ...held.map(({ location }) => location)]);
  return [...locations].flatMap((location) => {
    const promised = held.find((source) => source.location === location)?.quantity ?? 0;
    const { reserved } = shelfAt(level, location);
    return reserved === promised ? [] : [`${reserved} reserved at ${location}, reservations hold ${promised}`];
  });
}

function worded(shelves: Shelves): string {
  const each = Object.entries(shelves).map(([location, { onHand, reserved }]) => `${onHand} on hand, ${reserved} reserved at ${location}`);
  return each.join('; ') || 'nothing';
}
