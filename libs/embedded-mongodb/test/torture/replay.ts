import { deserialize, type Binary } from 'bson';
import { encode, type Document } from '../../src/bson/codec';
import type { Oplog } from '../../src/storage/oplog';
import type { OplogEntry } from '../../src/storage/oplog-entry';
import { OplogReader } from '../../src/storage/oplog-reader';
import { firstPlace, timeOf } from '../../src/storage/place';
import { Violation } from './observe';
import { digest, nameOf, nothing } from './step';

interface ReplayedCollection {
  readonly namespace: string;
  readonly documents: Map<string, Document>;
  readonly indexes: Set<string>;
}

/** What the oplog tells, from its start to its end. Errors: `Violation` for an event that nothing could have come of. */
export class Replay {
  /** By UUID. */
  readonly collections = new Map<string, ReplayedCollection>();
  /** What each document has been, one digest after the other, by the name of its place. */
  readonly histories = new Map<string, string[]>();
  /** The events of each transaction. */
  readonly transactions = new Map<string, OplogEntry[]>();
  events = 0;

  constructor(oplog: Oplog) {
    if (oplog.isLost(firstPlace)) throw new Error('The beginning of the oplog is gone: nothing can be told from it.');
    const reader = new OplogReader(oplog, firstPlace);
    for (let entry = reader.next(); entry; entry = reader.next()) {
      this.events++;
      this.take(entry);
    }
  }

  private take(entry: OplogEntry): void {
    const { type, uuid } = entry;
    if (type === 'dropDatabase' || type === 'modify') return;
    if (type === 'create') return this.create(entry);
    const key = keyOf(uuid!);
    const collection = this.collections.get(key);
    if (!collection) throw new Violation(`the oplog tells ${type} of ${entry.database}.${entry.collection}, which is not there`);
    const specs = (entry.operation?.['indexes'] ?? []) as { name: string }[];
    if (type === 'drop') this.collections.delete(key);
    else if (type === 'rename') this.rename(key, collection, entry.operation!);
    else if (type === 'createIndexes') for (const { name } of specs) collection.indexes.add(name);
    else if (type === 'dropIndexes') for (const { name } of specs) collection.indexes.delete(name);
    else this.change(collection, entry);
  }

  private create({ database, collection, uuid }: OplogEntry): void {
    const namespace = `${database}.${collection}`;
    this.collections.set(keyOf(uuid!), { namespace, documents: new Map(), indexes: new Set(['_id_']) });
  }

  private rename(key: string, collection: ReplayedCollection, { to, dropTarget }: Document): void {
    const { db, coll } = to as { db: string; coll: string };
    if (dropTarget) this.collections.delete(keyOf(dropTarget as Binary));
    this.collections.set(key, { ...collection, namespace: `${db}.${coll}` });
  }

  private change({ namespace, documents }: ReplayedCollection, entry: OplogEntry): void {
    const { type, database, collection, transaction } = entry;
    const after = entry.after && deserialize(entry.after);
    const id = String(after ? after['_id'] : entry.id);
    const before = documents.get(id);
    if ((type === 'insert') === (before !== undefined))
      throw new Violation(`the oplog tells ${type} of ${namespace} ${id}, which is ${before ? 'there already' : 'not there'}`);
    const next = type === 'delete' ? undefined : (after ?? updated(before!, entry));
    if (next) documents.set(id, next);
    else documents.delete(id);
    const now = next ? digest(next) : nothing;
    if (before && now === digest(before)) throw new Violation(`the oplog tells ${type} of ${namespace} ${id}, which changes nothing`);
    append(this.histories, nameOf({ database, collection, id }), now);
    if (transaction) append(this.transactions, `${keyOf(transaction.lsid['id'] as Binary)}/${transaction.txnNumber}`, entry);
  }
}

/** Whether all these events are of one time and stand one behind the other. */
export function areOne(events: readonly OplogEntry[]): boolean {
  const [first] = events;
  return events.every(({ place }, index) => timeOf(place).equals(timeOf(first!.place)) && place.readUInt32BE(8) === index);
}

function keyOf(binary: Binary): string {
  return binary.toString('hex');
}

function append<T>(lists: Map<string, T[]>, name: string, item: T): void {
  const list = lists.get(name);
  if (list) list.push(item);
  else lists.set(name, [item]);
}

/** A document after an update, from what the update wrote. */
function updated(before: Document, { update }: OplogEntry): Document {
  const { updatedFields, removedFields, truncatedArrays, disambiguatedPaths } = update!;
  // Through BSON, so that numbers look as they do in documents.
  const [document, fields] = [deserialize(encode(before)), deserialize(encode(updatedFields))];
  const stepsOf = (path: string): string[] => (disambiguatedPaths?.[path] as unknown[] | undefined)?.map(String) ?? path.split('.');
  for (const { field, newSize } of truncatedArrays) (valueAt(document, stepsOf(field)) as unknown[]).length = newSize;
  for (const [path, value] of Object.entries(fields)) parentOf(document, stepsOf(path))[stepsOf(path).at(-1)!] = value;
  for (const path of removedFields) delete parentOf(document, stepsOf(path))[stepsOf(path).at(-1)!];
  return document;
}

function parentOf(document: Document, steps: readonly string[]): Document {
  return valueAt(document, steps.slice(0, -1)) as Document;
}

function valueAt(document: Document, steps: readonly string[]): unknown {
  return steps.reduce<unknown>((value, step) => (value as Document)[step], document);
}
