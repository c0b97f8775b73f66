import type { Store } from '../store/store';
import type { Work } from '../store/work';

export const deliveryPartition = 'delivery';

/** An event on its way to the webhook. It is stored with the event itself and removed when it has arrived. */
export interface Delivery {
  readonly eventId: string;
  readonly order: string;
  readonly attempts: number;
  readonly state: 'pending' | 'given_up';
}

export function deliveryOf(store: Store, eventId: string): Delivery | undefined {
  return store.get(`delivery:${eventId}`) as Delivery | undefined;
}

export function putDelivery(work: Work, delivery: Delivery): void {
  work.puts.set(`delivery:${delivery.eventId}`, delivery);
  work.links.push({ partition: deliveryPartition, order: delivery.order, id: delivery.state === 'pending' ? delivery.eventId : null });
}

export function removeDelivery(work: Work, delivery: Delivery): void {
  work.puts.set(`delivery:${delivery.eventId}`, undefined);
  work.links.push({ partition: deliveryPartition, order: delivery.order, id: null });
}
