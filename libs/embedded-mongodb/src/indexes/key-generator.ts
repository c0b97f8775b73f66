import { isDocument, type Document } from '../bson/document';
import { failAt } from '../errors';
import type { Index } from './index-definition';
import { emptyArray, isCut } from './key-string';
import { textKeys } from './text-index';

/** The keys of one document in one index, and which of the index's fields met an array on the way. */
export interface IndexKeys {
  readonly keys: readonly Buffer[];
  readonly multikey: number;
  readonly cut: boolean;
}

const none: IndexKeys = { keys: [], multikey: 0, cut: false };

/** Makes a document's keys as MongoDB does: one per element of the (at most one) array, equal ones once. Errors: 171 for parallel arrays; those of texts. */
export function keysOf(index: Index, document: Document): IndexKeys {
  if (index.covers && !index.covers(document)) return none;
  if (index.text) {
    const keys = textKeys(index, index.text, document);
    return { keys, multikey: 0, cut: keys.some(isCut) };
  }
  const expansion = new KeyExpansion(index);
  expansion.expand(index.fields.map((field) => ({ value: document, path: field.split('.') })));
  return { keys: expansion.keys(), multikey: expansion.multikey, cut: expansion.cut };
}

/** Where one field of the index has got to: a value, and the rest of the path below it. */
interface Place {
  readonly value: unknown;
  readonly path: readonly string[];
}

class KeyExpansion {
  multikey = 0;
  cut = false;
  private readonly found = new Map<string, Buffer>();

  constructor(private readonly index: Index) {}

  keys(): Buffer[] {
    return [...this.found.values()];
  }

  expand(places: readonly Place[]): void {
    const reached = places.map(descend);
    const array = reached.find(({ value }) => Array.isArray(value))?.value as unknown[] | undefined;
    if (!array) return this.add(reached.map(({ value }) => value));
    this.noteArray(reached, array);
    if (array.length === 0) {
      return this.add(reached.map(({ value, path }) => (value !== array ? value : path.length === 0 ? emptyArray : undefined)));
    }
    for (const element of array) {
      this.expand(reached.map((place) => (place.value === array ? below(element, place.path, array) : place)));
    }
  }

  private noteArray(reached: readonly Place[], array: unknown[]): void {
    reached.forEach(({ value }, i) => {
      if (value === array && this.index.spec.key[this.index.fields[i]!] === 'hashed')
        throw failAt(16766, 'hashed indexes do not currently support array values');
      if (value === array) this.multikey |= 1 << i;
      else if (Array.isArray(value)) {
        throw failAt(
          171,
          `cannot index parallel arrays [${this.index.fields[i]}] [${this.index.fields[reached.findIndex((place) => place.value === array)]}]`,
        );
      }
    });
  }

  private add(values: readonly unknown[]): void {
    const plain = values.map((value) => (value instanceof FinalArray ? value.items : value));
    if (this.index.spec.sparse && plain.every((value) => value === undefined)) return;
    const key = this.index.key(plain);
    if (isCut(key)) this.cut = true;
    this.found.set(key.toString('latin1'), key);
  }
}

/** An array inside an array: indexed as one value. */
class FinalArray {
  constructor(readonly items: unknown[]) {}
}

/** Follows the path down to its end, to the first array, or into nothing. */
function descend({ value, path }: Place): Place {
  let current = value;
  let depth = 0;
  while (depth < path.length) {
    if (Array.isArray(current)) return { value: current, path: path.slice(depth) };
    if (!isDocument(current)) return { value: undefined, path: [] };
    current = current[path[depth]!];
    depth++;
  }
  return { value: current, path: [] };
}

function below(element: unknown, path: readonly string[], array: unknown[]): Place {
  if (path.length === 0) return { value: Array.isArray(element) ? new FinalArray(element) : element, path };
  // `a.0.b` names an element of the array itself.
  if (/^\d+$/.test(path[0]!) && !isDocument(element)) return { value: array[Number(path[0])], path: path.slice(1) };
  return isDocument(element) ? { value: element, path } : { value: undefined, path: [] };
}
