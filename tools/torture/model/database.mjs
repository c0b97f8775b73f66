// A MongoDB in memory, as far as the stores of the shop use one: collections with unique indexes, conditional writes, and transactions over a snapshot whose writes
// conflict as WiredTiger's do. Filters, updates and pipelines are those of the embedded MongoDB, and what neither knows throws. There is no TTL.
import { mongo } from './product.mjs';
import { compileFilter, compilePipeline, compileProjection, compileSort, compileUpdate } from './product.mjs';

/** Thrown by a write outside of transactions to a record that an open transaction has written: it has to wait until that one ends. */
export class MustWait extends Error {
  constructor(owner) {
    super('waits for a transaction');
    this.owner = owner;
  }
}

class Collection {
  records = new Map();
  indexes = [];
  constructor(name) {
    this.name = name;
  }
}

export class Database {
  collections = new Map();
  /** Grows with each commit. */
  now = 0;
  /** Is told each document as it is committed. */
  onCommit = () => undefined;

  collection(name) {
    if (!this.collections.has(name)) this.collections.set(name, new Collection(name));
    return this.collections.get(name);
  }

  /** All committed documents: what an observer would see now. */
  all(name) {
    return [...this.collection(name).records.values()].map(committed).filter(Boolean);
  }

  /** The committed documents of all collections, to be put back by {@link restore}. */
  image() {
    return [...this.collections.keys()].map((name) => [name, this.all(name)]);
  }

  restore(image) {
    this.now = 1;
    for (const { records } of this.collections.values()) records.clear();
    for (const [name, documents] of image) for (const document of documents) this.put(this.collection(name), document);
  }

  begin() {
    return { state: 'open', snapshot: undefined, writes: new Map() };
  }

  commit(transaction) {
    if (transaction.state === 'committed') return;
    if (transaction.state !== 'open') throw noSuchTransaction();
    this.now += 1;
    for (const [record, document] of transaction.writes) this.settle(record, document);
    transaction.state = 'committed';
  }

  abort(transaction) {
    if (transaction.state !== 'open') return;
    for (const record of transaction.writes.keys()) this.release(record);
    transaction.state = 'aborted';
  }

  createIndex(name, fields, { unique = false, partialFilterExpression } = {}) {
    const { indexes } = this.collection(name);
    const paths = Object.keys(fields);
    const known = indexes.some((index) => index.paths.join() === paths.join() && index.unique === unique);
    if (known || !unique) return;
    const covers = partialFilterExpression ? compileFilter(partialFilterExpression) : () => true;
    indexes.push({ paths, unique, covers, keys: new WeakMap() });
  }

  find(name, filter, { sort, skip = 0, limit, projection } = {}, transaction) {
    const found = this.matching(name, filter, transaction).map(([, document]) => document);
    if (sort && Object.keys(sort).length > 0) found.sort(compileSort(sort));
    const slice = found.slice(skip, limit ? skip + limit : undefined);
    return projection ? slice.map(compileProjection(projection)) : slice;
  }

  aggregate(name, pipeline, transaction) {
    const documents = this.matching(name, {}, transaction).map(([, document]) => document);
    const collection = (other) => this.matching(other, {}, transaction).map(([, document]) => document);
    return [...compilePipeline(pipeline, { collection, now: new Date() }).run(documents)];
  }

  distinct(name, path, filter, transaction) {
    const rows = this.aggregate(
      name,
      [{ $match: filter }, { $unwind: `$${path.split('.')[0]}` }, { $group: { _id: `$${path}` } }],
      transaction,
    );
    return rows.map(({ _id }) => _id);
  }

  insert(name, document, transaction) {
    const collection = this.collection(name);
    const existing = collection.records.get(keyOf(document._id));
    if (existing && this.seen(existing, transaction)) throw this.failing(transaction, duplicate(name, { _id: 1 }));
    const record = existing ?? { collection, versions: [], owner: undefined };
    this.write(record, document, transaction);
    collection.records.set(keyOf(document._id), record);
  }

  /** Updates or replaces the first match, or all of them. Answers the matched, before and after. */
  update(name, filter, change, { sort, many = false } = {}, transaction) {
    let found = this.matching(name, filter, transaction);
    if (sort) {
      const order = compileSort(sort);
      found.sort(([, a], [, b]) => order(a, b));
    }
    if (!many) found = found.slice(0, 1);
    const update = compileUpdate(change);
    return found.map(([record, before]) => {
      const applied = update.apply(before, filter, new Date());
      if (applied.changed) this.write(record, applied.document, transaction);
      return { before, after: applied.document, changed: applied.changed };
    });
  }

  delete(name, filter, transaction) {
    const found = this.matching(name, filter, transaction).slice(0, 1);
    for (const [record] of found) this.write(record, null, transaction);
    return found.length;
  }

  /** The records that match, with the documents that the transaction (or anybody, without one) sees. */
  matching(name, filter, transaction) {
    if (transaction) {
      if (transaction.state !== 'open') throw noSuchTransaction();
      transaction.snapshot ??= this.now;
    }
    const { records } = this.collection(name);
    const matches = compileFilter(filter);
    const id = filter._id;
    const direct = id !== undefined && (typeof id === 'string' || id._bsontype === 'ObjectId');
    const candidates = direct ? [records.get(keyOf(id))].filter(Boolean) : records.values();
    const found = [];
    for (const record of candidates) {
      const document = this.seen(record, transaction);
      if (document && matches(document)) found.push([record, document]);
    }
    return found;
  }

  seen(record, transaction) {
    if (!transaction) return committed(record);
    if (transaction.writes.has(record)) return transaction.writes.get(record);
    transaction.snapshot ??= this.now;
    for (let index = record.versions.length - 1; index >= 0; index -= 1)
      if (record.versions[index].at <= transaction.snapshot) return record.versions[index].document;
    return null;
  }

  write(record, document, transaction) {
    if (transaction) {
      if (transaction.state !== 'open') throw noSuchTransaction();
      transaction.snapshot ??= this.now;
    }
    if (record.owner && record.owner !== transaction) {
      if (!transaction) throw new MustWait(record.owner);
      throw this.failing(transaction, writeConflict());
    }
    const latest = record.versions.at(-1);
    if (transaction && latest && latest.at > transaction.snapshot) throw this.failing(transaction, writeConflict());
    if (document) this.checkUnique(record, document, transaction);
    if (transaction) {
      record.owner = transaction;
      transaction.writes.set(record, freeze(document));
    } else {
      this.now += 1;
      this.settle(record, freeze(document));
    }
  }

  checkUnique(record, document, transaction) {
    for (const index of record.collection.indexes) {
      const key = indexKey(index, document);
      if (key === undefined) continue;
      for (const other of record.collection.records.values()) {
        if (other === record) continue;
        const own = transaction?.writes.get(other);
        const theirs = committed(other);
        const pending = other.owner && other.owner !== transaction ? other.owner.writes.get(other) : undefined;
        if (pending && indexKey(index, pending) === key) {
          if (!transaction) throw new MustWait(other.owner);
          throw this.failing(transaction, writeConflict());
        }
        const current = transaction?.writes.has(other) ? own : theirs;
        if (!current || indexKey(index, current) !== key) continue;
        const unseen = transaction && current === theirs && other.versions.at(-1).at > transaction.snapshot;
        throw this.failing(transaction, unseen ? writeConflict() : duplicate(record.collection.name, keyPattern(index)));
      }
    }
  }

  /** A statement that fails in a transaction ends it, as with the real one. */
  failing(transaction, error) {
    if (transaction) this.abort(transaction);
    return error;
  }

  put(collection, document) {
    const record = { collection, versions: [{ at: 1, document: freeze(document) }], owner: undefined };
    collection.records.set(keyOf(document._id), record);
  }

  settle(record, document) {
    record.owner = undefined;
    const before = committed(record);
    record.versions.push({ at: this.now, document });
    this.onCommit(record.collection.name, document, before);
  }

  release(record) {
    record.owner = undefined;
    if (record.versions.length === 0)
      for (const [key, other] of record.collection.records) if (other === record) record.collection.records.delete(key);
  }
}

function committed({ versions }) {
  return versions.length > 0 ? versions[versions.length - 1].document : null;
}

function keyOf(id) {
  return typeof id === 'string' ? id : id.toHexString();
}

function keyPattern({ paths }) {
  return Object.fromEntries(paths.map((path) => [path, 1]));
}

/** Undefined where the index does not hold the document. */
function indexKey(index, document) {
  let key = index.keys.get(document);
  if (key === undefined) {
    key = index.covers(document) ? JSON.stringify(index.paths.map((path) => document[path] ?? null)) : null;
    index.keys.set(document, key);
  }
  return key ?? undefined;
}

/** Whoever is given a document cannot change what is stored. */
function freeze(value) {
  if (value === null || typeof value !== 'object' || Object.isFrozen(value)) return value;
  if (!Array.isArray(value) && Object.getPrototypeOf(value) !== Object.prototype) return value;
  for (const key of Object.keys(value)) freeze(value[key]);
  return Object.freeze(value);
}

function serverError(code, codeName, message, more = {}) {
  return new mongo.MongoServerError({ ok: 0, code, codeName, message, errmsg: message, ...more });
}

function duplicate(name, pattern) {
  return serverError(11000, 'DuplicateKey', `E11000 duplicate key error collection: ${name} ${JSON.stringify(pattern)}`, {
    keyPattern: pattern,
    keyValue: {},
  });
}

export function writeConflict() {
  return serverError(112, 'WriteConflict', 'Write conflict', { errorLabels: ['TransientTransactionError'] });
}

function noSuchTransaction() {
  return serverError(251, 'NoSuchTransaction', 'The transaction has ended', { errorLabels: ['TransientTransactionError'] });
}

/** A commit whose answer was lost. */
export function unknownCommit() {
  return serverError(64, 'WriteConcernFailed', 'The answer to the commit was lost', { errorLabels: ['UnknownTransactionCommitResult'] });
}
