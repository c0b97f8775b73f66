import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { refusal } from '@cartwright/kernel';
import type { Connection } from 'mongoose';
import { JobTransport } from '../messaging/jobs';

export const NotReady = refusal<{ part: string }>('not_ready', 'unavailable', ({ part }) => `The ${part} cannot be reached.`, {
  part: 'database',
});
export const Starting = refusal<{ part: string }>('starting', 'unavailable', ({ part }) => `Not everything is in place yet: ${part}.`, {
  part: 'indexes',
});
/** `retryAfter`: seconds, after which another process, or the next one here, answers. */
export const Stopping = refusal<{ retryAfter: number }>(
  'stopping',
  'unavailable',
  ({ retryAfter }) => `This process is stopping. Nothing was done; try again in ${retryAfter} s.`,
  { retryAfter: 1 },
);

const patienceMs = 2_000;

/** Whether this process can do its work. */
@Injectable()
export class Health implements OnModuleDestroy {
  private missing?: string;
  private stopping = false;

  constructor(
    @InjectConnection() private readonly connection: Connection,
    private readonly jobs: JobTransport,
  ) {}

  /** From now on the process counts as starting, until `work` is done; `what` says what is done meanwhile. */
  async startWith<T>(what: string, work: () => Promise<T>): Promise<T> {
    this.missing = what;
    const result = await work();
    this.missing = undefined;
    return result;
  }

  /** Of all that Nest calls at the end this comes first: whoever finishes what is in hand (events, timers, requests) does so after it, and that may take a while. */
  onModuleDestroy(): void {
    this.stopping = true;
  }

  /** Throws {@link Stopping} from the moment on at which the process is told to end. */
  checkNotStopping(): void {
    if (this.stopping) throw new Stopping({ retryAfter: 1 });
  }

  /** Throws {@link Starting} while something that is made at a start is not there yet. */
  checkStarted(): void {
    if (this.missing) throw new Starting({ part: this.missing });
  }

  /** Throws {@link Starting}, {@link Stopping} or {@link NotReady}: the start is over, the end has not begun, the database answers within two seconds, and so does the queue. */
  async checkReady(): Promise<void> {
    this.checkStarted();
    this.checkNotStopping();
    const { db } = this.connection;
    if (!db) throw new NotReady({ part: 'database' });
    await db.command({ ping: 1 }, { timeoutMS: patienceMs }).catch(() => {
      throw new NotReady({ part: 'database' });
    });
    await this.jobs.check().catch(() => {
      throw new NotReady({ part: 'queue' });
    });
  }
}
