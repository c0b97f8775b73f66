import { InjectQueue } from '@nestjs/bull';
import { Injectable, Logger } from '@nestjs/common';
import type { JobOptions, Queue, QueueOptions } from 'bull';
import type { Config } from '../config/config';
import { within } from '../state/within';
import { JobTransport, type Job, type JobKind, type JobWork } from './jobs';

type Data = Pick<Job, 'ids'>;

/** The queues, by the kind of their jobs. */
export const queueNames: Readonly<Record<JobKind, string>> = { event: 'events', timer: 'timers' };

/** How many jobs of a kind one process does at a time. */
export const jobsAtOnce: Readonly<Record<JobKind, number>> = { event: 16, timer: 4 };

/** Bull does jobs with a priority before all those without one. */
const urgent = 1;
const answerWithinMs = 2_000;
/** A job that came to a process while it was stopping goes back, for whoever is there by then. */
const handBackMs = 1_000;

/**
 * What Bull is told: nothing of a job is kept once it was done or failed, because the database knows, and Bull repeats nothing by itself but what a
 * worker had in hand when it died (once; afterwards Bull drops it, and the database's own record of it is what counts).
 */
export function bullOptions({ REDIS_URL, REDIS_PREFIX }: Pick<Config, 'REDIS_URL' | 'REDIS_PREFIX'>): QueueOptions & { url?: string } {
  return {
    url: REDIS_URL,
    // In braces: with a Redis cluster all keys of a queue must be in one slot.
    prefix: `{${REDIS_PREFIX}}`,
    defaultJobOptions: { attempts: 1, removeOnComplete: true, removeOnFail: true },
  };
}

/** Jobs by way of Bull on Redis: any process sends them, any worker does them. */
@Injectable()
export class BullJobs extends JobTransport {
  private readonly logger = new Logger(BullJobs.name);
  private readonly queues: Readonly<Record<JobKind, Queue<Data>>>;
  private readonly running = new Set<Promise<void>>();
  private stopping = false;
  private lost = 0;

  constructor(@InjectQueue(queueNames.event) event: Queue<Data>, @InjectQueue(queueNames.timer) timer: Queue<Data>) {
    super();
    this.queues = { event, timer };
    // One line for each outage, not one for each attempt to connect again.
    for (const queue of [event, timer]) queue.on('error', (error: Error) => this.lose(error));
  }

  send(job: Job): void {
    const queue = this.queues[job.kind];
    // Without a connection the client would keep everything in memory until there is one.
    if (queue.client.status !== 'ready') return this.lose(new Error(`the connection is ${queue.client.status}`));
    queue.add({ ids: job.ids }, optionsOf(job)).then(
      () => this.found(),
      (error: unknown) => this.lose(error),
    );
  }

  work(kind: JobKind, work: JobWork): void {
    const queue = this.queues[kind];
    queue.on('failed', ({ data }, error: Error) =>
      this.logger.error(`A job (${kind} ${data.ids.join(', ')}) failed; it is due again.`, error),
    );
    // The promise ends with the queue; a connection that breaks in between is Bull's to mend.
    queue.process(jobsAtOnce[kind], ({ data }) => this.take({ kind, ids: data.ids }, work)).catch((error: unknown) => this.lose(error));
  }

  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.all(this.running);
  }

  async check(): Promise<void> {
    for (const queue of Object.values(this.queues)) {
      if (queue.client.status !== 'ready') throw new Error(`The connection to Redis is ${queue.client.status}.`);
      await within(answerWithinMs, queue.client.ping());
    }
  }

  async counts(): Promise<Readonly<Record<string, number>>> {
    const kinds = Object.entries(this.queues).map(async ([kind, queue]) => {
      const { waiting, active, delayed } = await within(answerWithinMs, queue.getJobCounts());
      return { [`${kind}_waiting`]: waiting, [`${kind}_active`]: active, [`${kind}_delayed`]: delayed };
    });
    return Object.assign({}, ...(await Promise.all(kinds))) as Record<string, number>;
  }

  private async take(job: Job, work: JobWork): Promise<void> {
    if (this.stopping) return this.send({ ...job, at: new Date(Date.now() + handBackMs) });
    const done = work(job);
    this.running.add(done);
    await done.finally(() => this.running.delete(done));
  }

  private lose(error: unknown): void {
    if (this.lost++ === 0)
      this.logger.warn('Redis cannot be reached; what is due is found in the database meanwhile, some seconds later.', error);
  }

  private found(): void {
    if (this.lost > 0) this.logger.log('Redis is back.');
    this.lost = 0;
  }
}

function optionsOf({ kind, ids, at, patient }: Job): JobOptions {
  return {
    ...(at && { delay: Math.max(0, at.getTime() - Date.now() + 1) }),
    ...(!patient && { priority: urgent }),
    // Everybody may ask for a timer's round: asked for the same second it is one job.
    ...(kind === 'timer' && at && { jobId: `${ids.join()}@${Math.ceil(at.getTime() / 1000)}` }),
  };
}
