import { decode } from '../../src/bson/codec';
import type { Index } from '../../src/indexes/index-definition';
import { keysOf } from '../../src/indexes/key-generator';
import { Catalog } from '../../src/storage/catalog';
import { Clock } from '../../src/storage/clock';
import { recordBytes, recordOfKey, type Collection } from '../../src/storage/collection';
import { withRecord } from '../../src/storage/direct-writes';
import { Environment } from '../../src/storage/environment';
import { Oplog } from '../../src/storage/oplog';
import { checkOplog } from './check-oplog';
import { Violation } from './observe';
import type { Writer } from './writer';

const everything = { start: Buffer.from([0]), end: Buffer.alloc(64, 0xff), withValues: true };

/**
 * Looks at a data folder that no server has open: every document belongs to a collection, and the stored index keys are exactly those that
 * the documents make; the oplog tells what is there, and what these writers did. Errors: `Violation`.
 */
export async function inspectFolder(
  path: string,
  writers: readonly Writer[],
): Promise<{ documents: number; keys: number; events: number }> {
  const environment = new Environment(path, { durable: true });
  try {
    const oplog = new Oplog(environment, new Clock());
    const catalog = new Catalog(environment, oplog);
    checkNames(catalog);
    const { expected, documents } = expectedKeys(environment, catalog);
    const keys = compareKeys(environment, expected);
    return { documents, keys, events: checkOplog({ environment, catalog, oplog }, writers) };
  } finally {
    await environment.close();
  }
}

function checkNames(catalog: Catalog): void {
  const ids = catalog.all().flatMap((collection) => [collection.id, ...collection.indexes.map(({ id }) => id)]);
  if (new Set(ids).size !== ids.length) throw new Violation('the catalogue gives an id twice');
}

/** The keys that the documents make, by stored form, with the value behind them. */
function expectedKeys(environment: Environment, catalog: Catalog): { expected: Map<string, Buffer>; documents: number } {
  const collections = new Map(catalog.all().map((collection) => [collection.id, collection]));
  const expected = new Map<string, Buffer>();
  let documents = 0;
  for (const { key, value } of environment.range(environment.data, everything)) {
    const collection = collections.get(key.readUInt32BE(0));
    if (!collection) throw new Violation(`a document of collection ${key.readUInt32BE(0)} is left, which is not in the catalogue`);
    documents++;
    for (const index of collection.indexes) addKeys(expected, { collection, index, record: recordOfKey(key) }, value);
  }
  return { expected, documents };
}

function addKeys(
  expected: Map<string, Buffer>,
  { collection, index, record }: { collection: Collection; index: Index; record: number },
  document: Buffer,
): void {
  const { keys, multikey, cut } = keysOf(index, decode(document));
  const where = `${collection.namespace}, index ${index.spec.name}`;
  if ((index.multikey | multikey) !== index.multikey || (cut && !index.hasCutKeys)) throw new Violation(`${where} does not know its keys`);
  for (const key of keys) {
    const stored = (index.unique ? key : withRecord(key, record)).toString('latin1');
    if (expected.has(stored)) throw new Violation(`${where} is unique, and two documents have the same key`);
    expected.set(stored, index.unique ? recordBytes(record) : Buffer.alloc(0));
  }
}

function compareKeys(environment: Environment, expected: Map<string, Buffer>): number {
  let count = 0;
  for (const { key, value } of environment.range(environment.keys, everything)) {
    const wanted = expected.get(key.toString('latin1'));
    if (!wanted?.equals(value)) throw new Violation(`index ${key.readUInt32BE(0)} has a key that no document makes`);
    count++;
  }
  if (count < expected.size) throw new Violation(`${expected.size - count} index keys are missing`);
  return count;
}
