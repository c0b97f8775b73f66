import { randomBytes } from 'node:crypto';
import { Binary } from 'bson';
import { decode, encode, type Document } from '../bson/codec';
import { Index, listedSpec, type IndexSpec } from '../indexes/index-definition';
import { Marks } from './marks';
import { Collection, rangeOfId, recordOfKey } from './collection';
import type { Environment } from './environment';
import type { Oplog } from './oplog';

interface StoredIndex {
  readonly id: number;
  readonly spec: IndexSpec;
  readonly multikey: number;
  readonly cut: boolean;
}

const nextIdKey = Buffer.from('next-id');

/** Which databases, collections and indexes there are. Lives in memory, follows every change into `meta`; changes only inside a write. */
export class Catalog {
  private readonly byNamespace = new Map<string, Collection>();
  /** Names that recent commits have taken from a collection, or given to another. */
  private readonly moved = new Marks<string>();
  private nextId = 1;

  constructor(
    private readonly environment: Environment,
    private readonly oplog: Oplog,
    /** The number of the commit that is being written. */
    private readonly commit: () => number = () => 0,
  ) {
    this.load();
  }

  find(database: string, name: string): Collection | undefined {
    return this.byNamespace.get(`${database}.${name}`);
  }

  /** Whether a snapshot of this commit has another collection by that name, or none. */
  movedAfter(namespace: string, commit: number): boolean {
    return this.moved.changedAfter(namespace, commit);
  }

  /** Forgets the marks of this commit and of those before. */
  forgetMarks(commit: number): void {
    this.moved.forget(commit);
    for (const { marks, keyMarks } of this.byNamespace.values()) {
      if (marks.size > 0) marks.forget(commit);
      if (keyMarks.size > 0) keyMarks.forget(commit);
    }
  }

  all(): Collection[] {
    return [...this.byNamespace.values()];
  }

  inDatabase(database: string): Collection[] {
    return this.all()
      .filter((collection) => collection.database === database)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  databases(): string[] {
    return [...new Set(this.all().map(({ database }) => database))].sort();
  }

  create(database: string, name: string, options: Document = {}): Collection {
    const collection = this.draft(database, name, options);
    this.adopt(collection);
    return collection;
  }

  /** Makes a collection that nobody else knows of, as a transaction does; outside of a write, too. */
  draft(database: string, name: string, options: Document = {}): Collection {
    const collection = new Collection(this.nextId++, database, name, options, randomBytes(16));
    collection.size = 0;
    const collation = collection.collation?.document;
    this.draftIndex(collection, { name: '_id_', key: { _id: 1 }, ...(collation && { collation }) });
    return collection;
  }

  /** Adds an index that has no keys yet to such a collection. */
  draftIndex(collection: Collection, spec: IndexSpec): void {
    collection.indexes = [...collection.indexes, new Index(this.nextId++, spec)];
  }

  /** Makes such a collection one for all. Its name must be free. */
  adopt(collection: Collection): void {
    const { database, options, primary, indexes } = collection;
    this.byNamespace.set(collection.namespace, collection);
    this.saveNextId();
    this.save(collection);
    this.oplog.tellCatalog({ type: 'create', database, collection, operation: { ...options, idIndex: listedSpec(primary.spec) } });
    for (const { isPrimary, spec } of indexes) {
      if (!isPrimary) this.oplog.tellCatalog({ type: 'createIndexes', database, collection, operation: { indexes: [listedSpec(spec)] } });
    }
  }

  /** Adds an index that has no keys yet; to be told by whoever fills it. */
  addIndex(collection: Collection, spec: IndexSpec, since: number): Index {
    const index = new Index(this.nextId++, spec, 0, false, since);
    collection.indexes = [...collection.indexes, index];
    this.saveNextId();
    this.save(collection);
    return index;
  }

  /** Changes an index's options (collMod); its keys stay. */
  replaceSpec(collection: Collection, index: Index, spec: IndexSpec): void {
    const changed = new Index(index.id, spec, index.multikey, index.hasCutKeys, index.since);
    collection.indexes = collection.indexes.map((other) => (other === index ? changed : other));
    this.save(collection);
  }

  /** Changes what a collection was made with (collMod); its collation is for ever. */
  replaceOptions(collection: Collection, options: Document): void {
    collection.options = options;
    this.save(collection);
  }

  dropIndex(collection: Collection, index: Index): void {
    this.forgetIndex(collection, index);
    const operation = { indexes: [listedSpec(index.spec)] };
    this.oplog.tellCatalog({ type: 'dropIndexes', database: collection.database, collection, operation });
  }

  /** Takes an index away as if it had never been there. */
  forgetIndex(collection: Collection, index: Index): void {
    collection.indexes = collection.indexes.filter((other) => other !== index);
    this.removeRange(this.environment.keys, index.id);
    this.save(collection);
  }

  drop(collection: Collection): void {
    this.forget(collection);
    this.oplog.tellCatalog({ type: 'drop', database: collection.database, collection });
  }

  dropDatabase(database: string): Collection[] {
    const collections = this.inDatabase(database);
    for (const collection of collections) this.drop(collection);
    if (collections.length > 0) this.oplog.tellCatalog({ type: 'dropDatabase', database });
    return collections;
  }

  /** Renames a collection, over another one if there is one of that name. */
  rename(collection: Collection, name: string): void {
    const { database, name: oldName } = collection;
    const target = this.find(database, name);
    if (target) this.forget(target);
    this.moved.set(collection.namespace, this.commit());
    this.byNamespace.delete(collection.namespace);
    collection.name = name;
    this.moved.set(collection.namespace, this.commit());
    this.byNamespace.set(collection.namespace, collection);
    this.save(collection);
    const operation = { to: { db: database, coll: name }, dropTarget: target && new Binary(target.uuid, 4) };
    this.oplog.tellCatalog({ type: 'rename', database, collection, name: oldName, operation });
  }

  save(collection: Collection): void {
    const indexes = collection.indexes.map(({ id, spec, multikey, hasCutKeys }) => ({ id, spec, multikey, cut: hasCutKeys }));
    const { id, database, name, options, uuid } = collection;
    const entry = encode({ id, database, name, options, uuid: new Binary(uuid, 4), indexes });
    this.environment.meta.putSync(collectionKey(collection), Buffer.from(entry));
    for (const index of collection.indexes) index.stored = { multikey: index.multikey, cut: index.hasCutKeys };
  }

  private forget(collection: Collection): void {
    collection.isDropped = true;
    this.moved.set(collection.namespace, this.commit());
    this.byNamespace.delete(collection.namespace);
    this.environment.meta.removeSync(collectionKey(collection));
    this.removeRange(this.environment.data, collection.id);
    for (const index of collection.indexes) this.removeRange(this.environment.keys, index.id);
  }

  private saveNextId(): void {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(this.nextId);
    this.environment.meta.putSync(nextIdKey, bytes);
  }

  private removeRange(space: Environment['data'], id: number): void {
    for (const { key } of this.environment.range(space, { ...rangeOfId(id), withValues: false })) space.removeSync(key);
  }

  private load(): void {
    this.nextId = this.environment.meta.getBinary(nextIdKey)?.readUInt32BE() ?? 1;
    const entries = this.environment.range(this.environment.meta, {
      start: Buffer.from('coll:'),
      end: Buffer.from('coll;'),
      withValues: true,
    });
    for (const { value } of entries) {
      const collection = this.restore(decode(value));
      this.byNamespace.set(collection.namespace, collection);
    }
  }

  private restore(stored: Document): Collection {
    const { id, database, name, options, uuid } = stored as { id: number; database: string; name: string; options: Document; uuid: Binary };
    const collection = new Collection(id, database, name, options, Buffer.from(uuid.value()));
    collection.indexes = (stored['indexes'] as StoredIndex[]).map((index) => new Index(index.id, index.spec, index.multikey, index.cut));
    for (const index of collection.indexes) index.stored = { multikey: index.multikey, cut: index.hasCutKeys };
    const [last] = this.environment.range(this.environment.data, { ...rangeOfId(id), reverse: true, withValues: false });
    if (last) collection.startRecordsAfter(recordOfKey(last.key));
    return collection;
  }
}

function collectionKey(collection: Collection): Buffer {
  return Buffer.from(`coll:${String(collection.id).padStart(10, '0')}`);
}
