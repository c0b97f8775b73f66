import { encode } from '../bson/codec';
import { isArray, isDocument, type Document } from '../bson/document';
import { identicalValues } from '../values/compare';
import { Description, type Step, type UpdateDescription } from './description';

/** A difference between two containers: how large MongoDB's record of it would be, in bytes, and how it is told. */
interface Difference {
  readonly size: number;
  tell(path: readonly Step[], description: Description): void;
}

/** What surrounds the difference of a whole document in MongoDB's oplog. */
const surroundings = 15;

/**
 * Describes what a pipeline did, by comparing. Undefined when that would take more room than the new document: MongoDB then tells a
 * replacement, and inside a document the whole value instead of what changed in it.
 */
export function describeDifference(before: Document, after: Document): UpdateDescription | undefined {
  const difference = documentDifference(before, after, surroundings);
  if (!difference) return undefined;
  const description = new Description();
  difference.tell([], description);
  return description;
}

/** The parts of a difference, collected with their sizes. */
class Parts {
  private readonly tellers: Difference['tell'][] = [];
  private readonly sections = new Set<string>();

  constructor(public size: number) {}

  /** Fields of one kind stand together under a name of one letter. */
  section(name: 'updated' | 'inserted' | 'deleted'): this {
    if (!this.sections.has(name)) this.size += 8;
    this.sections.add(name);
    return this;
  }

  add(size: number, tell: Difference['tell']): void {
    this.size += size;
    this.tellers.push(tell);
  }

  /** The difference, unless the new value itself is not larger. */
  ifSmallerThan(after: unknown): Difference | undefined {
    const { size, tellers } = this;
    if (size >= sizeOf(after)) return undefined;
    return { size, tell: (path, description) => tellers.forEach((tell) => tell(path, description)) };
  }
}

function documentDifference(before: Document, after: Document, extra = 0): Difference | undefined {
  const parts = new Parts(5 + extra);
  const [old, fresh] = [Object.keys(before), Object.keys(after)];
  const gone = new Set<string>();
  let [i, j] = [0, 0];
  // Both are walked in their order: a field that moved is one that is inserted anew.
  for (; i < old.length && j < fresh.length; i++) {
    const name = old[i]!;
    if (name !== fresh[j]) {
      gone.add(name);
      continue;
    }
    j++;
    if (!identicalValues(before[name], after[name])) addChanged(parts, name, before[name], after[name]);
  }
  for (; i < old.length; i++) gone.add(old[i]!);
  for (const name of fresh.slice(j)) {
    gone.delete(name);
    parts
      .section('inserted')
      .add(2 + name.length + sizeOf(after[name]), (path, description) => description.update([...path, name], after[name]));
  }
  for (const name of gone) parts.section('deleted').add(3 + name.length, (path, description) => description.remove([...path, name]));
  return parts.ifSmallerThan(after);
}

function arrayDifference(before: unknown[], after: unknown[]): Difference | undefined {
  const parts = new Parts(9);
  if (after.length < before.length) parts.add(7, (path, description) => description.truncate(path, after.length));
  after.forEach((value, place) => {
    if (place >= before.length || !identicalValues(before[place], value)) addChanged(parts, place, before[place], value);
  });
  return parts.ifSmallerThan(after);
}

function addChanged(parts: Parts, step: Step, before: unknown, after: unknown): void {
  const inner = innerDifference(before, after);
  const name = 3 + String(step).length;
  if (inner) return parts.add(name + inner.size, (path, description) => inner.tell([...path, step], description));
  if (typeof step === 'string') parts.section('updated');
  parts.add(name + sizeOf(after), (path, description) => description.update([...path, step], after));
}

function innerDifference(before: unknown, after: unknown): Difference | undefined {
  if (isArray(before) && isArray(after)) return arrayDifference(before, after);
  return isDocument(before) && isDocument(after) ? documentDifference(before, after) : undefined;
}

/** The bytes of a value, without its type and name. */
function sizeOf(value: unknown): number {
  return encode({ v: value }).length - 8;
}
