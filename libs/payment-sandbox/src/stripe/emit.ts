import type { Work } from '../store/work';
import { apiVersion, type EventBody } from './kinds';

/** Records an event with the object as it is now. */
export function emit(work: Work, type: string, object: object, previousAttributes?: object): void {
  const event: EventBody = {
    id: work.idFor('event'),
    object: 'event',
    api_version: apiVersion,
    created: work.now(),
    data: previousAttributes ? { object, previous_attributes: previousAttributes } : { object },
    livemode: false,
    pending_webhooks: 0,
    request: { id: work.request.id, idempotency_key: work.request.idempotencyKey },
    type,
  };
  work.announce('event', type, work.add('event', event));
}
