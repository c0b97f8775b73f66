import { encode, type Document } from '../bson/codec';
import { fail, failAt, isInterruption, MongoError } from '../errors';
import { ConnectionDropped } from '../fail-points';
import type { Deadline } from '../execution/deadline';
import type { Work } from '../execution/find-documents';
import { Blocked, type ChangeSink } from '../storage/direct-writes';
import type { Collection } from '../storage/collection';
import type { View } from '../storage/view';
import { checkNamespace, findCollection, isTrue, knownCollection, type CommandContext } from './command';
import { losesTransaction } from './error-labels';
import { ValidatingSink } from './validation';

/** Where one statement reads and writes. */
export interface StatementPlace {
  readonly view: View;
  readonly sink: ChangeSink;
  readonly collection: Collection;
  readonly work: Work;
  readonly deadline: Deadline;
}

/** The outcome of one statement, as a retry of it is answered too. */
export interface StatementOutcome {
  readonly n: number;
  readonly nModified?: number;
  readonly upserted?: unknown;
  readonly value?: unknown;
  readonly updatedExisting?: boolean;
}

export interface StatementError {
  readonly index: number;
  readonly error: MongoError;
}

/** The statements of one write command, and how to carry out each. */
export interface Statements {
  readonly collection: string;
  readonly count: number;
  readonly ordered: boolean;
  /** Whether a missing collection is made; otherwise the statement finds nothing. */
  creates(index: number): boolean;
  run(index: number, place: StatementPlace): StatementOutcome;
  /** The outcome when there is no collection; a statement that is wrong is refused there, too. */
  nothing(index: number): StatementOutcome;
}

export interface Outcomes {
  readonly outcomes: (StatementOutcome | undefined)[];
  readonly errors: StatementError[];
  readonly retried: boolean;
}

/** Carries out a write command: in the session's transaction, or in a commit that it shares with whoever writes at the same time. */
export async function carryOut(context: CommandContext, statements: Statements): Promise<Outcomes> {
  checkNamespace(context.database, statements.collection);
  return context.transaction ? inTransaction(context, statements) : plainly(context, statements);
}

function inTransaction(context: CommandContext, statements: Statements): Outcomes {
  const { transaction } = context;
  const outcomes: StatementOutcome[] = [];
  for (let index = 0; index < statements.count; index++) {
    if (knownCollection(context, statements.collection)?.cap) return refused(context, outcomes, cappedInTransaction(context, statements));
    let collection = findCollection(context, statements.collection);
    if (!collection && statements.creates(index))
      collection = transaction!.addDraft(context.engine.catalog.draft(context.database, statements.collection));
    try {
      outcomes.push(
        collection
          ? statements.run(index, placeOf(context, { view: transaction!, sink: transaction!, collection }))
          : statements.nothing(index),
      );
    } catch (error) {
      if (!(error instanceof MongoError) || losesTransaction(error.code) || isInterruption(error)) throw error;
      return refused(context, outcomes, error);
    }
  }
  return { outcomes, errors: [], retried: false };
}

/** Any error ends a transaction; the statements before it have been taken back with it. */
function refused({ session, transaction }: CommandContext, outcomes: StatementOutcome[], error: MongoError): Outcomes {
  session!.finish(transaction!, 'aborted');
  return { outcomes, errors: [{ index: outcomes.length, error }], retried: false };
}

function cappedInTransaction({ database }: CommandContext, { collection }: Statements): MongoError {
  return fail(
    'OperationNotSupportedInTransaction',
    `Collection '${database}.${collection}' is a capped collection. Writes in transactions are not allowed on capped collections.`,
  );
}

/** Changes go past the validator only where the command says so. */
function placeOf(
  { body, engine, deadline }: CommandContext,
  { view, sink, collection }: Pick<StatementPlace, 'view' | 'sink' | 'collection'>,
): StatementPlace {
  const checked = isTrue(body['bypassDocumentValidation']) ? sink : new ValidatingSink(sink);
  return { view, sink: checked, collection, work: engine.work, deadline };
}

async function plainly(context: CommandContext, statements: Statements): Promise<Outcomes> {
  const progress = new Progress(context, statements);
  for (;;) {
    const holder = await context.engine.writer.run(() => progress.advance());
    if (!holder && progress.dropsConnection) throw new ConnectionDropped();
    if (!holder) return progress;
    await context.deadline.wait(holder.ended);
  }
}

/** How far a command has got. It stops before a statement that meets a lock, keeps what it has done, and goes on when the lock is gone. */
class Progress implements Outcomes {
  readonly outcomes: (StatementOutcome | undefined)[] = [];
  readonly errors: StatementError[] = [];
  retried = false;
  /** A fail point lets the write happen and its answer be lost. */
  dropsConnection = false;
  private next = 0;

  constructor(
    private readonly context: CommandContext,
    private readonly statements: Statements,
  ) {}

  /** Runs inside a write. Returns the lock holder to wait for, if any. */
  advance(): Blocked['holder'] | undefined {
    let changed = false;
    // Who has waited for a lock may find that the client has given up and gone on with its session.
    if (this.retryable) this.context.session!.checkAge(BigInt(this.context.body['txnNumber'] as bigint | number));
    try {
      for (; this.next < this.statements.count; this.next++) {
        if (this.repeat(this.next)) continue;
        const stop = this.attempt(this.next);
        changed = true;
        if (stop) break;
      }
      return undefined;
    } catch (error) {
      if (error instanceof Blocked) return error.holder;
      throw error;
    } finally {
      if (changed && this.retryable) this.context.session!.save();
    }
  }

  private get retryable(): boolean {
    return this.context.body['txnNumber'] !== undefined;
  }

  private repeat(index: number): boolean {
    const known = this.retryable ? this.context.session!.answered(this.statementId(index)) : undefined;
    if (!known) return false;
    this.retried = true;
    this.outcomes[index] = known as unknown as StatementOutcome;
    return true;
  }

  private statementId(index: number): number {
    const { stmtIds, stmtId } = this.context.body;
    return Number((stmtIds as unknown[] | undefined)?.[index] ?? (stmtId === undefined ? index : Number(stmtId) + index));
  }

  /** MongoDB hits this fail point once for each update and delete, but once for all documents of an insert. Errors: the code it asks for. */
  private failIfAsked(index: number): void {
    const { engine, request } = this.context;
    if (!this.retryable || (request.name === 'insert' && index > 0)) return;
    const fault = engine.failPoints.hit('onPrimaryTransactionalWrite');
    if (!fault) return;
    this.dropsConnection ||= fault['closeConnection'] !== false;
    const code = fault['failBeforeCommitExceptionCode'] as number | undefined;
    if (code !== undefined) throw failAt(Number(code), 'Failing write due to failpoint. The write must not be reflected.');
  }

  /** Runs one statement; true when an error ends the command. */
  private attempt(index: number): boolean {
    const { engine, database, session } = this.context;
    const { collection: name } = this.statements;
    try {
      this.context.deadline.check();
      this.failIfAsked(index);
      let collection = engine.catalog.find(database, name);
      if (!collection && this.statements.creates(index)) collection = engine.catalog.create(database, name);
      const outcome = collection
        ? this.statements.run(index, placeOf(this.context, { view: engine.current, sink: engine.writes, collection }))
        : this.statements.nothing(index);
      this.outcomes[index] = outcome;
      if (this.retryable) session!.answer(this.statementId(index), outcome as unknown as Document);
      return false;
    } catch (error) {
      if (!(error instanceof MongoError) || isInterruption(error)) throw error;
      this.errors.push({ index, error });
      return this.statements.ordered;
    }
  }
}

/** The reply's `writeErrors`, absent when there are none. */
export function writeErrors(errors: readonly StatementError[]): Document {
  if (errors.length === 0) return {};
  return { writeErrors: errors.map(({ index, error }) => ({ index, code: error.code, ...error.extra, errmsg: error.message })) };
}

/** MongoDB's limit of a stored document. */
const largestDocument = 16 * 1024 * 1024;

/** Errors: 10334 for a document beyond 16 MB. */
export function checkedSize(bytes: Buffer): Buffer {
  if (bytes.length <= largestDocument) return bytes;
  throw fail(
    'BSONObjectTooLarge',
    `BSONObj size: ${bytes.length} (0x${bytes.length.toString(16).toUpperCase()}) is invalid. Size must be between 0 and 16793600(16MB)`,
  );
}

export function encoded(document: Document): Buffer {
  return checkedSize(Buffer.from(encode(document)));
}
