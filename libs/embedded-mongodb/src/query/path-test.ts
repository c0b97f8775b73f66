import { getField, isDocument, type Document } from '../bson/document';
import type { ValueTest } from './leaf-tests';
import { isIndex } from '../values/paths';

/** Where a match went through an array: the index the positional `$` stands for. */
export interface Trace {
  index?: number;
}

/** Tests a document; with a trace it notes the array index the match went through. */
export type Matcher = (document: Document, trace?: Trace) => boolean;

/** A test of one value that may look into it and note an index (`$elemMatch`). */
export type TracingTest = (value: unknown, trace?: Trace) => boolean;

/**
 * A matcher for "some value this path leads to passes the test". Arrays on the way are searched (and indexed by number); an array at the
 * end is tested element by element and then as a whole, unless `wholeArray` (as $size and $elemMatch want it).
 * A path that ends in nothing tests `undefined`, except where it breaks off inside an array of scalars: there is no value at all.
 */
export function atPath(path: string, test: ValueTest | TracingTest, wholeArray = false): Matcher {
  const parts = path.split('.');
  if (parts.length > 1) return (document, trace) => inContainer(document, parts, 0, test, wholeArray, trace);
  return (document, trace) => atLeaf(getField(document, path), test, wholeArray, trace);
}

function inContainer(container: object, parts: readonly string[], step: number, test: TracingTest, whole: boolean, trace?: Trace): boolean {
  const name = parts[step]!;
  // An element picked by its index is looked into as if it were a document with numbered fields.
  const value = Array.isArray(container)
    ? isIndex(name)
      ? (container[Number(name)] as unknown)
      : undefined
    : getField(container as Document, name);
  if (step === parts.length - 1) return atLeaf(value, test, whole, trace);
  if (isDocument(value)) return inContainer(value, parts, step + 1, test, whole, trace);
  if (Array.isArray(value)) return inArray(value, parts, step + 1, test, whole, trace);
  return test(undefined, trace);
}

function inArray(array: unknown[], parts: readonly string[], step: number, test: TracingTest, whole: boolean, trace?: Trace): boolean {
  const name = parts[step]!;
  const wanted = isIndex(name) ? Number(name) : -1;
  for (let i = 0; i < array.length; i++) {
    const element = array[i];
    if (isDocument(element) && inContainer(element, parts, step, test, whole, trace)) return found(trace, i);
    // An element named by its index was not searched for, so the positional `$` cannot stand for it.
    if (i === wanted && atIndex(element, parts, step, test, whole, trace)) return true;
  }
  return false;
}

// An array element named by its index is not searched in turn: {"a.0": 1} does not match {a: [[1]]}.
function atIndex(element: unknown, parts: readonly string[], step: number, test: TracingTest, whole: boolean, trace?: Trace): boolean {
  if (step === parts.length - 1) return test(element, trace);
  return typeof element === 'object' && element !== null && (Array.isArray(element) || isDocument(element))
    ? inContainer(element, parts, step + 1, test, whole, trace)
    : false;
}

function atLeaf(value: unknown, test: TracingTest, whole: boolean, trace?: Trace): boolean {
  if (!whole && Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) if (test(value[i], trace)) return found(trace, i);
  }
  return test(value, trace);
}

// The outermost array's index counts, so a later (outer) note overwrites.
function found(trace: Trace | undefined, index: number): true {
  if (trace) trace.index = index;
  return true;
}
