import type { Binary } from 'bson';
import { decode, type Document } from '../bson/codec';
import { fail } from '../errors';
import type { Environment } from '../storage/environment';
import { Session } from './session';
import { Transaction } from './transaction';

const idleSession = 30 * 60_000;

/** All sessions of the server, by the client's session id. */
export class Sessions {
  /** Transactions that wait for another one before they begin. */
  waiting = 0;
  /** MongoDB's `transactionLifetimeLimitSeconds`. */
  longestTransaction = 60;
  private readonly byId = new Map<string, Session>();
  /** In the order in which they began. */
  private readonly open = new Map<Transaction, { session: Session; since: number }>();

  constructor(private readonly environment: Environment) {}

  /** The last commit that all open snapshots contain; infinite when there is none. */
  get oldestSnapshot(): number {
    const [oldest] = this.open.keys();
    return oldest?.sequence ?? Infinity;
  }

  /** The sessions that clients have used lately. */
  all(): Session[] {
    return [...this.byId.values()];
  }

  get size(): number {
    return this.byId.size;
  }

  get openTransactions(): number {
    return this.open.size;
  }

  /** Errors: 14 for an id that is none. */
  get(lsid: Document): Session {
    const { key, name } = read(lsid);
    let session = this.byId.get(name);
    if (!session) this.byId.set(name, (session = new Session(key, this.environment)));
    session.lastUsed = Date.now();
    return session;
  }

  begin(session: Session, number: bigint, sequenceOf: (snapshot: ReturnType<Environment['snapshot']>) => number): void {
    session.advance(number);
    const snapshot = this.environment.snapshot();
    const transaction = new Transaction(this.environment, snapshot, sequenceOf(snapshot));
    session.begin(transaction);
    this.open.set(transaction, { session, since: Date.now() });
    void transaction.ended.then(() => this.open.delete(transaction));
  }

  /** Aborts what the session has under way, and answers it. Its number and answers stay, so that nothing is done twice. */
  kill(lsid: Document): Session | undefined {
    const session = this.byId.get(read(lsid).name);
    session?.abort();
    return session;
  }

  /** As `kill`; the next sweep forgets the session. */
  end(lsid: Document): void {
    const session = this.kill(lsid);
    if (session) session.lastUsed = 0;
  }

  /** Aborts every open transaction. */
  abortAll(): void {
    for (const { session } of this.open.values()) session.abort();
  }

  /** Aborts transactions that have lived too long and forgets sessions that have been idle for half an hour. */
  sweep(now: number): void {
    for (const { session, since } of this.open.values()) if (now - since > this.longestTransaction * 1000) session.abort();
    for (const [name, session] of this.byId) {
      if (!session.transaction && now - session.lastUsed > idleSession) this.byId.delete(name);
    }
  }

  /** The stored retry records that nobody can ask for any more; to be called inside a write. */
  removeOldRecords(now: number): void {
    const all = { start: Buffer.from([0]), end: Buffer.alloc(64, 0xff), withValues: true };
    for (const { key, value } of this.environment.range(this.environment.sessions, all)) {
      if (now - (decode(value)['at'] as Date).getTime() > idleSession) this.environment.sessions.removeSync(key);
    }
  }
}

function read(lsid: Document): { key: Buffer; name: string } {
  const id = lsid['id'] as Binary | undefined;
  if (id?._bsontype !== 'Binary') throw fail('TypeMismatch', "BSON field 'lsid.id' is missing or no binary");
  const key = Buffer.from(id.value());
  return { key, name: key.toString('latin1') };
}
