import { isDocument, type Document } from '../bson/document';
import { typeName } from '../bson/types';
import { parseCollation, type Collation } from '../values/collation';
import { fail, failAt } from '../errors';
import type { Engine } from '../engine';
import type { Deadline } from '../execution/deadline';
import type { Operation } from '../execution/operations';
import type { Turn } from '../execution/turn';
import type { Request } from '../protocol/messages';
import type { Reply } from '../protocol/reply';
import type { Collection } from '../storage/collection';
import type { View } from '../storage/view';
import type { ReadConcern, ReadConcernLevel } from './read-concern';
import type { Session } from '../transactions/session';
import type { Transaction } from '../transactions/transaction';

/** A running command: what was asked, by whom, and what it may see. */
export interface CommandContext {
  readonly engine: Engine;
  readonly request: Request;
  readonly body: Document;
  readonly database: string;
  readonly session: Session | undefined;
  readonly transaction: Transaction | undefined;
  /** The transaction's view, or the current data. */
  readonly view: View;
  readonly readConcern: ReadConcern;
  readonly deadline: Deadline;
  readonly turn: Turn;
  readonly operation: Operation;
  readonly now: Date;
  readonly connection: ConnectionState;
}

/** What a connection keeps between its commands. */
export interface ConnectionState {
  readonly id: number;
  appName?: string;
  /** Aborted when the connection is closed: nobody is left to wait for an answer. */
  readonly gone?: AbortSignal;
}

/** A command as the dispatch table lists it. */
export interface Command {
  /** The options it understands, besides the generic ones. Any other is refused with 40415. */
  readonly options: readonly string[];
  /** Options that are refused when they ask for something: silence would be a wrong result. */
  readonly refused?: readonly string[];
  /** May run in a multi-document transaction. */
  readonly inTransaction?: boolean;
  /** The levels of read concern that it takes, besides `local`. */
  readonly takesReadConcern?: readonly ReadConcernLevel[];
  /** Changes something, and so may be told how well it is to be kept. */
  readonly takesWriteConcern?: boolean | ((body: Document) => boolean);
  /** Is carried out once, however often a driver sends it. */
  readonly retryable?: boolean;
  run(context: CommandContext): Reply | Promise<Reply>;
}

export type CommandTable = Readonly<Record<string, Command>>;

/** The collection name that is the command's own value. Errors: 73. */
export function collectionName({ body, request }: CommandContext, value: unknown = body[request.name]): string {
  if (typeof value !== 'string') throw fail('BadValue', `collection name has invalid type ${typeof value}`);
  checkNamespace(request.database, value);
  return value;
}

export function checkNamespace(database: string, name: string): void {
  if (name === '' || name.includes('\0') || name.startsWith('.'))
    throw fail('InvalidNamespace', `Invalid namespace specified '${database}.${name}'`);
  if (database === '' || /[\s."$*<>:|?\\/\0]/.test(database)) throw fail('InvalidNamespace', `Invalid database name: '${database}'`);
}

/** The collection of that name: the transaction's own, or everybody's. Whether the command may see it is left open. */
export function knownCollection({ engine, database, transaction }: CommandContext, name: string): Collection | undefined {
  return transaction?.draft(`${database}.${name}`) ?? engine.catalog.find(database, name);
}

/** Errors: 246 when the name means something else than it did at the moment that the command sees, or for a snapshot of a capped collection. */
export function findCollection(context: CommandContext, name = collectionName(context)): Collection | undefined {
  const { engine, database, view, transaction } = context;
  const draft = transaction?.draft(`${database}.${name}`);
  if (draft) return draft;
  if (view.sequence !== undefined && engine.catalog.movedAfter(`${database}.${name}`, view.sequence))
    throw fail(
      'SnapshotUnavailable',
      'Unable to read from a snapshot due to pending collection catalog changes; please retry the operation.',
    );
  const collection = engine.catalog.find(database, name);
  if (collection?.cap && context.readConcern.level === 'snapshot')
    throw fail('SnapshotUnavailable', 'Reading from capped collections with readConcern snapshot is not supported');
  return collection;
}

/** Reads a number option. Errors: 14 for another type, 2 for a negative one. */
export function countOption(body: Document, name: string): number | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  const number = toNumber(value);
  if (number === undefined) throw fail('TypeMismatch', `BSON field '${name}' is the wrong type, expected a number`);
  if (number < 0) throw failAt(51024, `BSON field '${name}' value must be >= 0, actual value '${number}'`);
  return Math.trunc(number);
}

export function toNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  const tag = (value as { _bsontype?: string } | null)?._bsontype;
  if (tag === 'Double' || tag === 'Int32' || tag === 'Long' || tag === 'Decimal128') return Number(String(value));
  return undefined;
}

export function isTrue(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false && toNumber(value) !== 0;
}

/** Reads an option that must be a document. Errors: 14. */
export function documentOption(body: Document, name: string): Document | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (!isDocument(value)) {
    throw fail('TypeMismatch', `BSON field '${name}' is the wrong type '${typeName(value)}', expected type 'object'`);
  }
  return value;
}

export function collationOption(body: Document, collection: Collection | undefined): Collation | undefined {
  const stated = documentOption(body, 'collation');
  return stated && Object.keys(stated).length > 0 ? parseCollation(stated) : collection?.collation;
}

/** A hint is a name or a key pattern; `{}` means none. */
export function hintOption(body: Document): unknown {
  const { hint } = body;
  if (typeof hint === 'object' && hint !== null && Object.keys(hint).length === 0) return undefined;
  return hint ?? undefined;
}

/** The batch size of a command whose cursor is described by its `cursor` option. */
export function batchSizeOf({ body }: CommandContext): number | undefined {
  return countOption(documentOption(body, 'cursor') ?? {}, 'batchSize');
}
