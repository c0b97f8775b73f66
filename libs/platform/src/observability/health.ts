import { Injectable } from '@nestjs/common';
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

const patienceMs = 2_000;

/** Whether this process can do its work. */
@Injectable()
export class Health {
  private missing?: string;

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

  /** Throws {@link Starting} while something that is made at a start is not there yet. */
  checkStarted(): void {
    if (this.missing) throw new Starting({ part: this.missing });
  }

  /** Throws {@link Starting} or {@link NotReady}: the start is over, the database answers within two seconds, and so does the queue. */
  async checkReady(): Promise<void> {
    this.checkStarted();
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
