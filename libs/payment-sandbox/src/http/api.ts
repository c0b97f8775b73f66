import type { Fault, Faults } from '../control/faults';
import { IdMint } from '../store/ids';
import type { Store } from '../store/store';
import type { Work } from '../store/work';
import type { Asked, Dialect, Incoming, Reply } from './dialect';
import { IdempotencyKeys } from './idempotency';

/** What goes out. `spoilt` says how the connection betrays it. */
export interface Outgoing {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly spoilt?: 'timeout' | 'reset' | 'truncated';
}

/** A provider's API: who calls, has it been answered before, what is asked, do it, keep the answer with its effects, answer. */
export class Api {
  private readonly requestIds: IdMint;
  private readonly keys: IdempotencyKeys;

  constructor(
    private readonly dialect: Dialect,
    private readonly store: Store,
    private readonly faults: Faults,
    seed: number | undefined,
  ) {
    this.requestIds = new IdMint(seed === undefined ? undefined : `${dialect.name} requests:${seed}`);
    this.keys = new IdempotencyKeys(store, dialect.name, dialect.keyRules);
  }

  async handle(call: Incoming): Promise<Outgoing> {
    const asked = { requestId: this.requestIds.mint('req_', 14), key: this.dialect.keyOf(call) };
    try {
      this.dialect.admit(call);
      const fault = this.faults.take(call.method, call.path);
      return await this.perform(call, asked, fault);
    } catch (error) {
      return this.outgoing(this.refused(error), asked);
    }
  }

  private async perform(call: Incoming, asked: Asked, fault: Fault | undefined): Promise<Outgoing> {
    const { key, requestId } = asked;
    const fingerprint = key === null ? '' : this.dialect.fingerprint(call);
    const kept = key === null ? undefined : this.keys.claim(key, call.path, fingerprint);
    if (kept) return this.spoil(this.outgoing({ ...kept, kept: true }, { ...asked, replayOf: kept.requestId }), fault);
    try {
      if (fault?.when === 'before' && fault.kind === 'slow') await pause(fault.delayMs);
      const stopped = fault?.when === 'before' && fault.kind !== 'slow';
      const { work, reply } = stopped ? { work: this.begin(asked), reply: this.faulty(fault) } : this.run(call, asked);
      const told = fault?.kind === 'error' && this.keeps(fault) ? this.faulty(fault) : reply;
      if (key !== null && told.kept) {
        this.keys.keep(work, key, { fingerprint, path: call.path, status: told.status, body: told.body, requestId, created: work.now() });
      }
      await this.store.commit(work);
      if (fault?.when === 'after' && fault.kind === 'slow') await pause(fault.delayMs);
      return this.spoil(this.outgoing(told, asked), fault);
    } finally {
      if (key !== null) this.keys.release(key);
    }
  }

  private begin({ requestId, key }: Asked): Work {
    return this.store.begin({ id: requestId, idempotencyKey: key });
  }

  private run(call: Incoming, asked: Asked): { work: Work; reply: Reply } {
    const work = this.begin(asked);
    try {
      return { work, reply: this.dialect.perform(call, work) };
    } catch (error) {
      // The changes so far are dropped with their work: a refused call has no effect.
      return { work: this.begin(asked), reply: this.refused(error) };
    }
  }

  private refused(error: unknown): Reply {
    const reply = this.dialect.refusal(error);
    if (reply) return reply;
    process.emitWarning(error instanceof Error ? error : new Error(String(error)));
    return this.dialect.serverError('An unexpected error occurred in the payment sandbox.');
  }

  private faulty(fault: Fault): Reply {
    if (fault.kind === 'rate_limit') return this.dialect.tooManyRequests('Request rate limit exceeded (an armed fault of the sandbox).');
    const reply = this.dialect.serverError('An unknown error occurred (an armed fault of the sandbox).');
    return { ...reply, kept: fault.kind === 'error' && this.keeps(fault) };
  }

  private keeps(fault: Fault): boolean {
    return fault.kept && this.dialect.keepsServerErrors;
  }

  private outgoing(reply: Reply, asked: Asked): Outgoing {
    return { status: reply.status, headers: this.dialect.headers(reply, asked), body: reply.body };
  }

  /** What the wire makes of an answer. */
  private spoil(answer: Outgoing, fault: Fault | undefined): Outgoing {
    if (fault?.kind === 'timeout' || fault?.kind === 'reset' || fault?.kind === 'truncated') return { ...answer, spoilt: fault.kind };
    if (fault?.kind !== 'error' && fault?.kind !== 'rate_limit') return answer;
    const { status, body } = this.faulty(fault);
    return { ...answer, status, body };
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
