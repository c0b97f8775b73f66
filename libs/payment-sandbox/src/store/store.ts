import { SandboxClock } from './clock';
import { IdMint } from './ids';
import type { Kind, Row } from './kinds';
import type { ScanRange, Shelf } from './shelf';
import { Work, type RequestFacts } from './work';

interface Pending {
  readonly value: unknown;
  readonly turn: number;
}

/** Takes part in every commit: may add to it before, and acts on it once it is durable. */
export interface Participant {
  readonly before?: (work: Work) => void;
  readonly after: (work: Work) => void;
}

interface Counters {
  readonly ids: number;
  readonly turn: number;
}

/**
 * The sandbox's state. Calls run one after the other in this process: a call reads, decides and collects its changes in a `Work`
 * without waiting, and `commit` shows them to the next call at once and resolves when they are durable. Commits become durable in
 * their order, so nothing answered can rest on something lost.
 */
export class Store {
  readonly clock: SandboxClock;
  readonly ids: IdMint;
  private readonly pending = new Map<string, Pending>();
  private turn: number;
  private broken: unknown;
  private closed = false;
  private lastWrite: Promise<void> = Promise.resolve();
  private readonly participants: Participant[] = [];

  constructor(
    private readonly shelf: Shelf,
    seed: number | undefined,
    standsAt?: number,
  ) {
    const counters = shelf.get('meta:counters') as Counters | undefined;
    this.turn = counters?.turn ?? 0;
    this.ids = new IdMint(seed === undefined ? undefined : `objects:${seed}`, counters?.ids ?? 0);
    this.clock = new SandboxClock((shelf.get('meta:clock') as number | undefined) ?? 0, standsAt);
  }

  begin(request: RequestFacts = { id: null, idempotencyKey: null }): Work {
    if (this.closed) throw new Error('The sandbox has stopped.');
    if (this.broken) throw new Error('The sandbox could not write its state and takes no more calls.', { cause: this.broken });
    return new Work(this, request);
  }

  get(key: string): unknown {
    const waiting = this.pending.get(key);
    return waiting ? waiting.value : this.shelf.get(key);
  }

  find<K extends Kind>(kind: K, id: string): Row<K> | undefined {
    return this.get(`${kind}:${id}`) as Row<K> | undefined;
  }

  /** Ids in a partition, in order. Sees every call that has been answered. */
  scan(partition: string, range?: ScanRange): Iterable<{ readonly order: string; readonly id: string }> {
    return this.shelf.scan(partition, range);
  }

  /** A place in the order of all things: by time, then by turn. */
  nextOrder(): string {
    this.turn += 1;
    return `${String(this.clock.now()).padStart(10, '0')}-${String(this.turn).padStart(12, '0')}`;
  }

  join(participant: Participant): void {
    this.participants.push(participant);
  }

  /** Also waits when the work has changed nothing: it may have read what another call is still writing, and must not tell before. */
  async commit(work: Work): Promise<void> {
    if (work.puts.size === 0 && work.links.length === 0) return this.lastWrite;
    for (const { before } of this.participants) before?.(work);
    const turn = (this.turn += 1);
    work.puts.set('meta:counters', { ids: this.ids.counter, turn } satisfies Counters);
    for (const [key, value] of work.puts) this.pending.set(key, { value, turn });
    this.lastWrite = this.shelf.write(work);
    try {
      await this.lastWrite;
    } catch (error) {
      this.broken = error;
      throw error;
    }
    for (const key of work.puts.keys()) {
      if (this.pending.get(key)?.turn === turn) this.pending.delete(key);
    }
    for (const { after } of this.participants) after(work);
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.lastWrite.catch(() => undefined);
    await this.shelf.close();
  }
}
