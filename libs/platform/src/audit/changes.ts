import { isHidden, redactText } from '../observability/redaction';

/** One place of a resource that is not as it was. What was not there before has no `from`, what is gone no `to`. */
export interface AuditChange {
  /** The fields that lead there, with dots; an element of a list by its id, or by its place when it has none: `variants.6565f0c2a1b2c3d4e5f60718.price`. */
  readonly path: string;
  readonly from?: unknown;
  readonly to?: unknown;
  /** It is only told that it changed. */
  readonly hidden?: true;
}

/** What is particular about the fields of a resource, each by its name, at whatever depth; or by two, `vendor.name`, where one says too much. */
export interface RecordingRules {
  /** Follows from other fields, is kept elsewhere, or only counts. */
  readonly unrecorded?: readonly string[];
  /** Tells who somebody is, though its name does not say so. */
  readonly withoutValues?: readonly string[];
}

/** Bounds of an entry: changes, characters of a text, characters of anything else as JSON. */
const most = { changes: 100, text: 200, json: 1_000 };

/** What every aggregate counts and dates, and what it is found by. */
const bookkeeping = ['id', 'version', 'eventCount', 'createdAt', 'updatedAt'];

type Fields = Readonly<Record<string, unknown>>;

/**
 * What differs between two states of a resource, as it may be kept for ever. No secret and nothing of what tells who somebody is gets in: the fields that never reach a log
 * line (`redaction.ts`) and those that the rules name are told as changed, without values, and texts are gone over as those of logs are.
 */
export function changesBetween(before: Fields, after: Fields, rules: RecordingRules = {}): { changes: AuditChange[]; more: number } {
  const ruled = {
    isUnrecorded: (name: string, within: string) => isNamed(rules.unrecorded, name, within),
    isHidden: (name: string, within: string) => isHidden(name) || isNamed(rules.withoutValues, name, within),
  };
  const recorded = Object.fromEntries(bookkeeping.map((name) => [name, undefined]));
  const all = differences('', { ...before, ...recorded }, { ...after, ...recorded }, ruled);
  return { changes: all.slice(0, most.changes), more: Math.max(0, all.length - most.changes) };
}

function isNamed(names: readonly string[] = [], name: string, within: string): boolean {
  return names.includes(name) || names.includes(`${within}.${name}`);
}

interface Ruled {
  isUnrecorded(name: string, within: string): boolean;
  isHidden(name: string, within: string): boolean;
}

function differences(at: string, before: Fields, after: Fields, rules: Ruled): AuditChange[] {
  const within = at.split('.').at(-1) ?? '';
  const names = namesOf(before, after).filter((name) => !rules.isUnrecorded(name, within));
  return names.flatMap((name) => {
    const path = at ? `${at}.${name}` : name;
    if (rules.isHidden(name, within)) return isSame(before[name], after[name]) ? [] : [{ path, hidden: true } as const];
    return difference(path, before[name], after[name], rules);
  });
}

function difference(path: string, from: unknown, to: unknown, rules: Ruled): AuditChange[] {
  if (isSame(from, to)) return [];
  if (isFields(from) && isFields(to)) return differences(path, from, to, rules);
  const lists = listsOf(from, to);
  // What elements are called by is not the name of a field: a shelf at the location `city` is nobody's city.
  if (lists) return namesOf(...lists).flatMap((name) => difference(`${path}.${name}`, lists[0][name], lists[1][name], rules));
  return [
    { path, ...(isNothing(from) ? {} : { from: shown(from, rules, path) }), ...(to === undefined ? {} : { to: shown(to, rules, path) }) },
  ];
}

function namesOf(before: Fields, after: Fields): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])];
}

/** Two lists of things that have fields, each by its id, or by its place when it has none; `undefined` for any other two values. */
function listsOf(from: unknown = [], to: unknown = []): readonly [Fields, Fields] | undefined {
  if (!isListOfFields(from) || !isListOfFields(to)) return undefined;
  const haveIds = [...from, ...to].every(({ id }) => typeof id === 'string');
  const named = (list: readonly Fields[]): Fields =>
    Object.fromEntries(list.map((element, place) => [haveIds ? String(element['id']) : String(place), element]));
  return [named(from), named(to)];
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function isListOfFields(value: unknown): value is readonly Fields[] {
  return Array.isArray(value) && value.every(isFields);
}

/** Nothing was there: a list without elements says no more than none does. */
function isNothing(value: unknown): boolean {
  return value === undefined || (Array.isArray(value) && value.length === 0);
}

function isSame(one: unknown, other: unknown): boolean {
  if (isNothing(one) && isNothing(other)) return true;
  if (isFields(one) && isFields(other)) return namesOf(one, other).every((name) => isSame(one[name], other[name]));
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((element, place) => isSame(element, other[place]));
  return plain(one) === plain(other);
}

function plain(value: unknown): unknown {
  return value instanceof Date ? value.getTime() : value;
}

/** A value as it is kept: without what is not recorded, and cut where it is long. */
function shown(value: unknown, rules: Ruled, path: string): unknown {
  const clean = cleaned(value, rules, path.split('.').at(-1) ?? '');
  if (typeof clean !== 'object' || clean === null) return clean;
  const text = JSON.stringify(clean);
  return text.length <= most.json ? clean : cut(text, most.json);
}

function cleaned(value: unknown, rules: Ruled, within: string): unknown {
  if (typeof value === 'string') return cut(redactText(value), most.text);
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map((element) => cleaned(element, rules, within));
  if (!isFields(value)) return value;
  const kept = Object.entries(value).filter(([name, field]) => field !== undefined && !rules.isUnrecorded(name, within));
  return Object.fromEntries(kept.map(([name, field]) => [name, rules.isHidden(name, within) ? '[hidden]' : cleaned(field, rules, name)]));
}

function cut(text: string, length: number): string {
  // No half of a character at the end, which is no text.
  return text.length <= length ? text : `${text.slice(0, length).replace(/[\ud800-\udbff]$/, '')}… [${text.length} characters]`;
}
