import { Injectable, Logger } from '@nestjs/common';
import { JobTransport, type Job, type JobKind, type JobWork } from './jobs';

/** Wake-ups beyond these are not remembered: what they were for is found in the database a little later. */
const mostWaiting = 10_000;

/** Jobs that stay in the process that sent them. */
@Injectable()
export class MemoryJobs extends JobTransport {
  private readonly logger = new Logger(MemoryJobs.name);
  private readonly workers = new Map<JobKind, JobWork>();
  private readonly waiting = new Set<NodeJS.Timeout>();
  private readonly running = new Set<Promise<void>>();
  private stopping = false;

  send(job: Job): void {
    const work = this.workers.get(job.kind);
    if (!work || this.stopping) return;
    const delayMs = (job.at?.getTime() ?? 0) - Date.now();
    if (delayMs <= 0) return this.start(work, job);
    if (this.waiting.size >= mostWaiting) return;
    const handle = setTimeout(() => {
      this.waiting.delete(handle);
      this.start(work, job);
    }, delayMs + 1); // timers may fire a millisecond early
    this.waiting.add(handle);
  }

  work(kind: JobKind, work: JobWork): void {
    this.workers.set(kind, work);
  }

  async stop(): Promise<void> {
    this.stopping = true;
    for (const handle of this.waiting) clearTimeout(handle);
    await Promise.all(this.running);
  }

  async check(): Promise<void> {
    // Memory is always there.
  }

  counts(): Promise<Readonly<Record<string, number>>> {
    return Promise.resolve({ delayed: this.waiting.size, active: this.running.size });
  }

  private start(work: JobWork, job: Job): void {
    const done = work(job)
      .catch((error: unknown) => this.logger.error(`A job (${job.kind} ${job.ids.join(', ')}) failed; it is due again.`, error))
      .finally(() => this.running.delete(done));
    this.running.add(done);
  }
}
