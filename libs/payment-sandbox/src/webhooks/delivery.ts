import type { Store } from '../store/store';
import type { Announcement, EventKind, Work } from '../store/work';

export const deliveryPartition = 'delivery';

interface Progress {
  readonly attempts: number;
  readonly state: 'pending' | 'given_up';
}

/** An event on its way to its targets. It is stored with the event itself, and a target leaves it when the event has arrived there. */
export interface Delivery {
  readonly eventId: string;
  readonly kind: EventKind;
  readonly type: string;
  readonly order: string;
  readonly targets: Readonly<Record<string, Progress>>;
}

export function newDelivery({ id, kind, type, order }: Announcement, targets: readonly string[]): Delivery {
  const pending: Progress = { attempts: 0, state: 'pending' };
  return { eventId: id, kind, type, order, targets: Object.fromEntries(targets.map((target) => [target, pending])) };
}

export function deliveryOf(store: Store, eventId: string): Delivery | undefined {
  return store.get(`delivery:${eventId}`) as Delivery | undefined;
}

/** How many targets still wait for the event. */
export function pendingTargets(delivery: Delivery | undefined): number {
  return Object.values(delivery?.targets ?? {}).filter(({ state }) => state === 'pending').length;
}

/** The delivery after something has become of it at one target; without progress it has arrived there. */
export function progressed(delivery: Delivery, target: string, progress?: Progress): Delivery {
  const { [target]: _before, ...others } = delivery.targets;
  return { ...delivery, targets: progress ? { ...others, [target]: progress } : others };
}

/** Stores a delivery, or forgets it when no target is left. */
export function putDelivery(work: Work, delivery: Delivery): void {
  const open = Object.keys(delivery.targets).length > 0;
  work.puts.set(`delivery:${delivery.eventId}`, open ? delivery : undefined);
  const id = pendingTargets(delivery) > 0 ? delivery.eventId : null;
  work.links.push({ partition: deliveryPartition, order: delivery.order, id });
}
