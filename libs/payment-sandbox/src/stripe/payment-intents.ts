import type Stripe from 'stripe';
import { mergeMetadata, oneOf, readParams, text, type Values } from '../http/params';
import { created, listOf } from './pages';
import { notPossible } from '../http/refusal';
import type { Call, Declined, Routes } from '../http/routes';
import type { Row } from '../store/kinds';
import type { Work } from '../store/work';
import { emit } from './emit';
import { checkChargeable } from './amounts';
import { capture } from './captures';
import { idOf, inPath, livingCustomer, named } from './lookups';
import { attemptPayment } from './payment-attempt';
import { confirmShape, createShape, detailsOf, newIntent, updateShape } from './payment-intent-body';
import { checkMove, unexpectedState } from './payment-intent-states';
import { createMethod, resolveMethod } from './payment-method-body';
import { checkUsable } from './usable';
import { giveUpRest } from './refunds';

type Intent = Row<'payment_intent'>;

/** Stripe's API reference, "PaymentIntents". */
export const paymentIntentRoutes: Routes = {
  'POST /v1/payment_intents': create,
  'GET /v1/payment_intents': (call) =>
    listOf(call.work.store, 'payment_intent', call.raw, { customer: text(), created }, (values) => ({
      equal: { customer: values.customer },
      created: values.created,
    })),
  'GET /v1/payment_intents/:id': (call) => {
    readParams({ client_secret: text() }, call.raw);
    return inPath('payment_intent', call).body;
  },
  'POST /v1/payment_intents/:id': update,
  'POST /v1/payment_intents/:id/confirm': (call) => {
    const values = readParams(confirmShape, call.raw);
    return confirm(call, inPath('payment_intent', call), values);
  },
  'POST /v1/payment_intents/:id/capture': capture,
  'POST /v1/payment_intents/:id/cancel': (call) => {
    const { cancellation_reason: reason } = readParams(
      { cancellation_reason: oneOf('abandoned', 'duplicate', 'fraudulent', 'requested_by_customer') },
      call.raw,
    );
    return cancelIntent(call.work, inPath('payment_intent', call), reason ?? null);
  },
};

function create(call: Call): object | Declined {
  const values = readParams(createShape, call.raw, ['amount', 'currency']);
  if (values.customer) livingCustomer(call.work, values.customer);
  const row = call.work.add('payment_intent', newIntent(call.work, values));
  if (values.confirm) {
    emit(call.work, 'payment_intent.created', row.body);
    return confirm(call, row, values);
  }
  const { body } = withMethod(call.work, row, values);
  emit(call.work, 'payment_intent.created', body);
  return body;
}

/** Puts the payment method of a call on the intent: `requires_payment_method` becomes `requires_confirmation`. */
function withMethod(work: Work, row: Intent, values: Values<typeof confirmShape>): Intent {
  const method = givenMethod(work, values);
  if (!method) return row;
  checkUsable(row.body, method);
  return work.save('payment_intent', row, { payment_method: method.body.id, status: 'requires_confirmation', next_action: null });
}

function givenMethod(work: Work, values: Values<typeof confirmShape>): Row<'payment_method'> | undefined {
  if (values.payment_method !== undefined) return resolveMethod(work, values.payment_method);
  return values.payment_method_data && createMethod(work, values.payment_method_data);
}

function confirm(call: Call, row: Intent, values: Values<typeof confirmShape>): Stripe.PaymentIntent | Declined {
  checkMove(row.body, 'confirm');
  const changed = call.work.save('payment_intent', row, detailsOf(values));
  const known = idOf(changed.body.payment_method);
  const method = givenMethod(call.work, values) ?? (known ? named(call.work, 'payment_method', known, 'payment_method') : undefined);
  if (!method) {
    throw unexpectedState(
      "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment method or ConfirmationToken.",
      row.body,
    );
  }
  checkUsable(changed.body, method);
  checkReturnUrl(changed.body, values.return_url);
  return attemptPayment(call.work, changed, method, {
    offSession: values.off_session !== undefined && values.off_session !== false,
    errorOnAction: values.error_on_requires_action ?? false,
    returnUrl: values.return_url,
    baseUrl: call.baseUrl,
  });
}

function checkReturnUrl(intent: Stripe.PaymentIntent, returnUrl: string | undefined): void {
  if (returnUrl || intent.automatic_payment_methods?.allow_redirects !== 'always') return;
  throw notPossible(
    'This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of these payment methods might redirect your customer off of your page, you must provide a `return_url`. ' +
      "If you don't want to accept redirect-based payment methods, set `automatic_payment_methods[enabled]` to `true` and `automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents and Payment Intents.",
    { param: 'return_url' },
  );
}

function update(call: Call): object {
  const values = readParams(updateShape, call.raw);
  const row = inPath('payment_intent', call);
  const { metadata: changes, description, ...rest } = values;
  if (Object.keys(rest).length > 0) checkMove(row.body, 'amend');
  if (values.customer) livingCustomer(call.work, values.customer);
  if (values.amount !== undefined || values.currency !== undefined)
    checkChargeable(values.amount ?? row.body.amount, values.currency ?? row.body.currency);
  const changed = call.work.save('payment_intent', row, {
    ...detailsOf(rest),
    ...(description !== undefined && { description }),
    metadata: mergeMetadata(row.body.metadata, changes),
  });
  return withMethod(call.work, changed, values).body;
}

/** How an authorisation ends when nobody captures it: docs, "Place a hold on a payment method". */
export function expireIntent(work: Work, row: Intent): void {
  cancelIntent(work, row, 'automatic');
}

/** Cancels; a held amount is released, which Stripe shows as a refunded charge. What has been captured of it stays captured. */
export function cancelIntent(work: Work, row: Intent, reason: Stripe.PaymentIntent.CancellationReason | null): Stripe.PaymentIntent {
  checkMove(row.body, 'cancel');
  if (row.body.amount_received > 0) return releaseRest(work, row);
  const held = row.body.status === 'requires_capture' ? work.find('charge', idOf(row.body.latest_charge) as string) : undefined;
  if (held) {
    const { body: charge } = work.save('charge', held, { refunded: true, amount_refunded: held.body.amount });
    emit(work, reason === 'automatic' ? 'charge.expired' : 'charge.refunded', charge);
  }
  const { body } = work.save('payment_intent', row, {
    status: 'canceled',
    canceled_at: work.now(),
    cancellation_reason: reason,
    amount_capturable: 0,
    next_action: null,
  });
  emit(work, 'payment_intent.canceled', body);
  return body;
}

/** With multicapture, what was captured before is the payment: docs, "Capture a payment multiple times". */
function releaseRest(work: Work, row: Intent): Stripe.PaymentIntent {
  const charge = named(work, 'charge', idOf(row.body.latest_charge) as string, 'charge');
  emit(work, 'charge.updated', giveUpRest(work, work.save('charge', charge, { captured: true })).body);
  const { body } = work.save('payment_intent', row, { status: 'succeeded', amount_capturable: 0 });
  emit(work, 'payment_intent.succeeded', body);
  return body;
}
