import { setTimeout as timer } from 'node:timers';
import type { Store } from '../store/store';
import type { Announcement, EventKind, Work } from '../store/work';
import type { Channel } from './channel';
import { deliveryOf, deliveryPartition, newDelivery, progressed, putDelivery, type Delivery } from './delivery';
import { undisturbed, shuffled, type DeliveryPolicy } from './policy';
import { postJson } from './post';

/** Where events of one provider are sent. `events`: only these types (as one chooses them for a webhook endpoint); all when left out. */
export interface WebhookTarget {
  readonly kind: EventKind;
  readonly url: string;
  readonly secret: string;
  readonly events?: readonly string[];
}

interface Waiting {
  readonly event: string;
  readonly type: string;
  readonly target: string;
  /** A duplicate made by the policy: its failure is nobody's concern. */
  readonly copy: boolean;
}

const AT_ONCE = 8;

/**
 * Sends events to the webhooks, at least once each: a delivery is stored with its event and ends with a 2xx answer.
 * What fails is tried again after the given pauses, then given up; asking remains the way to catch up.
 */
export class WebhookDispatcher {
  private policy = undisturbed;
  private readonly targets = new Map<string, WebhookTarget>();
  private readonly channels: ReadonlyMap<EventKind, Channel>;
  private readonly waiting: Waiting[] = [];
  private readonly timers = new Map<NodeJS.Timeout, readonly Waiting[]>();
  private readonly abort = new AbortController();
  private running = 0;
  private stopped = false;
  private readonly counts = { delivered: 0, failedAttempts: 0, givenUp: 0, dropped: 0 };
  private idle: (() => void)[] = [];

  constructor(
    private readonly store: Store,
    channels: readonly Channel[],
    private readonly retryMs: readonly number[],
  ) {
    this.channels = new Map(channels.map((channel) => [channel.kind, channel]));
    store.join({ before: (work) => this.enlist(work), after: ({ events }) => this.accept(events) });
  }

  /** Sets where a target of this name is, and sends what an earlier run left for it. Events from a time without a target are not sent. */
  aim(name: string, target: WebhookTarget): void {
    const first = !this.targets.has(name);
    this.targets.set(name, target);
    if (!first) return;
    for (const { id } of this.store.scan(deliveryPartition)) {
      const delivery = deliveryOf(this.store, id);
      if (delivery?.targets[name]?.state === 'pending') this.queue(delivery, name);
    }
    this.pump();
  }

  /** Sends nothing more to a target. */
  forget(name: string): void {
    this.targets.delete(name);
  }

  setPolicy(policy: DeliveryPolicy): void {
    this.policy = policy;
    this.mix(0);
    this.pump();
  }

  get currentPolicy(): DeliveryPolicy {
    return this.policy;
  }

  /** Sends all that waits, held or not, and resolves when each has been tried. */
  async flush(): Promise<void> {
    const { hold, delayMs, ...rest } = this.policy;
    this.policy = { ...rest, hold: false, delayMs: 0 };
    for (const [pending, items] of this.timers) {
      clearTimeout(pending);
      this.waiting.push(...items);
    }
    this.timers.clear();
    this.mix(0);
    this.pump();
    if (this.running > 0 || this.waiting.length > 0) await new Promise<void>((resolve) => this.idle.push(resolve));
    this.policy = { ...this.policy, hold, delayMs };
  }

  report(): object {
    return {
      targets: Object.fromEntries([...this.targets].map(([name, { url }]) => [name, url])),
      policy: this.policy,
      waiting: this.waiting.map(({ event, type, target }) => ({ event, type, target })),
      sending: this.running,
      backingOff: this.timers.size,
      ...this.counts,
    };
  }

  stop(): void {
    this.stopped = true;
    for (const pending of this.timers.keys()) clearTimeout(pending);
    this.abort.abort();
    this.idle.splice(0).forEach((resolve) => resolve());
  }

  private enlist(work: Work): void {
    for (const event of work.events) {
      const wanted = [...this.targets].filter(([, { kind, events }]) => kind === event.kind && (events?.includes(event.type) ?? true));
      if (wanted.length > 0)
        putDelivery(
          work,
          newDelivery(
            event,
            wanted.map(([name]) => name),
          ),
        );
    }
  }

  private accept(events: readonly Announcement[]): void {
    if (this.stopped) return;
    const from = this.waiting.length;
    for (const { id } of events) {
      const delivery = deliveryOf(this.store, id);
      for (const target of Object.keys(delivery?.targets ?? {})) {
        if (this.disturbs((delivery as Delivery).type) && this.policy.drop > 0) this.drop(delivery as Delivery, target);
        else this.queue(delivery as Delivery, target);
      }
    }
    this.mix(from);
    this.pump();
  }

  private disturbs(type: string): boolean {
    return this.policy.types.length === 0 || this.policy.types.includes(type);
  }

  private drop({ eventId }: Delivery, target: string): void {
    this.policy = { ...this.policy, drop: this.policy.drop - 1 };
    this.counts.dropped += 1;
    this.record(eventId, (delivery) => progressed(delivery, target, { attempts: 0, state: 'given_up' }));
  }

  private queue({ eventId, type }: Delivery, target: string): void {
    const { duplicate, delayMs } = this.disturbs(type) ? this.policy : undisturbed;
    const copies = Array.from({ length: duplicate + 1 }, (_, index) => ({ event: eventId, type, target, copy: index > 0 }));
    if (delayMs > 0) this.later(delayMs, copies);
    else this.waiting.push(...copies);
  }

  private later(ms: number, items: readonly Waiting[]): void {
    const pending = timer(() => {
      this.timers.delete(pending);
      this.waiting.push(...items);
      this.pump();
    }, ms);
    pending.unref();
    this.timers.set(pending, items);
  }

  /** Mixes what waits from here on, when the policy asks for it. */
  private mix(from: number): void {
    if (this.policy.shuffle === undefined || this.policy.hold) return;
    this.waiting.push(...shuffled(this.waiting.splice(from), this.policy.shuffle));
  }

  private pump(): void {
    if (this.stopped) return;
    const most = this.policy.shuffle === undefined ? AT_ONCE : 1;
    while (this.running < most) {
      const next = this.waiting.findIndex(({ type }) => !this.policy.hold || !this.disturbs(type));
      const [item] = next < 0 ? [] : this.waiting.splice(next, 1);
      if (!item) break;
      this.running += 1;
      void this.send(item).finally(() => this.finished());
    }
    if (this.running === 0) this.idle.splice(0).forEach((resolve) => resolve());
  }

  private finished(): void {
    this.running -= 1;
    this.pump();
  }

  private async send(item: Waiting): Promise<void> {
    const target = this.targets.get(item.target);
    const event = target && this.store.find(target.kind, item.event)?.body;
    if (!event) return this.record(item.event, (delivery) => progressed(delivery, item.target));
    const channel = this.channels.get(target.kind) as Channel;
    const payload = channel.write(event);
    const headers = channel.headers(payload, target.secret, item.event);
    const status = await postJson(target.url, payload, headers, this.abort.signal);
    if (this.stopped) return;
    if (status >= 200 && status < 300) this.arrived(item);
    else if (!item.copy) this.failed(item);
  }

  private arrived(item: Waiting): void {
    this.counts.delivered += 1;
    this.record(item.event, (delivery) => progressed(delivery, item.target));
  }

  private failed(item: Waiting): void {
    const before = deliveryOf(this.store, item.event)?.targets[item.target];
    if (!before) return;
    this.counts.failedAttempts += 1;
    const pause = this.retryMs[before.attempts];
    if (pause === undefined) this.counts.givenUp += 1;
    const progress = { attempts: before.attempts + 1, state: pause === undefined ? 'given_up' : 'pending' } as const;
    this.record(item.event, (delivery) => progressed(delivery, item.target, progress));
    if (pause !== undefined) this.later(pause, [{ ...item, copy: false }]);
  }

  /** Nobody waits for this to be durable: after a crash the event is sent once more. */
  private record(eventId: string, change: (delivery: Delivery) => Delivery): void {
    const delivery = deliveryOf(this.store, eventId);
    if (!delivery) return;
    const work = this.store.begin();
    putDelivery(work, change(delivery));
    this.store.commit(work).catch(() => undefined);
  }
}
