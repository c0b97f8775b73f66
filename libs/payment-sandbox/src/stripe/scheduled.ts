import type { Job } from '../store/jobs';
import type { Work } from '../store/work';
import { cancelIntent } from './payment-intents';
import { settleRefund } from './refunds';

/** What happens by itself when its time has come. What has been overtaken by a call in the meantime is left alone. */
export const scheduled: Readonly<Record<Job['kind'], (work: Work, subject: string) => void>> = {
  settle_refund: (work, id) => {
    const refund = work.find('refund', id);
    if (refund) settleRefund(work, refund);
  },
  expire_authorization: (work, id) => {
    const intent = work.find('payment_intent', id);
    if (intent?.body.status === 'requires_capture') cancelIntent(work, intent, 'automatic');
  },
};
