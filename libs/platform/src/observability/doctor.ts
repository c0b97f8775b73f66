import { Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';

/** A record that breaks an invariant: which, and what is wrong with it. */
export interface Finding {
  /** What kind of record, and its key: `stock level SAW`. */
  readonly record: string;
  readonly problem: string;
}

/** What looking after one invariant came to. */
export interface Examination {
  readonly name: string;
  readonly rule: string;
  /** The first findings; `broken` counts all. */
  readonly findings: readonly Finding[];
  readonly broken: number;
  readonly ms: number;
}

interface Declared {
  readonly name: string;
  readonly rule: string;
  readonly method: string;
}

interface Check extends Declared {
  readonly look: () => AsyncIterable<Finding>;
}

const invariantsKey = Symbol('invariants');
const mostFindings = 100;

/**
 * Marks a provider's method that looks for records that break a rule: `() => AsyncIterable<Finding>`. It only reads, goes through any number of records in
 * bounded memory, and must find nothing on a healthy shop that is at work: what it compares it reads in one transaction, or in an order that makes it sure.
 */
export function Invariant(name: `${string}.${string}`, rule: string): MethodDecorator {
  return (target, method) => {
    const declared = (Reflect.getOwnMetadata(invariantsKey, target.constructor) as Declared[] | undefined) ?? [];
    Reflect.defineMetadata(invariantsKey, [...declared, { name, rule, method: String(method) }], target.constructor);
  };
}

/** Nobody declared an invariant of that name. */
export class UnknownInvariant extends Error {
  constructor(name: string, names: readonly string[]) {
    super(`There is no invariant ${name}. There are ${names.join(', ')}.`);
  }
}

/** Looks after what must always be true: every {@link Invariant} of every context. */
@Injectable()
export class Doctor {
  constructor(private readonly discovery: DiscoveryService) {}

  /** The names of all invariants. */
  get names(): string[] {
    return this.checks().map(({ name }) => name);
  }

  /** Examines the named invariants, all of them without names, one after the other. Throws {@link UnknownInvariant}. */
  async *examine(names: readonly string[] = []): AsyncGenerator<Examination> {
    const checks = this.checks();
    const unknown = names.find((name) => !checks.some((check) => check.name === name));
    if (unknown !== undefined) throw new UnknownInvariant(unknown, this.names);
    for (const check of checks) if (names.length === 0 || names.includes(check.name)) yield await run(check);
  }

  private checks(): Check[] {
    const found = this.discovery.getProviders().flatMap(({ instance, metatype }) => {
      const declared = instance && metatype ? (Reflect.getOwnMetadata(invariantsKey, metatype) as Declared[] | undefined) : undefined;
      const methods = instance as Record<string, () => AsyncIterable<Finding>>;
      return (declared ?? []).map((check): Check => ({ ...check, look: () => (methods[check.method] as Check['look']).call(instance) }));
    });
    const twice = found.find(({ name }, index) => found.findIndex((other) => other.name === name) !== index);
    if (twice) throw new Error(`Two invariants are called ${twice.name}.`);
    return found.sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}

async function run({ name, rule, look }: Check): Promise<Examination> {
  const startedAt = Date.now();
  const findings: Finding[] = [];
  let broken = 0;
  for await (const finding of look()) {
    broken += 1;
    if (findings.length < mostFindings) findings.push(finding);
  }
  return { name, rule, findings, broken, ms: Date.now() - startedAt };
}
