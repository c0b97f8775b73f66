import { fail, type MongoError } from '../errors';
import type { Environment } from './environment';
import type { Oplog } from './oplog';

interface Job {
  run(): void;
  finish(failure?: unknown): void;
}

const sequenceKey = Buffer.from('commit');

/**
 * All writes go through here, one after the other: what is asked for while a commit is under way shares the next one, and its flush.
 * A job must have checked everything before its first put, because nothing takes a put back.
 */
export class Writer {
  /** The number of the commit that is being written; 0 outside of one. */
  current = 0;
  private readonly queue: Job[] = [];
  private scheduled = false;
  private readonly running = new Set<Promise<void>>();
  private last: number;
  private failure: MongoError | undefined;
  private tellFailure!: (reason: string) => void;
  /**
   * Resolves with the reason when a commit has failed. What is in memory is then ahead of what is on disk, so nothing is written any more;
   * a new start finds everything that was acknowledged.
   */
  readonly failed = new Promise<string>((resolve) => (this.tellFailure = resolve));

  constructor(
    private readonly environment: Environment,
    private readonly oplog: Oplog,
    /** Told after each commit, when a new snapshot would contain it. */
    private readonly onCommit: (commit: number) => void = () => undefined,
  ) {
    this.last = this.sequenceAt(undefined);
  }

  /** Runs the job inside a write transaction; resolves with its result once that is durable, rejects with what it threw. */
  run<T>(job: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let outcome: { value: T } | { error: unknown };
      this.queue.push({
        run: () => {
          try {
            outcome = { value: job() };
          } catch (error) {
            outcome = { error };
          }
        },
        finish: (failure) => {
          // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what was thrown is passed on as it is
          if (failure !== undefined) reject(failure);
          // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- as above
          else if ('error' in outcome) reject(outcome.error);
          else resolve(outcome.value);
        },
      });
      this.schedule();
    });
  }

  /** The number of the last commit that a snapshot sees. */
  sequenceAt(snapshot: Parameters<Environment['get']>[2]): number {
    const bytes = this.environment.get(this.environment.meta, sequenceKey, snapshot);
    return bytes ? bytes.readUIntBE(0, 6) : 0;
  }

  /** Resolves when the commits that are under way now are done. */
  async caughtUp(): Promise<void> {
    await Promise.all(this.running);
  }

  /** Resolves when everything asked for so far is done. */
  async drained(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running);
  }

  private schedule(): void {
    if (this.failure) return this.refuse(this.queue.splice(0));
    if (this.scheduled) return;
    this.scheduled = true;
    const commit = this.commit().finally(() => {
      this.running.delete(commit);
    });
    this.running.add(commit);
  }

  private async commit(): Promise<void> {
    let jobs: Job[] = [];
    let told: Buffer | undefined;
    let number = 0;
    try {
      await this.environment.write(() => {
        this.scheduled = false;
        if (this.failure) throw this.failure;
        jobs = this.queue.splice(0);
        this.runAll(jobs);
        told = this.oplog.flush();
        number = this.last;
      });
    } catch (error) {
      this.failure ??= fail('ShutdownInProgress', 'the database cannot write and stops');
      // It may have failed before it began.
      this.refuse([...jobs, ...this.queue.splice(0)]);
      return this.tellFailure(await reasonOf(error));
    }
    if (told) this.oplog.settle(told);
    this.onCommit(number);
    for (const job of jobs) job.finish();
  }

  private refuse(jobs: readonly Job[]): void {
    for (const job of jobs) job.finish(this.failure);
  }

  private runAll(jobs: readonly Job[]): void {
    this.current = ++this.last;
    const sequence = Buffer.allocUnsafe(6);
    sequence.writeUIntBE(this.current, 0, 6);
    this.environment.meta.putSync(sequenceKey, sequence);
    for (const job of jobs) job.run();
    this.current = 0;
  }
}

/** LMDB rejects with a hint at another promise, which holds the error itself. */
async function reasonOf(error: unknown): Promise<string> {
  const inner = (error as { commitError?: Promise<unknown> }).commitError;
  const cause = await (inner ? inner.catch((reason: unknown) => reason) : error);
  return cause instanceof Error ? cause.message : String(cause);
}
