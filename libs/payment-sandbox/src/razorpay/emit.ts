import type { Work } from '../store/work';
import type { RazorpayEvent } from './kinds';

const ACCOUNT = 'acc_PaymentSandbx1';

/** Records an event with snapshots of the entities it contains: docs, "Webhooks", Payloads. */
export function emit(work: Work, event: string, entities: Readonly<Record<string, object>>): void {
  const body: RazorpayEvent = {
    id: work.idFor('razorpay_event'),
    entity: 'event',
    account_id: ACCOUNT,
    event,
    contains: Object.keys(entities),
    payload: Object.fromEntries(Object.entries(entities).map(([name, entity]) => [name, { entity }])),
    created_at: work.now(),
  };
  work.announce('razorpay_event', event, work.add('razorpay_event', body));
}
