// Lets Mongoose itself work on the database in memory, by its own door for other drivers (`mongoose.setDriver`): everything above the driver's collections
// is the real thing. Each call is a step of the process that the connection belongs to, and happens when the schedule says so.
import { Types, mongooseParts } from './product.mjs';
import { unknownCommit, writeConflict } from './database.mjs';

const { Connection: AbstractConnection, Collection: AbstractCollection } = mongooseParts;

/** The driver for a world: `world.call(process, label, effect, transaction)` decides when an effect happens, and whether its answer arrives. */
export function driverFor(world) {
  class Connection extends AbstractConnection {
    async createClient() {
      this.process = world.booting;
      const command = async () => ({ ok: 1, setName: 'memory' });
      this.db = { command, admin: () => ({ command }) };
      this.client = { startSession: () => new Session(world, this.process), on: () => undefined, close: async () => undefined };
      this.onOpen();
      return this;
    }

    async doClose() {}
  }

  class Collection extends AbstractCollection {
    onOpen() {
      this.buffer = false;
    }

    _shouldBufferCommands() {
      return false;
    }

    async createIndex(fields, options) {
      world.database.createIndex(this.name, fields, options);
    }

    findOne(filter, options = {}) {
      return this.read(
        'findOne',
        options,
        (db, transaction) => db.find(this.name, plain(filter), { ...options, limit: 1 }, transaction)[0] ?? null,
      );
    }

    find(filter, options = {}) {
      return new Cursor(() => this.read('find', options, (db, transaction) => db.find(this.name, plain(filter), options, transaction)));
    }

    aggregate(pipeline, options = {}) {
      return new Cursor(() => this.read('aggregate', options, (db, transaction) => db.aggregate(this.name, plain(pipeline), transaction)));
    }

    countDocuments(filter, options = {}) {
      return this.read('count', options, (db, transaction) => db.find(this.name, plain(filter), {}, transaction).length);
    }

    distinct(path, filter = {}, options = {}) {
      return this.read('distinct', options, (db, transaction) => db.distinct(this.name, path, plain(filter), transaction));
    }

    insertOne(document, options = {}) {
      const row = withId(document, options);
      return this.write('insert', options, (db, transaction) => {
        db.insert(this.name, row, transaction);
        return { acknowledged: true, insertedId: row._id };
      });
    }

    insertMany(documents, options = {}) {
      const rows = documents.map((document) => withId(document, options));
      return this.write('insert', options, (db, transaction) => {
        for (const row of rows) db.insert(this.name, row, transaction);
        return { acknowledged: true, insertedCount: rows.length };
      });
    }

    updateOne(filter, update, options = {}) {
      return this.change(filter, update, options, false);
    }

    updateMany(filter, update, options = {}) {
      return this.change(filter, update, options, true);
    }

    replaceOne(filter, document, options = {}) {
      return this.change(filter, document, options, false);
    }

    findOneAndUpdate(filter, update, options = {}) {
      refuseUpsert(options);
      const { sort, returnDocument, returnOriginal } = options;
      return this.write('findAndModify', options, (db, transaction) => {
        const [row] = db.update(this.name, plain(filter), plain(update), { sort }, transaction);
        if (!row) return null;
        return returnDocument === 'after' || returnOriginal === false ? row.after : row.before;
      });
    }

    deleteOne(filter, options = {}) {
      return this.write('delete', options, (db, transaction) => ({ deletedCount: db.delete(this.name, plain(filter), transaction) }));
    }

    bulkWrite(operations, options = {}) {
      const work = operations.map((operation) => plain(operation));
      return this.write('bulkWrite', options, (db, transaction) => {
        const result = { insertedCount: 0, matchedCount: 0, modifiedCount: 0 };
        for (const { insertOne, updateOne } of work) {
          if (insertOne) {
            db.insert(this.name, withId(insertOne.document, options), transaction);
            result.insertedCount += 1;
          } else {
            const rows = db.update(this.name, updateOne.filter, updateOne.update, {}, transaction);
            result.matchedCount += rows.length;
            result.modifiedCount += rows.filter(({ changed }) => changed).length;
          }
        }
        return result;
      });
    }

    change(filter, update, options, many) {
      refuseUpsert(options);
      const [where, how] = [plain(filter), plain(update)];
      return this.write('update', options, (db, transaction) => {
        const rows = db.update(this.name, where, how, { many }, transaction);
        const modifiedCount = rows.filter(({ changed }) => changed).length;
        return { acknowledged: true, matchedCount: rows.length, modifiedCount, upsertedCount: 0, upsertedId: null };
      });
    }

    read(name, { session }, effect) {
      return this.step(name, session, effect);
    }

    write(name, { session }, effect) {
      return this.step(name, session, effect);
    }

    step(name, session, effect) {
      const transaction = session?.transaction;
      return world.call(this.conn.process, `${name} ${this.name}`, () => effect(world.database, transaction), {
        database: true,
        conflict: transaction && (() => world.database.failing(transaction, writeConflict())),
      });
    }
  }

  return { Connection, Collection, BulkWriteResult: class {}, plugins: [] };
}

class Session {
  constructor(world, process) {
    this.world = world;
    this.process = process;
    this.id = { id: process.name };
    this.hasEnded = false;
  }

  startTransaction() {
    this.transaction = this.world.beginFor(this.process);
  }

  inTransaction() {
    return this.transaction !== undefined && !this.done;
  }

  async commitTransaction() {
    const { transaction, world } = this;
    this.done = true;
    if (transaction.snapshot === undefined) return this.forget();
    await world.call(this.process, 'commit', () => world.database.commit(transaction), { database: true, lost: unknownCommit });
    this.forget();
  }

  async abortTransaction() {
    const { transaction, world } = this;
    this.done = true;
    await world.call(this.process, 'abort', () => world.database.abort(transaction), { database: true });
    this.forget();
  }

  async endSession() {
    this.hasEnded = true;
  }

  forget() {
    this.process.transactions.delete(this.transaction);
  }
}

/** Reads all at once; the shop's cursors never see a collection change under them that matters. */
class Cursor {
  constructor(read) {
    this.read = read;
  }

  toArray() {
    return this.read();
  }

  async next() {
    this.rows ??= await this.read();
    return this.rows[(this.place = (this.place ?? -1) + 1)] ?? null;
  }

  async close() {}

  async *[Symbol.asyncIterator]() {
    yield* await this.read();
  }
}

function refuseUpsert({ upsert }) {
  if (upsert) throw new Error('The database in memory does not upsert.');
}

function withId(document, { ignoreUndefined }) {
  const row = plain(document, ignoreUndefined);
  return row._id === undefined ? { _id: new Types.ObjectId(), ...row } : row;
}

/** What BSON would make of a value: plain objects, with `undefined` left out or turned into null. */
function plain(value, ignoreUndefined = false) {
  if (value === null || typeof value !== 'object') return value === undefined ? null : value;
  if (value instanceof Date || value instanceof Types.ObjectId) return value;
  if (Array.isArray(value)) return Array.from(value, (item) => plain(item, ignoreUndefined));
  if (typeof value.toBSON === 'function') return plain(value.toBSON(), ignoreUndefined);
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null)
    throw new Error(`The database in memory does not know ${prototype.constructor?.name}.`);
  const copy = {};
  for (const key of Object.keys(value)) if (value[key] !== undefined || !ignoreUndefined) copy[key] = plain(value[key], ignoreUndefined);
  return copy;
}
