import type { Store } from '../store/store';
import type { Work } from '../store/work';
import type { KeyRules } from './dialect';

/** An answer kept under an idempotency key. */
export interface KeptAnswer {
  readonly fingerprint: string;
  readonly path: string;
  readonly status: number;
  readonly body: string;
  readonly requestId: string;
  readonly created: number;
}

const KEPT_SECONDS = 24 * 3600;
const partition = 'idempotency';

/** The first answer to a key is the answer to all calls with it, for a day: Stripe's API reference, "Idempotent requests". */
export class IdempotencyKeys {
  private readonly inUse = new Set<string>();

  constructor(
    private readonly store: Store,
    private readonly provider: string,
    private readonly rules: KeyRules,
  ) {}

  /** The kept answer for this call; refuses the same key for something else, or while its first call still runs. */
  claim(key: string, path: string, fingerprint: string): KeptAnswer | undefined {
    this.rules.check(key);
    if (this.inUse.has(key)) throw this.rules.inUse(key);
    const kept = this.store.get(this.placeOf(key)) as KeptAnswer | undefined;
    if (!kept || kept.created <= this.store.clock.now() - KEPT_SECONDS) {
      this.inUse.add(key);
      return undefined;
    }
    if (kept.path !== path) throw this.rules.otherPath(key, path, kept.path);
    if (kept.fingerprint !== fingerprint) throw this.rules.otherParameters(key);
    return kept;
  }

  /** Keeps the answer with the changes of the call, so that neither exists without the other. */
  keep(work: Work, key: string, answer: KeptAnswer): void {
    const place = this.placeOf(key);
    work.puts.set(place, answer);
    work.links.push({ partition, order: `${String(answer.created).padStart(10, '0')}-${place}`, id: place });
  }

  release(key: string): void {
    this.inUse.delete(key);
  }

  private placeOf(key: string): string {
    return `idempotency:${this.provider}:${key}`;
  }
}

/** Forgets the answers that are older than a day. */
export async function pruneKeptAnswers(store: Store): Promise<void> {
  const work = store.begin();
  const before = String(store.clock.now() - KEPT_SECONDS).padStart(10, '0');
  for (const { order, id } of store.scan(partition, { before })) {
    work.links.push({ partition, order, id: null });
    const kept = store.get(id) as KeptAnswer | undefined;
    if (kept && order.startsWith(String(kept.created).padStart(10, '0'))) work.puts.set(id, undefined);
  }
  await store.commit(work);
}
