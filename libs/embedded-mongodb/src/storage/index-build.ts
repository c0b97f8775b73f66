import { decode, decodeFields } from '../bson/codec';
import { listedSpec, type IndexSpec } from '../indexes/index-definition';
import { keysOf } from '../indexes/key-generator';
import type { Catalog } from './catalog';
import { recordBytes, recordOfKey, type Collection } from './collection';
import { withRecord } from './direct-writes';
import { duplicateKey } from './duplicate-key';
import type { Environment } from './environment';
import type { Oplog } from './oplog';
import type { CurrentView } from './view';
import type { Writer } from './writer';

/** What of an engine keeps documents. */
interface Storage {
  readonly environment: Environment;
  readonly catalog: Catalog;
  readonly current: CurrentView;
  readonly writer: Writer;
  readonly oplog: Oplog;
}

const empty = Buffer.alloc(0);

/** Adds an index and fills it from the documents there are; to be called inside a write. Errors: 11000, 171, and then nothing is added. */
export function buildIndex({ environment, catalog, current, writer, oplog }: Storage, collection: Collection, spec: IndexSpec): void {
  const index = catalog.addIndex(collection, spec, writer.current);
  try {
    for (const { record, bytes } of current.records(collection, false)) {
      const { keys, multikey, cut } = keysOf(index, index.roots ? decodeFields(bytes, index.roots) : decode(bytes));
      index.multikey |= multikey;
      index.hasCutKeys ||= cut;
      for (const key of keys) {
        if (!index.unique) {
          environment.keys.putSync(withRecord(key, record), empty);
          continue;
        }
        const taken = environment.keys.getBinary(key);
        if (taken && recordOfKey(taken) !== record) throw duplicateKey(collection, index, key, decode(bytes));
        environment.keys.putSync(key, recordBytes(record));
      }
    }
  } catch (error) {
    catalog.forgetIndex(collection, index);
    throw error;
  }
  if (index.multikey !== 0 || index.hasCutKeys) catalog.save(collection);
  const operation = { indexes: [listedSpec(spec)] };
  oplog.tellCatalog({ type: 'createIndexes', database: collection.database, collection, operation });
}
