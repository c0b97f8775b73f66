import { jobOrder, jobPartition, orderAt, type Job } from '../store/jobs';
import type { Store } from '../store/store';
import type { Work } from '../store/work';

const LONGEST_TIMER_MS = 24 * 3600 * 1000;

/** Runs jobs when the sandbox's clock reaches them. Jobs are stored: what fell due while the sandbox was down runs at its start. */
export class Scheduler {
  private timer: NodeJS.Timeout | undefined;
  private wakesAtMs = Infinity;
  private stopped = false;

  constructor(
    private readonly store: Store,
    private readonly handlers: Readonly<Record<Job['kind'], (work: Work, subject: string) => void>>,
  ) {
    store.join({ after: ({ jobs }) => jobs.forEach((job) => this.wakeAt(job.dueMs)) });
  }

  /** Runs what is due, each job with its effects as one commit, and sets the alarm for the next. Resolves with the number of jobs run. */
  async runDue(): Promise<number> {
    this.silence();
    let ran = 0;
    for (const { id } of [...this.store.scan(jobPartition, { before: orderAt(this.store.clock.nowMs() + 1) })]) {
      if (this.stopped) return ran;
      const job = this.store.get(`job:${id}`) as Job | undefined;
      if (!job) continue;
      await this.run(job);
      ran += 1;
    }
    this.wakeForNext();
    return ran;
  }

  /** Moves the clock, stopping on the way wherever something falls due, so that it happens at its own time. Resolves with the number of jobs run. */
  async advance(seconds: number): Promise<number> {
    const { clock } = this.store;
    const target = clock.offsetSeconds + seconds;
    let ran = 0;
    for (let next = this.nextDueMs(); next !== undefined && !this.stopped; next = this.nextDueMs()) {
      const wait = Math.max(0, Math.ceil((next - clock.nowMs()) / 1000));
      if (clock.offsetSeconds + wait > target) break;
      clock.offsetSeconds += wait;
      ran += await this.runDue();
    }
    clock.offsetSeconds = target;
    const work = this.store.begin();
    work.puts.set('meta:clock', target);
    await this.store.commit(work);
    return ran + (await this.runDue());
  }

  stop(): void {
    this.stopped = true;
    this.silence();
  }

  private silence(): void {
    clearTimeout(this.timer);
    this.wakesAtMs = Infinity;
  }

  private run(job: Job): Promise<void> {
    const work = this.store.begin();
    this.handlers[job.kind](work, job.subject);
    work.puts.set(`job:${job.id}`, undefined);
    work.links.push({ partition: jobPartition, order: jobOrder(job), id: null });
    return this.store.commit(work);
  }

  private wakeForNext(): void {
    const next = this.nextDueMs();
    if (next !== undefined) this.wakeAt(next);
  }

  /** When the next job falls due, in sandbox time. */
  private nextDueMs(): number | undefined {
    for (const { id } of this.store.scan(jobPartition)) {
      const job = this.store.get(`job:${id}`) as Job | undefined;
      if (job) return job.dueMs;
    }
    return undefined;
  }

  private wakeAt(dueMs: number): void {
    // A clock that stands is moved by the control plane only, which runs what falls due.
    if (this.stopped || !this.store.clock.runs || dueMs >= this.wakesAtMs) return;
    this.wakesAtMs = dueMs;
    clearTimeout(this.timer);
    const wait = Math.min(Math.max(0, dueMs - this.store.clock.nowMs()), LONGEST_TIMER_MS);
    this.timer = setTimeout(() => void this.runDue().catch(() => undefined), wait).unref();
  }
}
