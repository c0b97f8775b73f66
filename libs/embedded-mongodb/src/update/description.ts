import { getField, isArray, isDocument, type Document } from '../bson/document';
import { isIndex } from '../values/paths';

/** What an update did to a document, as a change stream tells it: dotted paths, and the steps of those that a dot or a number leaves in doubt. */
export interface UpdateDescription {
  readonly updatedFields: Document;
  readonly removedFields: readonly string[];
  readonly truncatedArrays: readonly { readonly field: string; readonly newSize: number }[];
  /** Absent when no path is in doubt. Positions in arrays are numbers, names of fields strings. */
  readonly disambiguatedPaths?: Document;
}

/** The name of a field, or a position in an array. */
export type Step = string | number;

/** An `UpdateDescription` in the making. */
export class Description implements UpdateDescription {
  readonly updatedFields: Document = {};
  readonly removedFields: string[] = [];
  readonly truncatedArrays: { field: string; newSize: number }[] = [];
  disambiguatedPaths: Document | undefined;

  update(path: readonly Step[], value: unknown): void {
    this.updatedFields[this.name(path)] = value;
  }

  remove(path: readonly Step[]): void {
    this.removedFields.push(this.name(path));
  }

  truncate(path: readonly Step[], newSize: number): void {
    this.truncatedArrays.push({ field: this.name(path), newSize });
  }

  private name(path: readonly Step[]): string {
    const name = path.join('.');
    if (path.some(leavesDoubt)) (this.disambiguatedPaths ??= {})[name] = [...path];
    return name;
  }
}

/** A number at the front of a path can only be a name. */
function leavesDoubt(step: Step, place: number): boolean {
  return typeof step === 'string' && (step.includes('.') || (place > 0 && isIndex(step)));
}

/** What is known of a document that operators have changed. */
export interface Traces {
  /** The top-level fields that may have changed. */
  readonly roots: readonly string[];
  /** Containers that were copied because something below them was written. Whatever else is new was written as a whole. */
  readonly copied: ReadonlySet<object>;
  /** Arrays to which an operator has only added at the end. */
  readonly extended: ReadonlySet<object> | undefined;
}

/** Describes what operators did: each path that one of them wrote, with the value it wrote. */
export function describeWrites(before: Document, after: Document, traces: Traces): UpdateDescription {
  const description = new Description();
  const roots = traces.roots.length > 1 ? new Set(traces.roots) : traces.roots;
  tellFields({ before, after, path: [] }, roots, traces, description);
  return description;
}

interface Pair<T> {
  readonly before: T;
  readonly after: T;
  readonly path: readonly Step[];
}

function tellFields({ before, after, path }: Pair<Document>, names: Iterable<string>, traces: Traces, description: Description): void {
  for (const name of names) {
    const pair = { before: getField(before, name), after: getField(after, name), path: [...path, name] };
    if (Object.is(pair.before, pair.after)) continue;
    if (pair.after === undefined) description.remove(pair.path);
    else tellValue(pair, traces, description);
  }
}

function tellValue({ before, after, path }: Pair<unknown>, traces: Traces, description: Description): void {
  if (isArray(before) && isArray(after)) {
    if (traces.extended?.has(after))
      return after.slice(before.length).forEach((value, i) => description.update([...path, before.length + i], value));
    if (traces.copied.has(after)) return tellElements({ before, after, path }, traces, description);
  }
  if (isDocument(before) && isDocument(after) && traces.copied.has(after)) {
    const names = new Set([...Object.keys(before), ...Object.keys(after)]);
    return tellFields({ before, after, path }, names, traces, description);
  }
  description.update(path, after);
}

function tellElements({ before, after, path }: Pair<unknown[]>, traces: Traces, description: Description): void {
  after.forEach((value, place) => {
    if (place < before.length && Object.is(before[place], value)) return;
    // Nulls between the old end and a later element are filled in by whoever applies the description.
    if (place >= before.length && value === null && place < after.length - 1) return;
    tellValue({ before: before[place], after: value, path: [...path, place] }, traces, description);
  });
}
