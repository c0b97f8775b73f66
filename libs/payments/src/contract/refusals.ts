import { formatMoney, refusal, type Currency, type MinorUnits } from '@cartwright/kernel';

export const UnknownProvider = refusal<{ provider: string }>(
  'payments.unknown_provider',
  'invalid',
  ({ provider }) => `There is no payment provider "${provider}" here.`,
);
export const AmountNotChargeable = refusal<{ amount: MinorUnits; currency: Currency; least: MinorUnits; most: MinorUnits }>(
  'payments.amount_not_chargeable',
  'conflict',
  ({ amount, currency, least, most }) =>
    `${formatMoney(amount, currency)} cannot be paid at once: the payment provider takes ${formatMoney(least, currency)} to ${formatMoney(most, currency)}.`,
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
