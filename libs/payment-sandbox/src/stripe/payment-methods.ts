import type Stripe from 'stripe';
import { hash, integer, mergeMetadata, metadata, readParams, text } from '../http/params';
import { listOf } from './pages';
import { missing } from '../http/params';
import { notPossible } from '../http/refusal';
import { Declined, type Call, type Routes } from '../http/routes';
import type { Row } from '../store/kinds';
import type { Work } from '../store/work';
import { emit } from './emit';
import { idOf, inPath, livingCustomer } from './lookups';
import { billingDetails, createMethod, methodShape, redisplay, resolveMethod, testCardOf } from './payment-method-body';

/** Stripe's API reference, "PaymentMethods": cards only. */
export const paymentMethodRoutes: Routes = {
  'POST /v1/payment_methods': (call) => {
    const values = readParams(methodShape, call.raw, ['type']);
    return createMethod(call.work, values).body;
  },
  'GET /v1/payment_methods': (call) =>
    listOf(call.work.store, 'payment_method', call.raw, { customer: text(), type: text(), allow_redisplay: redisplay }, (values) => {
      if (values.customer) livingCustomer(call.work, values.customer);
      // Without a customer, Stripe lists no card: they are not the account's own.
      return { equal: { customer: values.customer ?? '', type: values.type, allow_redisplay: values.allow_redisplay } };
    }),
  'GET /v1/payment_methods/:id': (call) => {
    readParams({}, call.raw);
    return methodInPath(call).body;
  },
  'POST /v1/payment_methods/:id': update,
  'POST /v1/payment_methods/:id/attach': (call) => {
    const { customer } = readParams({ customer: text() }, call.raw, ['customer']);
    const method = methodInPath(call);
    const { decline, attachable } = testCardOf(method);
    // The issuer is asked when a card is saved, so that a card that is refused cannot be.
    if (decline && !attachable)
      return new Declined({ type: 'card_error', code: decline.code, decline_code: decline.declineCode, message: decline.message });
    return attach(call.work, method, livingCustomer(call.work, customer).body.id);
  },
  'POST /v1/payment_methods/:id/detach': (call) => {
    readParams({}, call.raw);
    const method = methodInPath(call);
    if (!method.body.customer)
      throw notPossible('The payment method you provided is not attached to a customer so detachment is impossible.');
    return detach(call.work, method);
  },
};

/** A test token in the path makes a payment method, as everywhere. */
function methodInPath(call: Call): Row<'payment_method'> {
  return call.id.startsWith('pm_card_') ? resolveMethod(call.work, call.id) : inPath('payment_method', call);
}

function update(call: Call): object {
  const shape = {
    metadata,
    billing_details: billingDetails,
    card: hash({ exp_month: integer(1), exp_year: integer(1) }),
    allow_redisplay: redisplay,
  };
  const values = readParams(shape, call.raw);
  const row = inPath('payment_method', call);
  if (!row.body.customer) throw notPossible('You must save this PaymentMethod to a customer before you can update it.');
  const change: Partial<Stripe.PaymentMethod> = {
    ...(values.allow_redisplay && { allow_redisplay: values.allow_redisplay }),
    ...(values.billing_details && { billing_details: { ...row.body.billing_details, ...values.billing_details } }),
    ...(values.card && { card: { ...(row.body.card as Stripe.PaymentMethod.Card), ...values.card } }),
    metadata: mergeMetadata(row.body.metadata, values.metadata),
  };
  const { body } = call.work.save('payment_method', row, change);
  emit(call.work, 'payment_method.updated', body);
  return body;
}

export function attach(work: Work, method: Row<'payment_method'>, customer: string): Stripe.PaymentMethod {
  const owner = idOf(method.body.customer);
  if (owner === customer) return method.body;
  if (owner) throw notPossible('The payment method you provided has already been attached to a customer.');
  if (method.notes.spent)
    throw notPossible(
      'This PaymentMethod was previously used without being attached to a Customer or was detached from a Customer, and may not be used again.',
    );
  if (!customer) throw missing('customer');
  const { body } = work.save('payment_method', method, { customer });
  emit(work, 'payment_method.attached', body);
  return body;
}

/** A detached payment method cannot be used again. */
export function detach(work: Work, method: Row<'payment_method'>): Stripe.PaymentMethod {
  const { body } = work.save('payment_method', method, { customer: null }, { spent: true });
  emit(work, 'payment_method.detached', body, { customer: method.body.customer });
  return body;
}
