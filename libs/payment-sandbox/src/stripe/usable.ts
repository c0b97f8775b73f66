import type Stripe from 'stripe';
import { notPossible } from '../http/refusal';
import type { Row } from '../store/kinds';
import { idOf } from './lookups';

const label = { payment_intent: 'PaymentIntent', setup_intent: 'SetupIntent' } as const;

/** A payment method belongs to one customer, or can be used once: docs, "PaymentMethods" and the errors of the API. */
export function checkUsable(intent: Stripe.PaymentIntent | Stripe.SetupIntent, method: Row<'payment_method'>): void {
  const owner = idOf(method.body.customer);
  if (!intent.payment_method_types.includes(method.body.type)) {
    throw notPossible(
      `The PaymentMethod provided (${method.body.type}) is not allowed for this ${label[intent.object]}. Please attach a PaymentMethod of one of the following types: ${intent.payment_method_types.join(', ')}.`,
    );
  }
  if (method.notes.spent) {
    throw notPossible(
      'The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, shared with a connected account without Customer attachment, or was detached from a Customer. It may not be used again. To use a PaymentMethod multiple times, you must attach it to a Customer first.',
    );
  }
  if (!owner || owner === idOf(intent.customer)) return;
  if (!intent.customer)
    throw notPossible(
      'The payment method you provided is attached to a customer so for security purposes you must provide the customer in the request.',
    );
  throw notPossible(
    `The customer does not have a payment method with the ID ${method.body.id}. The payment method must be attached to the customer.`,
    { code: 'resource_missing', param: 'payment_method' },
  );
}
