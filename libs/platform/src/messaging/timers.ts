import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { InjectModel } from '@nestjs/mongoose';
import { newId } from '@cartwright/kernel';
import { trusted, type Model } from 'mongoose';
import { inContext } from '../observability/context';
import { isDuplicate } from '../store/document-store';
import { documentSchema } from '../store/schema';
import { JobTransport } from './jobs';
import { DeliveryOptions } from './relay';

/** A timer as it stands in the database: when its next round is due, and while one runs, who runs it and until when he has it for himself. */
export interface TimerRow {
  readonly _id: string;
  readonly dueAt: Date;
  readonly holder?: string;
}

export const timerSchema = documentSchema('timers', {
  _id: { type: String, required: true },
  dueAt: { type: Date, required: true },
  holder: { type: String },
});

interface Timer {
  readonly name: string;
  readonly everyMs: number;
  readonly method: string;
}

type Round = { readonly everyMs: number; readonly run: () => Promise<unknown> };

const timersKey = Symbol('timers');
const leaseMs = 15_000;

/**
 * Runs a provider's method again and again, `everyMs` after its last end, by one of all the processes that deliver. When the one that runs it dies,
 * another takes over after 15 seconds; as it may only have been cut off, the method must bear running in two processes at once.
 */
export function Repeats(name: string, everyMs: number): MethodDecorator {
  return (target, method) => {
    const timers = (Reflect.getOwnMetadata(timersKey, target.constructor) as Timer[] | undefined) ?? [];
    Reflect.defineMetadata(timersKey, [...timers, { name, everyMs, method: String(method) }], target.constructor);
  };
}

/** The clockwork behind {@link Repeats}: an error is logged and the next round comes all the same. */
@Injectable()
export class Timers implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(Timers.name);
  private readonly me = newId();
  private readonly rounds = new Map<string, Round>();
  private readonly handles = new Map<string, NodeJS.Timeout>();
  private readonly running = new Set<Promise<void>>();
  private stopping = false;

  constructor(
    @InjectModel('timers') private readonly rows: Model<TimerRow>,
    private readonly discovery: DiscoveryService,
    private readonly jobs: JobTransport,
    private readonly options: DeliveryOptions,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (!this.options.deliver) return;
    for (const { instance, metatype } of this.discovery.getProviders()) {
      if (!instance || !metatype) continue;
      for (const { name, everyMs, method } of (Reflect.getOwnMetadata(timersKey, metatype) as Timer[] | undefined) ?? []) {
        const work = (instance as Record<string, () => Promise<unknown>>)[method];
        if (work) this.rounds.set(name, { everyMs, run: work.bind(instance) });
      }
    }
    await Promise.all([...this.rounds.keys()].map((name) => this.enter(name)));
    this.jobs.work('timer', async ({ ids }) => {
      for (const name of ids) await this.attempt(name, true);
    });
    for (const [name, { everyMs }] of this.rounds) this.arm(name, Math.min(everyMs, 1_000));
  }

  /**
   * Asks for a round at a certain time, because something will be due then. It need not be asked for: the round that comes anyhow finds it too,
   * a little later.
   */
  wakeAt(name: string, at: Date): void {
    this.jobs.send({ kind: 'timer', ids: [name], at });
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    for (const handle of this.handles.values()) clearTimeout(handle);
    await Promise.all(this.running);
  }

  private async enter(name: string): Promise<void> {
    await this.rows.create({ _id: name, dueAt: new Date() }).catch((error: unknown) => {
      if (!isDuplicate(error)) throw error;
    });
  }

  /** This process's own clock, which needs no transport: it looks at each interval whether somebody has been at work. */
  private arm(name: string, delayMs: number): void {
    if (this.stopping) return;
    const handle = setTimeout(() => {
      void this.attempt(name, false).finally(() => this.arm(name, this.rounds.get(name)?.everyMs ?? delayMs));
    }, delayMs);
    this.handles.set(name, handle);
  }

  /** Runs a round if it is due, or `asked` for, and nobody else is running it. */
  private async attempt(name: string, asked: boolean): Promise<void> {
    const round = this.rounds.get(name);
    if (!round || this.stopping) return;
    const done = inContext({ job: name }, () => this.runOnce(name, round, asked))
      .catch((error: unknown) => this.logger.error(`The job ${name} failed; it comes again.`, error))
      .finally(() => this.running.delete(done));
    this.running.add(done);
    await done;
  }

  private async runOnce(name: string, { everyMs, run }: Round, asked: boolean): Promise<void> {
    const holder = `${this.me}:${newId()}`;
    if (!(await this.take(name, holder, asked))) return;
    const keep = setInterval(() => void this.extend(name, holder), leaseMs / 3);
    try {
      await run();
    } finally {
      clearInterval(keep);
      const dueAt = new Date(Date.now() + everyMs);
      await this.rows.updateOne({ _id: name, holder }, { $set: { dueAt }, $unset: { holder: 1 } });
      this.wakeAt(name, dueAt);
    }
  }

  private async take(name: string, holder: string, asked: boolean): Promise<boolean> {
    const now = new Date();
    const due = { dueAt: trusted({ $lte: now }) };
    const free = asked ? { $or: [due, { holder: trusted({ $exists: false }) }] } : due;
    const { modifiedCount } = await this.rows.updateOne(
      { _id: name, ...free },
      { $set: { holder, dueAt: new Date(now.getTime() + leaseMs) } },
    );
    return modifiedCount === 1;
  }

  private async extend(name: string, holder: string): Promise<void> {
    const dueAt = new Date(Date.now() + leaseMs);
    await this.rows
      .updateOne({ _id: name, holder }, { $set: { dueAt } })
      .catch((error: unknown) => this.logger.warn(`The lease of ${name} could not be extended.`, error));
  }
}
