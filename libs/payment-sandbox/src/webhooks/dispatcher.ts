import { setTimeout as timer } from 'node:timers';
import type { Row } from '../store/kinds';
import type { Store } from '../store/store';
import type { Work } from '../store/work';
import { deliveryOf, deliveryPartition, putDelivery, removeDelivery, type Delivery } from './delivery';
import { undisturbed, shuffled, type DeliveryPolicy } from './policy';
import { postJson } from './post';
import { signatureHeader } from './signature';

/** Where events are sent. `events`: only these types (as `enabled_events` of a webhook endpoint); all when left out. */
export interface WebhookTarget {
  readonly url: string;
  readonly secret: string;
  readonly events?: readonly string[];
}

interface Waiting {
  readonly eventId: string;
  readonly type: string;
  /** A duplicate made by the policy: its failure is nobody's concern. */
  readonly copy: boolean;
}

const AT_ONCE = 8;

/**
 * Sends events to the webhook, at least once each: a delivery is stored with its event and removed after a 2xx answer.
 * What fails is tried again after the given pauses, then given up; the events list remains the way to catch up.
 */
export class WebhookDispatcher {
  private policy = undisturbed;
  private target: WebhookTarget | undefined;
  private readonly waiting: Waiting[] = [];
  private readonly timers = new Map<NodeJS.Timeout, readonly Waiting[]>();
  private readonly abort = new AbortController();
  private running = 0;
  private stopped = false;
  private readonly counts = { delivered: 0, failedAttempts: 0, givenUp: 0, dropped: 0 };
  private idle: (() => void)[] = [];

  constructor(
    private readonly store: Store,
    private readonly retryMs: readonly number[],
  ) {
    store.join({ before: (work) => this.enlist(work), after: ({ events }) => this.accept(events) });
  }

  /** Sets where events go, and sends what an earlier run left. Events from a time without a target are not sent. */
  aim(target: WebhookTarget | undefined): void {
    const first = !this.target && target;
    this.target = target;
    if (!first) return;
    for (const { id } of this.store.scan(deliveryPartition)) this.queue(id, this.store.find('event', id)?.body.type ?? '');
    this.pump();
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
      target: this.target?.url ?? null,
      policy: this.policy,
      waiting: this.waiting.map(({ eventId, type }) => ({ event: eventId, type })),
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
    for (const { order, body } of work.events) {
      if (this.wants(body.type)) putDelivery(work, { eventId: body.id, order, attempts: 0, state: 'pending' });
    }
  }

  private wants(type: string): boolean {
    return this.target !== undefined && (this.target.events?.includes(type) ?? true);
  }

  private accept(events: readonly Row<'event'>[]): void {
    if (this.stopped) return;
    const from = this.waiting.length;
    for (const { body } of events) {
      const delivery = deliveryOf(this.store, body.id);
      if (!delivery) continue;
      if (this.disturbs(body.type) && this.policy.drop > 0) this.drop(delivery);
      else this.queue(body.id, body.type);
    }
    this.mix(from);
    this.pump();
  }

  private disturbs(type: string): boolean {
    return this.policy.types.length === 0 || this.policy.types.includes(type);
  }

  private drop(delivery: Delivery): void {
    this.policy = { ...this.policy, drop: this.policy.drop - 1 };
    this.counts.dropped += 1;
    this.record((work) => putDelivery(work, { ...delivery, state: 'given_up' }));
  }

  private queue(eventId: string, type: string): void {
    const { duplicate, delayMs } = this.disturbs(type) ? this.policy : undisturbed;
    const copies = Array.from({ length: duplicate + 1 }, (_, index) => ({ eventId, type, copy: index > 0 }));
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
    if (this.stopped || !this.target) return;
    const most = this.policy.shuffle === undefined ? AT_ONCE : 1;
    while (this.running < most) {
      const next = this.waiting.findIndex(({ type }) => !this.policy.hold || !this.disturbs(type));
      const [item] = next < 0 ? [] : this.waiting.splice(next, 1);
      if (!item) break;
      this.running += 1;
      void this.send(item, this.target).finally(() => this.finished());
    }
    if (this.running === 0) this.idle.splice(0).forEach((resolve) => resolve());
  }

  private finished(): void {
    this.running -= 1;
    this.pump();
  }

  private async send({ eventId, type, copy }: Waiting, { url, secret }: WebhookTarget): Promise<void> {
    const event = this.store.find('event', eventId)?.body;
    if (!event) return;
    const payload = JSON.stringify({ ...event, pending_webhooks: 1 }, null, 2);
    const status = await postJson(
      url,
      payload,
      { 'stripe-signature': signatureHeader(payload, secret), 'user-agent': 'Stripe/1.0 (payment-sandbox)' },
      this.abort.signal,
    );
    if (this.stopped) return;
    const delivery = deliveryOf(this.store, eventId);
    if (status >= 200 && status < 300) this.arrived(delivery);
    else if (!copy && delivery) this.failed(delivery, type);
  }

  private arrived(delivery: Delivery | undefined): void {
    this.counts.delivered += 1;
    if (delivery) this.record((work) => removeDelivery(work, delivery));
  }

  private failed(delivery: Delivery, type: string): void {
    this.counts.failedAttempts += 1;
    const pause = this.retryMs[delivery.attempts];
    if (pause === undefined) this.counts.givenUp += 1;
    this.record((work) =>
      putDelivery(work, { ...delivery, attempts: delivery.attempts + 1, state: pause === undefined ? 'given_up' : 'pending' }),
    );
    if (pause !== undefined) this.later(pause, [{ eventId: delivery.eventId, type, copy: false }]);
  }

  /** Nobody waits for this to be durable: after a crash the event is sent once more. */
  private record(change: (work: Work) => void): void {
    const work = this.store.begin();
    change(work);
    this.store.commit(work).catch(() => undefined);
  }
}
