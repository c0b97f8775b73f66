import { formatMoney, refusal, type Currency, type MinorUnits } from '@cartwright/kernel';

/** As it stands in examples. */
const id = '6565f0c2a1b2c3d4e5f60718';

export const UnknownProvider = refusal<{ provider: string }>(
  'payments.unknown_provider',
  'invalid',
  ({ provider }) => `There is no payment provider "${provider}" here.`,
  { provider: 'acme' },
);
export const AmountNotChargeable = refusal<{
  amount: MinorUnits;
  currency: Currency;
  least: MinorUnits;
  most: MinorUnits;
  step: MinorUnits;
}>(
  'payments.amount_not_chargeable',
  'conflict',
  ({ amount, currency, least, most, step }) => {
    const steps = step > 1 ? `, in steps of ${formatMoney(step, currency)}` : '';
    return `${formatMoney(amount, currency)} cannot be paid at once: the payment provider takes ${formatMoney(least, currency)} to ${formatMoney(most, currency)}${steps}.`;
  },
  { amount: 10, currency: 'USD', least: 50, most: 99_999_999, step: 1 },
);
export const NoPayment = refusal<{ orderId: string }>('payments.payment_not_found', 'not_found', () => 'This order has no payment.', {
  orderId: id,
});
export const BadSignature = refusal(
  'payments.bad_signature',
  'invalid',
  () => 'The signature is missing or wrong, or not from the last five minutes.',
);
export const RefundTooLarge = refusal<{ asked: MinorUnits; refundable: MinorUnits }>(
  'payments.refund_too_large',
  'conflict',
  ({ asked, refundable }) => `${asked} was asked back, but only ${refundable} can be refunded.`,
  { asked: 2999, refundable: 1999 },
);
export const RefundedOtherwise = refusal<{ orderId: string; key: string }>(
  'payments.refunded_otherwise',
  'conflict',
  () => 'The goods or the money of this refund have been refunded otherwise since it failed.',
  { orderId: id, key: 'return-6565f0c2a1b2c3d4e5f60718' },
);
export const RefundNotFound = refusal<{ refundId: string }>('payments.refund_not_found', 'not_found', () => 'There is no such refund.', {
  refundId: id,
});
export const CaptureTooLarge = refusal<{ asked: MinorUnits; capturable: MinorUnits }>(
  'payments.capture_too_large',
  'conflict',
  ({ asked, capturable }) => `${asked} was to be captured, but only ${capturable} is held and not yet captured.`,
  { asked: 2999, capturable: 1999 },
);
export const NotSupportedByProvider = refusal<{ provider: string; what: string }>(
  'payments.not_supported_by_provider',
  'conflict',
  ({ provider, what }) => `The payment provider "${provider}" does not do this: ${what}.`,
  { provider: 'razorpay', what: 'saved methods' },
);
export const AmountMismatch = refusal<{ due: MinorUnits; paid: MinorUnits }>(
  'payments.amount_mismatch',
  'conflict',
  ({ due, paid }) => `The gateway reports ${paid} where ${due} was due.`,
  { due: 1999, paid: 999 },
);
export const SavedMethodNotFound = refusal<{ methodId: string }>(
  'payments.saved_method_not_found',
  'not_found',
  () => 'This account has no saved payment method with that id.',
  { methodId: id },
);
export const TooManySavedMethods = refusal<{ most: number }>(
  'payments.too_many_saved_methods',
  'conflict',
  ({ most }) => `An account keeps at most ${most} payment methods; remove one first.`,
  { most: 20 },
);
export const MethodDeclined = refusal<{ declineCode: string }>(
  'payments.method_declined',
  'payment_required',
  ({ declineCode }) => `This payment method cannot be saved (${declineCode}); another one may do.`,
  { declineCode: 'insufficient_funds' },
);
export const ProviderUnavailable = refusal<{ provider: string }>(
  'payments.provider_unavailable',
  'unavailable',
  ({ provider }) => `The payment provider "${provider}" does not answer right now. Nothing was charged; please try again.`,
  { provider: 'stripe' },
);
