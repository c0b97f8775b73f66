import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode, type Document } from '../src/bson/codec';
import { Engine } from '../src/engine';
import type { Collection } from '../src/storage/collection';
import type { ChangeSink } from '../src/storage/direct-writes';

/** An engine on a folder of its own, without a server, for all tests of a file; open from the first of them on. */
export class OpenedEngine {
  engine!: Engine;
}

export function openedEngine(): OpenedEngine {
  const opened = new OpenedEngine();
  const folder = mkdtempSync(join(tmpdir(), 'embedded-engine-'));
  beforeAll(() => {
    opened.engine = new Engine(folder, { durable: false });
  });
  afterAll(async () => {
    await opened.engine.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return opened;
}

/** Puts a new document where changes go: the store, or a transaction. */
export function insertInto(sink: ChangeSink, collection: Collection, id: number, fields: Document): void {
  sink.apply(collection, [{ record: collection.nextRecord(), after: Buffer.from(encode({ _id: id, ...fields })) }]);
}
