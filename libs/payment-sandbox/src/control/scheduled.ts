import { authorizeLate, releaseUncaptured } from '../razorpay/payments';
import { settleRefund as settleRazorpayRefund } from '../razorpay/refunds';
import type { Job } from '../store/jobs';
import type { Work } from '../store/work';
import { decideDispute, missDispute, openDispute } from '../stripe/disputes';
import { expireIntent } from '../stripe/payment-intents';
import { settleRefund } from '../stripe/refunds';

/** What happens by itself when its time has come. What has been overtaken by a call in the meantime is left alone. */
export const scheduled: Readonly<Record<Job['kind'], (work: Work, subject: string) => void>> = {
  settle_refund: (work, id) => {
    const refund = work.find('refund', id);
    if (refund) settleRefund(work, refund);
  },
  expire_authorization: (work, id) => {
    const intent = work.find('payment_intent', id);
    if (intent?.body.status === 'requires_capture') expireIntent(work, intent);
  },
  open_dispute: openDispute,
  decide_dispute: decideDispute,
  dispute_due: missDispute,
  razorpay_settle_refund: settleRazorpayRefund,
  razorpay_release: releaseUncaptured,
  razorpay_authorize: (work, id) => {
    if (work.find('razorpay_payment', id)?.body.status === 'failed') authorizeLate(work, id);
  },
};
