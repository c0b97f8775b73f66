import { isDeepStrictEqual } from 'node:util';
import { deserialize, type Document } from 'bson';
import type { Catalog } from '../../src/storage/catalog';
import type { Collection } from '../../src/storage/collection';
import type { Environment } from '../../src/storage/environment';
import type { Oplog } from '../../src/storage/oplog';
import type { OplogEntry } from '../../src/storage/oplog-entry';
import { Violation } from './observe';
import { database } from './pieces';
import { areOne, Replay } from './replay';
import { digest, nameOf, nothing } from './step';
import type { Writer } from './writer';

/** Everything of a folder that the oplog is compared with. */
export interface Opened {
  readonly environment: Environment;
  readonly catalog: Catalog;
  readonly oplog: Oplog;
}

/**
 * Holds the oplog against the data and against what was acknowledged: played from its start it gives the catalogue and all documents; each
 * document has been, one after the other, exactly what its writer knows to have made of it; transactions are whole. Gives the number of
 * events. Errors: `Violation`.
 */
export function checkOplog(opened: Opened, writers: readonly Writer[]): number {
  const replay = new Replay(opened.oplog);
  checkResult(replay, opened);
  for (const writer of writers) checkHistories(replay, writer);
  checkStrangers(replay, writers);
  checkTransactions(replay);
  return replay.events;
}

function checkResult({ collections }: Replay, { environment, catalog }: Opened): void {
  const stored = catalog.all();
  if (stored.length !== collections.size)
    throw new Violation(`the oplog gives ${collections.size} collections instead of ${stored.length}`);
  for (const collection of stored) {
    const told = collections.get(collection.uuid.toString('hex'));
    if (told?.namespace !== collection.namespace) throw new Violation(`the oplog does not tell of ${collection.namespace}`);
    const indexes = collection.indexes.map(({ spec }) => spec.name);
    if (!isDeepStrictEqual(new Set(indexes), told.indexes))
      throw new Violation(
        `the oplog gives ${collection.namespace} the indexes ${[...told.indexes].join(', ')}, it has ${indexes.join(', ')}`,
      );
    if (!isDeepStrictEqual(documentsOf(environment, collection), told.documents))
      throw new Violation(`the oplog gives other documents than ${collection.namespace} holds`);
  }
}

function documentsOf(environment: Environment, { id }: Collection): Map<string, Document> {
  const [start, end] = [id, id + 1].map((number) => {
    const key = Buffer.alloc(4);
    key.writeUInt32BE(number);
    return key;
  }) as [Buffer, Buffer];
  const documents = [...environment.range(environment.data, { start, end, withValues: true })].map(({ value }) => deserialize(value));
  return new Map(documents.map((document) => [String(document['_id']), document]));
}

/** Every acknowledged change has its event, in its order, and there is no other: but what was on its way, and what has expired. */
function checkHistories({ histories }: Replay, { known, pending }: Writer): void {
  const onItsWay = new Map((pending?.effects ?? []).map(({ place, after }) => [nameOf(place), after ? digest(after) : nothing]));
  for (const name of new Set([...known.histories.keys(), ...onItsWay.keys()])) {
    const told = histories.get(name) ?? [];
    const acknowledged = known.histories.get(name) ?? [];
    const rest = told.slice(acknowledged.length);
    if (rest[0] !== undefined && rest[0] === onItsWay.get(name)) rest.shift();
    if (rest[0] === nothing && known.mayExpire(name, pending)) rest.shift();
    if (rest.length > 0 || !isDeepStrictEqual(told.slice(0, acknowledged.length), acknowledged))
      throw new Violation(`of ${name} ${acknowledged.length} changes are acknowledged (${acknowledged.join(' ')}), told ${told.join(' ')}`);
  }
}

/** Of what writers own nothing is told that none of them has done. */
function checkStrangers({ histories }: Replay, writers: readonly Writer[]): void {
  const theirs = new Set(
    writers.flatMap(({ known, pending }) => [...known.histories.keys(), ...(pending?.effects ?? []).map(({ place }) => nameOf(place))]),
  );
  const owned = ['pieces', 'journal'].map((collection) => nameOf({ database, collection, id: '' }));
  const stranger = [...histories.keys()].find((name) => owned.some((prefix) => name.startsWith(prefix)) && !theirs.has(name));
  if (stranger !== undefined) throw new Violation(`the oplog tells of ${stranger}, which nobody wrote`);
}

/** Each transaction is one journal entry, the two balances that it states, and two pieces, all at one time. */
function checkTransactions({ transactions, collections }: Replay): void {
  const journal = [...collections.values()].find(({ namespace }) => namespace === `${database}.journal`);
  if (transactions.size !== (journal?.documents.size ?? 0))
    throw new Violation(`the oplog tells ${transactions.size} transactions, the journal ${journal?.documents.size}`);
  for (const [name, events] of transactions) {
    const entry = events.find(({ type, collection }) => type === 'insert' && collection === 'journal');
    const { from, to } = entry?.after ? (deserialize(entry.after) as { from: string; to: string }) : { from: '', to: '' };
    const moved = events.filter(({ collection }) => collection === 'accounts').map(({ id }) => id as string);
    const isWhole = isDeepStrictEqual(new Set(moved), new Set([from, to])) && count(events, 'delete') === 1 && areOne(events);
    if (!isWhole) throw new Violation(`the oplog tells half of transaction ${name}`);
  }
}

function count(events: readonly OplogEntry[], type: OplogEntry['type']): number {
  return events.filter((event) => event.type === type).length;
}
