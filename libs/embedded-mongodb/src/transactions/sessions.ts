import type { Binary } from 'bson';
import { decode, type Document } from '../bson/codec';
import { fail } from '../errors';
import type { Environment } from '../storage/environment';
import { Session } from './session';
import { Transaction } from './transaction';

/** MongoDB's default `transactionLifetimeLimitSeconds`. */
const longestTransaction = 60_000;
const idleSession = 30 * 60_000;

/** All sessions of the server, by the client's session id. */
export class Sessions {
  /** Transactions that wait for another one before they begin. */
  waiting = 0;
  private readonly byId = new Map<string, Session>();
  private readonly open = new Set<Session>();

  constructor(private readonly environment: Environment) {}

  /** Whether some snapshot is older than the last commit may be. */
  get hasSnapshots(): boolean {
    return this.open.size > 0;
  }

  get size(): number {
    return this.byId.size;
  }

  get openTransactions(): number {
    return this.open.size;
  }

  /** Errors: 14 for an id that is none. */
  get(lsid: Document): Session {
    const id = lsid['id'] as Binary | undefined;
    if (id?._bsontype !== 'Binary') throw fail('TypeMismatch', "BSON field 'lsid.id' is missing or no binary");
    const key = Buffer.from(id.value());
    const name = key.toString('latin1');
    let session = this.byId.get(name);
    if (!session) this.byId.set(name, (session = new Session(key, this.environment)));
    session.lastUsed = Date.now();
    return session;
  }

  begin(session: Session, number: bigint, sequenceOf: (snapshot: ReturnType<Environment['snapshot']>) => number): void {
    session.abort();
    session.advance(number);
    const snapshot = this.environment.snapshot();
    session.transaction = new Transaction(this.environment, snapshot, sequenceOf(snapshot));
    session.state = 'inProgress';
    session.startedAt = Date.now();
    this.open.add(session);
    void session.transaction.ended.then(() => {
      if (session.transaction === undefined) this.open.delete(session);
    });
  }

  end(lsid: Document): void {
    const session = this.get(lsid);
    if (!session.busy) session.abort();
    this.open.delete(session);
    this.byId.delete(session.key.toString('latin1'));
  }

  /** Aborts transactions older than a minute and forgets sessions that have been idle for half an hour. */
  sweep(now: number): void {
    for (const session of this.open) if (!session.busy && now - session.startedAt > longestTransaction) session.abort();
    for (const [name, session] of this.byId) {
      if (!this.open.has(session) && now - session.lastUsed > idleSession) this.byId.delete(name);
    }
  }

  /** The stored retry records that nobody can ask for any more; to be called inside a write. */
  removeOldRecords(now: number): void {
    const all = { start: Buffer.from([0]), end: Buffer.alloc(64, 0xff), withValues: true };
    for (const { key, value } of this.environment.range(this.environment.sessions, all)) {
      if (now - (decode(value)['at'] as Date).getTime() > idleSession) this.environment.sessions.removeSync(key);
    }
  }

  abortAll(): void {
    for (const session of this.open) session.abort();
  }
}
