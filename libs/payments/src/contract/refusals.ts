import { refusal, type MinorUnits } from '@cartwright/kernel';

export const UnknownProvider = refusal<{ provider: string }>(
  'payments.unknown_provider',
  'invalid',
  ({ provider }) => `There is no payment provider "${provider}" here.`,
);
export const NoPayment = refusal<{ orderId: string }>('payments.payment_not_found', 'not_found', () => 'This order has no payment.');
export const BadSignature = refusal(
  'payments.bad_signature',
  'invalid',
  () => 'The signature of this webhook is missing, wrong, or not from the last five minutes.',
);
export const RefundTooLarge = refusal<{ asked: MinorUnits; refundable: MinorUnits }>(
  'payments.refund_too_large',
  'conflict',
  ({ asked, refundable }) => `${asked} was asked back, but only ${refundable} can be refunded.`,
);
export const AmountMismatch = refusal<{ due: MinorUnits; paid: MinorUnits }>(
  'payments.amount_mismatch',
  'conflict',
  ({ due, paid }) => `The gateway reports ${paid} where ${due} was due.`,
);
