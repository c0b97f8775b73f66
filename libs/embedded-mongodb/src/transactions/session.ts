import { Binary } from 'bson';
import { createHash } from 'node:crypto';
import { decode, encode, type Document } from '../bson/codec';
import { fail, type MongoError } from '../errors';
import type { Environment } from '../storage/environment';
import type { TransactionId } from '../storage/oplog-entry';
import type { Transaction } from './transaction';

/** MongoDB adds the digest of the user's name, which is empty where there are no users. */
const nobody = new Binary(createHash('sha256').digest(), 0);

export type TransactionState = 'none' | 'inProgress' | 'committed' | 'aborted';

/** One logical session of a client: its running transaction, and the answers to its last retryable write. */
export class Session {
  transaction: Transaction | undefined;
  state: TransactionState = 'none';
  lastUsed = Date.now();
  /** The commit that is under way: who repeats it waits for it. */
  committing: Promise<void> | undefined;
  /** The number of the last transaction or retryable write. */
  number = -1n;
  private answers = new Map<number, Document>();
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    readonly key: Buffer,
    private readonly environment: Environment,
  ) {
    const stored = environment.sessions.getBinary(key);
    if (stored) this.restore(decode(stored));
  }

  /** Carries out the commands of a transaction one after the other, as one that gives way must not find the next in what it reads. */
  inOrder<T>(run: () => Promise<T>): Promise<T> {
    const result = this.last.then(run);
    this.last = result.catch(() => undefined);
    return result;
  }

  /** Moves on to a new number, which ends a transaction of an older one. Errors: 225 for an old number. */
  advance(number: bigint): void {
    this.checkAge(number);
    if (number === this.number) return;
    this.abort();
    this.number = number;
    this.answers = new Map();
    this.state = 'none';
  }

  /** Errors: 225 when the session has gone on to a newer number. */
  checkAge(number: bigint): void {
    if (number >= this.number) return;
    throw fail(
      'TransactionTooOld',
      `Retryable write with txnNumber ${number} is prohibited on session because a newer retryable write with txnNumber ${this.number} has already started on this session.`,
    );
  }

  /** What a statement of the current number was answered, if it has been carried out already. */
  answered(statement: number): Document | undefined {
    return this.answers.get(statement);
  }

  answer(statement: number, reply: Document): void {
    this.answers.set(statement, reply);
  }

  /** Stores number and answers together with the write itself; to be called inside that write. */
  save(): void {
    const answers = [...this.answers].map(([statement, reply]) => ({ statement, reply }));
    const value = encode({ number: this.number, state: this.state, at: new Date(), answers });
    this.environment.sessions.putSync(this.key, Buffer.from(value));
  }

  /** How change streams name the running transaction. */
  get transactionId(): TransactionId {
    return { lsid: { id: new Binary(this.key, 4), uid: nobody }, txnNumber: this.number };
  }

  begin(transaction: Transaction): void {
    this.transaction = transaction;
    this.state = 'inProgress';
  }

  /** Drops the running transaction and all it did. A command of it that is under way finds it over. */
  abort(): void {
    if (this.transaction) this.finish(this.transaction, 'aborted');
  }

  /** Ends a transaction. The session may have gone on to another one meanwhile, which is left alone. */
  finish(transaction: Transaction, state: 'committed' | 'aborted'): void {
    if (this.transaction === transaction) {
      this.transaction = undefined;
      this.state = state;
    }
    transaction.end();
  }

  private restore({ number, state, answers }: Document): void {
    this.number = BigInt(number as bigint | number);
    this.state = state === 'committed' ? 'committed' : 'none';
    for (const { statement, reply } of answers as { statement: number; reply: Document }[]) this.answers.set(statement, reply);
  }
}

export function noSuchTransaction(number: bigint): MongoError {
  const message = `Given transaction number ${number} does not match any in-progress transactions.`;
  return fail('NoSuchTransaction', message);
}
