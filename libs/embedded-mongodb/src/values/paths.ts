import { getField, isDocument, type Document } from '../bson/document';
import { fail } from '../errors';

const arrayIndex = /^(0|[1-9]\d*)$/;

/** Whether a path component can be an array index. */
export function isIndex(name: string): boolean {
  return arrayIndex.test(name);
}

/** Every value a dotted path reaches, arrays on the way expanded; `[]` when nothing is there. The last array is not expanded. */
export function valuesAt(document: Document, path: string): unknown[] {
  const found: unknown[] = [];
  collect(document, path.split('.'), 0, found);
  return found;
}

/** What `distinct` answers for one document: as `valuesAt`, and the last array expanded too. */
export function distinctValuesAt(document: Document, path: string): unknown[] {
  return valuesAt(document, path).flatMap((value) => (Array.isArray(value) ? (value as unknown[]) : [value]));
}

function collect(container: unknown, parts: readonly string[], step: number, found: unknown[]): void {
  if (step === parts.length) {
    if (container !== undefined) found.push(container);
  } else if (Array.isArray(container)) {
    if (isIndex(parts[step]!)) collect(container[Number(parts[step])], parts, step + 1, found);
    for (const element of container) if (isDocument(element)) collect(element, parts, step, found);
  } else if (isDocument(container)) {
    collect(getField(container, parts[step]!), parts, step + 1, found);
  }
}

/**
 * The tuples an index over these paths holds for a document, and by whose smallest or largest a sort orders it. Arrays on a path that the
 * fields share are expanded together. A missing field is null; an empty array is `undefined` (BSON's undefined, which is below null).
 * Error: 171 when two fields run into different arrays.
 */
export function keyTuples(document: Document, paths: readonly (readonly string[])[]): unknown[][] {
  const simple = simpleTuple(document, paths);
  if (simple) return [simple];
  const tuples: unknown[][] = [];
  expand(
    paths.map((path) => ({ base: document, path, step: 0 })),
    tuples,
  );
  return tuples.map(unwrapped);
}

// Documents without arrays on these paths, which are most, make one tuple without further ado.
function simpleTuple(document: Document, paths: readonly (readonly string[])[]): unknown[] | undefined {
  const tuple: unknown[] = new Array(paths.length);
  for (let i = 0; i < paths.length; i++) {
    let value: unknown = document;
    for (const part of paths[i]!) {
      value = isDocument(value) ? getField(value, part) : undefined;
      if (Array.isArray(value)) return undefined;
    }
    tuple[i] = value === undefined ? null : value;
  }
  return tuple;
}

/** Where one field of the tuple stands: a value, and the steps of its path still to go. */
interface Cursor {
  base: unknown;
  path: readonly string[];
  step: number;
}

function expand(cursors: readonly Cursor[], tuples: unknown[][]): void {
  const stops = cursors.map(advance);
  const arrays = stops.filter((stop) => Array.isArray(stop.base));
  if (arrays.length === 0) {
    tuples.push(stops.map(({ base, path, step }) => (base === undefined ? (step > path.length ? undefined : null) : base)));
    return;
  }
  const array = arrays[0]!.base as unknown[];
  const other = arrays.find((stop) => stop.base !== array);
  if (other) {
    const [a, b] = [arrays[0]!, other].map(({ path, step }) => path[Math.max(0, step - 1)]);
    throw fail('CannotIndexParallelArrays', `cannot index parallel arrays [${b}] [${a}]`);
  }
  const elements: unknown[] = array.length === 0 ? [undefined] : array;
  for (const element of elements)
    expand(
      stops.map((stop) => (stop.base === array ? into(stop, element, array.length === 0) : stop)),
      tuples,
    );
}

/** Follows a path through embedded documents, and through arrays by explicit index, up to an array to expand or the end. */
function advance({ base, path, step }: Cursor): Cursor {
  while (step < path.length) {
    if (Array.isArray(base)) {
      if (!isIndex(path[step]!) || base.some((element) => isDocument(element) && getField(element, path[step]!) !== undefined)) break;
      base = base[Number(path[step])];
    } else {
      base = isDocument(base) ? getField(base, path[step]!) : undefined;
    }
    step++;
  }
  return { base, path, step };
}

// A step beyond the path's end marks "element of the last array": it is not to be expanded again.
function into({ path, step }: Cursor, element: unknown, empty: boolean): Cursor {
  if (step < path.length) return { base: isDocument(element) ? element : undefined, path, step };
  return { base: Array.isArray(element) ? new Element(element) : element, path, step: empty ? path.length + 1 : path.length };
}

/** Shields an array inside an array from being expanded a second time. */
class Element {
  constructor(readonly array: unknown[]) {}
}

/** Removes the shields of nested arrays. */
function unwrapped(tuple: unknown[]): unknown[] {
  return tuple.map((value) => (value instanceof Element ? value.array : value));
}
