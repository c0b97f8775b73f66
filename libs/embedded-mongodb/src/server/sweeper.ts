import { decodeFields, type Document } from '../bson/codec';
import type { Engine } from '../engine';
import { errorCodes, MongoError } from '../errors';
import { findAtOnce } from '../execution/find-documents';
import type { Index } from '../indexes/index-definition';
import { valuesAt } from '../values/paths';
import type { Collection } from '../storage/collection';
import { Blocked } from '../storage/direct-writes';

const everySecond = 1000;
const recordsEvery = 5 * 60_000;
/** So many expired documents are removed in one commit, so that other writers get their turn. */
const portion = 500;

/** Does what is due without anyone asking: expired documents, transactions and cursors left behind, old retry records, an oplog beyond its size. */
export function startSweeping(engine: Engine, oplogSize: number): { stop(): Promise<void> } {
  let running: Promise<void> | undefined;
  let recordsAt = Date.now() + recordsEvery;
  const timer = setInterval(() => {
    const now = Date.now();
    engine.sessions.sweep(now);
    engine.snapshots.sweep(now);
    engine.cursors.sweep(now);
    if (running) return;
    running = sweepData(engine, { withRecords: now > recordsAt, oplogSize })
      .catch(unlessStopping)
      .finally(() => (running = undefined));
    if (now > recordsAt) recordsAt = now + recordsEvery;
  }, everySecond);
  timer.unref();
  const stop = async (): Promise<void> => {
    clearInterval(timer);
    await running;
  };
  return { stop };
}

/** A writer that has failed stops the server, and the reason is told there. */
function unlessStopping(error: unknown): void {
  if (!(error instanceof MongoError) || error.code !== errorCodes.ShutdownInProgress) throw error;
}

async function sweepData(engine: Engine, { withRecords, oplogSize }: { withRecords: boolean; oplogSize: number }): Promise<void> {
  for (const collection of engine.catalog.all()) {
    for (const index of collection.indexes) {
      if (index.spec.expireAfterSeconds !== undefined) await removeExpired(engine, collection, index, new Date());
    }
  }
  if (withRecords) await engine.writer.run(() => engine.sessions.removeOldRecords(Date.now()));
  await trimOplog(engine, oplogSize);
}

async function trimOplog({ oplog, writer }: Engine, size: number): Promise<void> {
  while (oplog.size > size && (await writer.run(() => oplog.trim(size))));
}

/** Removes what a TTL index says is over, as long as there is such an index. A record that a transaction holds is left for the next time. */
export async function removeExpired(engine: Engine, collection: Collection, index: Index, now: Date): Promise<number> {
  const field = index.fields[0]!;
  const limit = new Date(now.getTime() - index.spec.expireAfterSeconds! * 1000);
  const query = { filter: { [field]: { $lt: limit } }, hint: index.spec.name, limit: portion };
  let removed = 0;
  while (isThere(collection, index)) {
    // A look outside of the writer first: mostly nothing is due.
    const [due] = findAtOnce({ view: engine.current, collection }, { ...query, limit: 1 });
    if (!due) return removed;
    const count = await engine.writer.run(() => (isThere(collection, index) ? removePortion(engine, collection, query, field, limit) : 0));
    removed += count;
    // Where all that is due is held by transactions, there is nothing to do for now.
    if (count === 0) return removed;
  }
  return removed;
}

/** Others may have dropped or changed it since the sweep began. */
function isThere(collection: Collection, index: Index): boolean {
  return !collection.isDropped && collection.indexes.includes(index);
}

function removePortion(
  engine: Engine,
  collection: Collection,
  query: { filter: Document; hint: string; limit: number },
  field: string,
  limit: Date,
): number {
  let removed = 0;
  for (const { record, bytes } of [...findAtOnce({ view: engine.current, collection }, query)]) {
    if (!isExpired(bytes, field, limit)) continue;
    try {
      engine.writes.apply(collection, [{ record, before: bytes }]);
      removed++;
    } catch (error) {
      if (!(error instanceof Blocked)) throw error;
    }
  }
  return removed;
}

/** The earliest date in the field counts, as in MongoDB; the filter has found one that is due. */
function isExpired(bytes: Buffer, field: string, limit: Date): boolean {
  const root = field.split('.', 1)[0]!;
  const values = valuesAt(decodeFields(bytes, new Set([root])), field).flat();
  return values.some((value) => value instanceof Date && value < limit);
}
