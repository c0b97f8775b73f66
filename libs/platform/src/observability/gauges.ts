import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { Gauge } from 'prom-client';
import { Metrics } from './metrics';

/** A number, or numbers by the value of the gauge's label. */
export type Measured = number | Readonly<Record<string, number>>;

interface Declared {
  readonly name: string;
  readonly help: string;
  readonly label?: string;
  readonly method: string;
}

const gaugesKey = Symbol('gauges');
/** However often and by however many it is asked, the database is asked no more than once in this time. */
const freshMs = 5_000;

/**
 * Marks a provider's method that measures something for `/metrics`: `() => Promise<Measured>`. It runs when the metrics are read, at most every five
 * seconds, so one query that an index answers is what it may cost. With `label` it yields a number for each of the label's few values.
 */
export function Measures(name: string, help: string, label?: string): MethodDecorator {
  return (target, method) => {
    const declared = (Reflect.getOwnMetadata(gaugesKey, target.constructor) as Declared[] | undefined) ?? [];
    Reflect.defineMetadata(gaugesKey, [...declared, { name, help, label, method: String(method) }], target.constructor);
  };
}

/** Finds what every context {@link Measures}, and has it read with the metrics. What cannot be read is left out, and logged once. */
@Injectable()
export class Gauges implements OnApplicationBootstrap {
  private readonly logger = new Logger(Gauges.name);
  private readonly failing = new Set<string>();

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly metrics: Metrics,
  ) {}

  onApplicationBootstrap(): void {
    for (const { instance, metatype } of this.discovery.getProviders()) {
      if (!instance || !metatype) continue;
      const methods = instance as Record<string, () => Promise<Measured>>;
      for (const declared of (Reflect.getOwnMetadata(gaugesKey, metatype) as Declared[] | undefined) ?? [])
        this.add(declared, () => (methods[declared.method] as () => Promise<Measured>).call(instance));
    }
  }

  private add({ name, help, label }: Declared, measure: () => Promise<Measured>): void {
    const read = remembering(() => this.tried(name, measure));
    new Gauge({
      name,
      help,
      labelNames: label ? [label] : [],
      registers: [this.metrics.registry],
      async collect() {
        const measured = await read();
        this.reset();
        if (typeof measured === 'number') this.set(measured);
        else if (measured === undefined && !label)
          this.remove(); // which is otherwise 0 without having been read
        else for (const [value, count] of Object.entries(measured ?? {})) this.set({ [String(label)]: value }, count);
      },
    });
  }

  private async tried(name: string, measure: () => Promise<Measured>): Promise<Measured | undefined> {
    try {
      const measured = await measure();
      this.failing.delete(name);
      return measured;
    } catch (error) {
      if (!this.failing.has(name)) this.logger.warn(`${name} cannot be measured.`, error);
      this.failing.add(name);
      return undefined;
    }
  }
}

/** The same answer for everybody who asks within five seconds. */
export function remembering<T>(read: () => Promise<T>, now: () => number = Date.now): () => Promise<T> {
  let answer: Promise<T> | undefined;
  let until = 0;
  return () => {
    if (!answer || now() >= until) {
      answer = read();
      until = now() + freshMs;
    }
    return answer;
  };
}
