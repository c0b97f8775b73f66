import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { refusal } from '@cartwright/kernel';
import { mongo, type ClientSession, type Connection } from 'mongoose';
import { isOutage } from './outage';
import { WaitingLines } from './waiting-lines';

/** The same records were being changed by others, again and again. Nothing was done; the caller may repeat the request. */
export const TooBusy = refusal(
  'too_busy',
  'unavailable',
  () => 'Others are changing the same records right now. Nothing was done; please try again.',
);

interface Ambient {
  readonly session: ClientSession;
  /** Writes that were put off, so that many become one. */
  postponed: (() => Promise<void>)[];
  readonly afterCommit: (() => void)[];
}

/** The end of a transaction that was never meant to be committed. */
class Rehearsed extends Error {
  constructor(readonly answer: unknown) {
    super('rehearsed');
  }
}

const longestMs = 15_000;

const collidedOver = Symbol('collidedOver');
type Collision = Error & { [collidedOver]?: readonly string[] };

/**
 * Runs work in a database transaction, which stores and commands further down join without knowing (so a command may be sent on its own
 * or as part of a larger one). Conflicts are retried here, so the work must be repeatable: no call to the outside world belongs in it.
 */
@Injectable()
export class Transactions {
  private readonly ambient = new AsyncLocalStorage<Ambient | undefined>();
  private readonly lines = new WaitingLines();

  constructor(@InjectConnection() private readonly connection: Connection) {}

  /** The session of the transaction that the caller runs in, if any. */
  get session(): ClientSession | undefined {
    return this.ambient.getStore()?.session;
  }

  /**
   * Runs `work` in the ambient transaction, or in a new one that is committed when it returns and aborted when it throws. Work that met a conflict is repeated in
   * the order of arrival, one at a time for what it collided over: when hundreds want one row, each goes through at the first or second try, instead of all
   * undoing each other again and again. Where it is known beforehand what will be wanted, {@link inTurn} spares them the first collision, too.
   */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.session) return work();
    const deadline = Date.now() + longestMs;
    try {
      return await this.once(work);
    } catch (error) {
      if (!isTransient(error)) throw error;
      // A database that is away is waited for by all at once, not by one after the other.
      if (isOutage(error)) return this.again(work, deadline);
      return this.inTurn((error as Collision)[collidedOver] ?? ['anything'], () => this.again(work, deadline));
    }
  }

  /** Runs work as {@link run} does, to its last write, and undoes all of it: what it answers is what would have come of it. Not inside another transaction. */
  async rehearse<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await this.run(async () => {
        const answer = await work();
        await this.writePostponed(this.ambient.getStore());
        throw new Rehearsed(answer);
      });
    } catch (error) {
      if (error instanceof Rehearsed) return error.answer as T;
      throw error;
    }
  }

  /** Runs work when its turn has come for rows that many want at once: a look at them, say, and then the transaction that changes them. */
  async inTurn<T>(keys: readonly string[], work: () => Promise<T>): Promise<T> {
    return this.lines.inLine(keys, work);
  }

  /**
   * Runs a write to rows that many want at once: when it collides, the transaction around it waits in these lines before it begins anew. What was postponed is
   * written before, so that those rows are kept from others as shortly as possible.
   */
  async contend<T>(keys: readonly string[], write: () => Promise<T>): Promise<T> {
    await this.writePostponed(this.ambient.getStore());
    return this.colliding(keys, write);
  }

  /** The same for what is not known to be wanted by many: when it collides, only those wait for each other that collided over the same. */
  async colliding<T>(keys: readonly string[], write: () => Promise<T>): Promise<T> {
    try {
      return await write();
    } catch (error) {
      if (isTransient(error)) (error as Collision)[collidedOver] = keys;
      throw error;
    }
  }

  /** Puts a write off until the ambient transaction comes to its hottest rows, or to its end. Must be called inside one. */
  postpone(write: () => Promise<void>): void {
    const ambient = this.ambient.getStore();
    if (!ambient) throw new Error('Only inside a database transaction can a write be postponed.');
    ambient.postponed.push(write);
  }

  /** Calls `then` once the ambient transaction is committed; at once when there is none. Never called when it aborts. */
  afterCommit(then: () => void): void {
    const ambient = this.ambient.getStore();
    if (ambient) ambient.afterCommit.push(then);
    else then();
  }

  /** Runs work outside the ambient transaction, for what must not wait for it or be undone with it. */
  outside<T>(work: () => Promise<T>): Promise<T> {
    return this.ambient.run(undefined, work);
  }

  /** Throws when called inside a transaction: the outside world is never waited for while rows are locked. */
  assertOutside(what: string): void {
    if (this.session) throw new Error(`${what} must not be called inside a database transaction.`);
  }

  /** Against other processes, and newcomers of this one, a turn may still be lost; it is taken again until the time is up, and tried once however long the line was. */
  private async again<T>(work: () => Promise<T>, deadline: number): Promise<T> {
    for (let attempt = 0; attempt === 0 || Date.now() < deadline; attempt += 1) {
      try {
        return await this.once(work);
      } catch (error) {
        if (!isTransient(error) || (isOutage(error) && Date.now() >= deadline)) throw error;
        await sleep(Math.random() * Math.min(2 ** attempt, 120));
      }
    }
    throw new TooBusy({});
  }

  private async writePostponed(ambient: Ambient | undefined): Promise<void> {
    while (ambient && ambient.postponed.length > 0) {
      const writes = ambient.postponed;
      ambient.postponed = [];
      for (const write of writes) await write();
    }
  }

  private async once<T>(work: () => Promise<T>): Promise<T> {
    const session = await this.connection.startSession();
    const ambient: Ambient = { session, postponed: [], afterCommit: [] };
    try {
      session.startTransaction({ readConcern: { level: 'snapshot' }, writeConcern: { w: 'majority' } });
      const result = await this.ambient.run(ambient, async () => {
        const done = await work();
        await this.writePostponed(ambient);
        return done;
      });
      await commit(session);
      for (const then of ambient.afterCommit) then();
      return result;
    } catch (error) {
      if (session.inTransaction()) await session.abortTransaction().catch(() => undefined); // the first error says why; the server drops the rest
      throw error;
    } finally {
      await session.endSession();
    }
  }
}

/** A commit whose fate is unknown is repeated: the server answers for the one that happened. Some times in any case, as a clock may jump. */
async function commit(session: ClientSession): Promise<void> {
  const deadline = Date.now() + longestMs;
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await session.commitTransaction();
    } catch (error) {
      const unknown = error instanceof mongo.MongoError && error.hasErrorLabel('UnknownTransactionCommitResult');
      if (!unknown || (attempt >= 3 && Date.now() >= deadline)) throw error;
      await sleep(Math.min(50 * 2 ** attempt, 1_000));
    }
  }
}

function isTransient(error: unknown): boolean {
  return error instanceof mongo.MongoError && error.hasErrorLabel('TransientTransactionError');
}
