import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { inContext } from '../observability/context';
import { DeliveryOptions } from './relay';

interface Timer {
  readonly name: string;
  readonly everyMs: number;
  readonly method: string;
}

const timersKey = Symbol('timers');

/** Runs a provider's method again and again, `everyMs` after its last end, in processes that deliver. It must bear running in several at once. */
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
  private readonly handles = new Map<string, NodeJS.Timeout>();
  private readonly running = new Set<Promise<void>>();
  private stopping = false;

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly options: DeliveryOptions,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.options.deliver) return;
    for (const { instance, metatype } of this.discovery.getProviders()) {
      if (!instance || !metatype) continue;
      for (const timer of (Reflect.getOwnMetadata(timersKey, metatype) as Timer[] | undefined) ?? []) {
        const method = (instance as Record<string, () => Promise<unknown>>)[timer.method];
        if (method) this.arm(timer, method.bind(instance), Math.min(timer.everyMs, 1_000));
      }
    }
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    for (const handle of this.handles.values()) clearTimeout(handle);
    await Promise.all(this.running);
  }

  private arm(timer: Timer, work: () => Promise<unknown>, delayMs: number): void {
    if (this.stopping) return;
    const handle = setTimeout(() => {
      const round = inContext({ job: timer.name }, async () => {
        await work();
      })
        .catch((error: unknown) => this.logger.error(`The job ${timer.name} failed; it comes again.`, error))
        .finally(() => {
          this.running.delete(round);
          this.arm(timer, work, timer.everyMs);
        });
      this.running.add(round);
    }, delayMs);
    this.handles.set(timer.name, handle);
  }
}
