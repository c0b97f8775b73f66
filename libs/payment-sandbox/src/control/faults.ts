import { flag, integer, oneOf, readParams, text } from '../http/params';
import type { RawHash } from '../http/form';

export type FaultKind = 'timeout' | 'reset' | 'error' | 'rate_limit' | 'truncated' | 'slow';

/** Something that goes wrong on the way. `before`: the call has no effect; `after`: it has, and the answer is lost or spoilt. */
export interface Fault {
  readonly id: number;
  readonly kind: FaultKind;
  readonly when: 'before' | 'after';
  readonly method: string | undefined;
  /** A path; `*` stands for anything. */
  readonly path: string;
  /** Matching calls that pass first. */
  readonly skip: number;
  readonly times: number;
  readonly delayMs: number;
  /** A 500 is kept under the idempotency key as Stripe keeps it; false: the next call with the key runs. */
  readonly kept: boolean;
}

const shape = {
  kind: oneOf('timeout', 'reset', 'error', 'rate_limit', 'truncated', 'slow'),
  when: oneOf('before', 'after'),
  method: oneOf('GET', 'POST', 'PATCH', 'DELETE'),
  path: text(),
  skip: integer(),
  times: integer(1),
  delayMs: integer(1),
  kept: flag,
};

/** The faults that are armed. Not part of the stored state: a restart is without faults. */
export class Faults {
  private armed: (Fault & { pattern: RegExp; seen: number })[] = [];
  private nextId = 1;

  arm(raw: RawHash): Fault {
    const {
      kind,
      when = 'before',
      method,
      path = '*',
      skip = 0,
      times = 1,
      delayMs = 1000,
      kept = true,
    } = readParams(shape, raw, ['kind']);
    const fault: Fault = { id: this.nextId++, kind, when, method, path, skip, times, delayMs, kept };
    this.armed.push({ ...fault, pattern: patternOf(path), seen: 0 });
    return fault;
  }

  /** The fault that befalls this call, if any; counts the call. */
  take(method: string, path: string): Fault | undefined {
    if (this.armed.length === 0) return undefined;
    const fault = this.armed.find(
      (armed) => (!armed.method || armed.method === method) && armed.pattern.test(path) && armed.seen < armed.skip + armed.times,
    );
    if (!fault) return undefined;
    fault.seen += 1;
    return fault.seen > fault.skip ? fault : undefined;
  }

  list(): (Fault & { hits: number })[] {
    return this.armed.map(({ pattern: _pattern, seen, ...fault }) => ({ ...fault, hits: Math.max(0, seen - fault.skip) }));
  }

  clear(): void {
    this.armed = [];
  }
}

function patternOf(path: string): RegExp {
  const escaped = path.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.*')}$`);
}
