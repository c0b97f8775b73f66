import { createHash } from 'node:crypto';
import type { Store } from '../store/store';
import type { Work } from '../store/work';
import { Refusal } from './refusal';

/** An answer kept under an idempotency key. */
export interface KeptAnswer {
  readonly fingerprint: string;
  readonly path: string;
  readonly status: number;
  readonly body: string;
  readonly requestId: string;
  readonly created: number;
}

const LONGEST_KEY = 255;
const KEPT_SECONDS = 24 * 3600;

/** Stripe's API reference, "Idempotent requests": the first answer to a key is the answer to all calls with it, for a day. */
export class IdempotencyKeys {
  private readonly inUse = new Set<string>();

  constructor(private readonly store: Store) {}

  /** The kept answer for this call; refuses the same key for something else (400) or while its first call still runs (409). */
  claim(key: string, path: string, fingerprint: string): KeptAnswer | undefined {
    if (key.length > LONGEST_KEY)
      throw new Refusal(
        400,
        { type: 'invalid_request_error', message: `Idempotency keys can be up to ${LONGEST_KEY} characters long.` },
        false,
      );
    if (this.inUse.has(key)) {
      throw new Refusal(
        409,
        {
          type: 'idempotency_error',
          code: 'idempotency_key_in_use',
          message: `There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through): ${key}. If you are seeing this error frequently, contact support.`,
        },
        false,
      );
    }
    const kept = this.store.get(`idempotency:${key}`) as KeptAnswer | undefined;
    if (!kept || kept.created <= this.store.clock.now() - KEPT_SECONDS) {
      this.inUse.add(key);
      return undefined;
    }
    if (kept.path !== path)
      throw mismatch(
        `Keys for idempotent requests can only be used for the same endpoint they were first used for ('${path}' vs '${kept.path}'). Try using a key other than '${key}' if you meant to execute a different request.`,
      );
    if (kept.fingerprint !== fingerprint)
      throw mismatch(
        `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`,
      );
    return kept;
  }

  /** Keeps the answer with the changes of the call, so that neither exists without the other. */
  keep(work: Work, key: string, answer: KeptAnswer): void {
    work.puts.set(`idempotency:${key}`, answer);
    work.links.push({ partition: 'idempotency', order: `${String(answer.created).padStart(10, '0')}-${key}`, id: key });
  }

  release(key: string): void {
    this.inUse.delete(key);
  }

  /** Forgets what is older than a day. */
  async prune(): Promise<void> {
    const work = this.store.begin();
    const before = String(this.store.clock.now() - KEPT_SECONDS).padStart(10, '0');
    for (const { order, id } of this.store.scan('idempotency', { before })) {
      work.links.push({ partition: 'idempotency', order, id: null });
      const kept = this.store.get(`idempotency:${id}`) as KeptAnswer | undefined;
      if (kept && order.startsWith(String(kept.created).padStart(10, '0'))) work.puts.set(`idempotency:${id}`, undefined);
    }
    await this.store.commit(work);
  }
}

/** Equal for the same parameters in any order. */
export function fingerprintOf(form: string): string {
  return createHash('sha256').update(form.split('&').sort().join('&')).digest('base64');
}

function mismatch(message: string): Refusal {
  return new Refusal(400, { type: 'idempotency_error', message }, false);
}
