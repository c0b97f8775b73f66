import { MongoServerError, type ClientSession, type Collection, type Document } from 'mongodb';
import type { Account, Operation, Result } from './model';

/** Carries out an operation with the driver. Errors that the server answers are results. */
export async function ask(
  accounts: Collection<Account>,
  operation: Operation,
  token: number,
  session: ClientSession | undefined,
): Promise<Result> {
  try {
    return await carryOut(accounts, operation, token, session);
  } catch (error) {
    if (error instanceof MongoServerError && error.code !== undefined) return { error: Number(error.code) };
    throw error;
  }
}

async function carryOut(
  accounts: Collection<Account>,
  operation: Operation,
  token: number,
  session: ClientSession | undefined,
): Promise<Result> {
  const options = session ? { session } : {};
  const written = updateOf(operation, token);
  switch (operation.kind) {
    case 'get':
      return listed([await accounts.findOne({ _id: operation.id }, options)]);
    case 'code':
      return listed([await accounts.findOne({ code: operation.code }, options)]);
    case 'ids':
      return listed(
        await accounts
          .find({ _id: between(operation) }, options)
          .sort({ _id: 1 })
          .toArray(),
      );
    case 'range':
      return listed(
        await accounts
          .find({ n: between(operation) }, options)
          .sort({ n: 1, _id: 1 })
          .toArray(),
      );
    case 'all':
      return listed((await accounts.find({}, options).toArray()).sort((a, b) => a._id - b._id));
    case 'codes':
      return { codes: (await accounts.distinct('code', {}, options)).map(String).sort() };
    case 'count':
      return { count: await accounts.countDocuments({ n: between(operation) }, options) };
    case 'total':
      return { count: await accounts.countDocuments({}, options) };
    case 'insert':
      return { count: Number((await accounts.insertOne(freshAccount(operation, token), options)).acknowledged) };
    case 'insertTwo':
      return {
        count: (
          await accounts.insertMany(
            operation.ids.map((_id) => ({ _id, n: operation.n, log: [token] })),
            options,
          )
        ).insertedCount,
      };
    case 'take':
      return listed([await accounts.findOneAndUpdate({ code: operation.code }, written, { ...options, returnDocument: 'after' })]);
    case 'remove':
      return listed([await accounts.findOneAndDelete({ _id: operation.id }, options)]);
    case 'removeMany':
      return { count: (await accounts.deleteMany({ n: between(operation) }, options)).deletedCount };
    case 'addMany':
      return { count: (await accounts.updateMany({ n: between(operation) }, written, options)).matchedCount };
    case 'replace':
      return { count: (await accounts.replaceOne({ _id: operation.id }, written as Account, options)).matchedCount };
    default: {
      const upsert = operation.kind === 'upsert';
      const { matchedCount, upsertedCount } = await accounts.updateOne({ _id: operation.id }, written, { ...options, upsert });
      return { count: matchedCount + upsertedCount };
    }
  }
}

/** The command of a write, as a driver sends it, for who wants to send it himself. */
export function commandOf(name: string, operation: Operation, token: number): Document {
  const written = updateOf(operation, token);
  switch (operation.kind) {
    case 'insert':
      return { insert: name, documents: [freshAccount(operation, token)] };
    case 'take':
      return { findAndModify: name, query: { code: operation.code }, update: written, new: true };
    case 'remove':
      return { findAndModify: name, query: { _id: operation.id }, remove: true };
    case 'add':
    case 'upsert':
    case 'move':
    case 'uncode':
    case 'replace':
      return { update: name, updates: [{ q: { _id: operation.id }, u: written, upsert: operation.kind === 'upsert' }] };
    default:
      throw new Error(`not sent as a command: ${operation.kind}`);
  }
}

/** The result that a reply to such a command states. */
export function resultOf(reply: Document): Result {
  if (reply['ok'] !== 1) return { error: Number(reply['code']) };
  const [failed] = (reply['writeErrors'] as { code: number }[] | undefined) ?? [];
  if (failed) return { error: failed.code };
  if ('value' in reply) return listed([reply['value'] as Account | null]);
  return { count: Number(reply['n']) };
}

function updateOf(operation: Operation, token: number): Document {
  switch (operation.kind) {
    case 'add':
    case 'addMany':
    case 'take':
    case 'upsert':
      return { $inc: { n: operation.by }, $push: { log: token } };
    case 'move':
      return { $set: { code: operation.code }, $push: { log: token } };
    case 'uncode':
      return { $unset: { code: 1 }, $push: { log: token } };
    case 'replace': {
      const { n, code, log } = freshAccount(operation, token);
      return { n, log, ...(code !== undefined && { code }) };
    }
    default:
      return {};
  }
}

function freshAccount({ id, n, code }: { id: number; n: number; code?: string }, token: number): Account {
  return { _id: id, n, ...(code !== undefined && { code }), log: [token] };
}

function between({ low, high }: { low: number; high: number }): { $gte: number; $lt: number } {
  return { $gte: low, $lt: high };
}

function listed(documents: readonly (Account | null)[]): Result {
  return { documents: documents.filter((account) => account !== null) };
}
