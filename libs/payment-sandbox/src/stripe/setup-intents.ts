import type Stripe from 'stripe';
import { emptyable, flag, hash, ignored, list, mergeMetadata, metadata, oneOf, readParams, text, type Values } from '../http/params';
import { created, listOf } from './pages';
import { documented, notPossible } from '../http/refusal';
import { Declined, type Call, type Routes } from '../http/routes';
import type { Row } from '../store/kinds';
import type { Work } from '../store/work';
import { emit } from './emit';
import { idOf, inPath, livingCustomer, named } from './lookups';
import { createMethod, methodShape, resolveMethod, testCardOf } from './payment-method-body';
import { checkUsable } from './usable';

const terms = {
  payment_method: text(),
  payment_method_data: hash(methodShape),
  payment_method_options: ignored,
  mandate_data: ignored,
  return_url: text(),
  use_stripe_sdk: flag,
};
const createShape = {
  ...terms,
  allowed_payment_method_types: list(text()),
  automatic_payment_methods: hash({ enabled: flag, allow_redirects: oneOf('always', 'never') }),
  confirm: flag,
  customer: text(),
  description: emptyable(text()),
  metadata,
  usage: oneOf('off_session', 'on_session'),
};
const waiting = ['requires_payment_method', 'requires_confirmation', 'requires_action'];

/** Stripe's API reference, "SetupIntents": saving a card for later payments. */
export const setupIntentRoutes: Routes = {
  'POST /v1/setup_intents': create,
  'GET /v1/setup_intents': (call) =>
    listOf(call.work.store, 'setup_intent', call.raw, { customer: text(), payment_method: text(), created }, (values) => ({
      equal: { customer: values.customer, payment_method: values.payment_method },
      created: values.created,
    })),
  'GET /v1/setup_intents/:id': (call) => {
    readParams({ client_secret: text() }, call.raw);
    return inPath('setup_intent', call).body;
  },
  'POST /v1/setup_intents/:id': (call) => {
    const { metadata: changes, ...values } = readParams(
      { customer: text(), description: emptyable(text()), metadata, payment_method: text() },
      call.raw,
    );
    const row = inPath('setup_intent', call);
    if (values.customer) livingCustomer(call.work, values.customer);
    const method = values.payment_method ? resolveMethod(call.work, values.payment_method) : undefined;
    if (method) checkUsable({ ...row.body, customer: values.customer ?? row.body.customer }, method);
    const change = {
      ...values,
      ...(method && { payment_method: method.body.id, status: 'requires_confirmation' as const }),
    };
    return call.work.save('setup_intent', row, { ...change, metadata: mergeMetadata(row.body.metadata, changes) }).body;
  },
  'POST /v1/setup_intents/:id/confirm': (call) => {
    const values = readParams(terms, call.raw);
    return confirm(call, inPath('setup_intent', call), values);
  },
  'POST /v1/setup_intents/:id/cancel': (call) => {
    const { cancellation_reason: reason } = readParams(
      { cancellation_reason: oneOf('abandoned', 'duplicate', 'requested_by_customer') },
      call.raw,
    );
    const row = inPath('setup_intent', call);
    checkWaiting(row.body, 'cancel');
    const { body } = call.work.save('setup_intent', row, { status: 'canceled', cancellation_reason: reason ?? null, next_action: null });
    emit(call.work, 'setup_intent.canceled', body);
    return body;
  },
};

function create(call: Call): object {
  const values = readParams(createShape, call.raw);
  if (values.customer) livingCustomer(call.work, values.customer);
  const row = call.work.add('setup_intent', newSetupIntent(call.work, values));
  emit(call.work, 'setup_intent.created', row.body);
  if (values.confirm) return confirm(call, row, values);
  const method = givenMethod(call.work, values);
  if (method) checkUsable(row.body, method);
  return method ? call.work.save('setup_intent', row, { payment_method: method.body.id, status: 'requires_confirmation' }).body : row.body;
}

function newSetupIntent(work: Work, values: Values<typeof createShape>): Stripe.SetupIntent {
  const id = work.idFor('setup_intent');
  const types = values.allowed_payment_method_types;
  return {
    id,
    object: 'setup_intent',
    allowed_payment_method_types: types ?? null,
    application: null,
    automatic_payment_methods: types
      ? null
      : { allow_redirects: values.automatic_payment_methods?.allow_redirects ?? 'always', enabled: true },
    cancellation_reason: null,
    client_secret: `${id}_secret_${work.mint('', 25)}`,
    created: work.now(),
    customer: values.customer ?? null,
    description: values.description ?? null,
    excluded_payment_method_types: null,
    last_setup_error: null,
    latest_attempt: null,
    livemode: false,
    mandate: null,
    metadata: values.metadata ?? {},
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: null,
    payment_method_types: types ?? ['card'],
    single_use_mandate: null,
    status: 'requires_payment_method',
    usage: values.usage ?? 'off_session',
  };
}

function givenMethod(work: Work, values: Values<typeof terms>): Row<'payment_method'> | undefined {
  if (values.payment_method !== undefined) return resolveMethod(work, values.payment_method);
  return values.payment_method_data && createMethod(work, values.payment_method_data);
}

function confirm(call: Call, row: Row<'setup_intent'>, values: Values<typeof terms>): Stripe.SetupIntent | Declined {
  checkWaiting(row.body, 'confirm');
  const known = idOf(row.body.payment_method);
  const method = givenMethod(call.work, values) ?? (known ? named(call.work, 'payment_method', known, 'payment_method') : undefined);
  if (!method) throw unexpectedState("You cannot confirm this SetupIntent because it's missing a payment method.", row.body);
  checkUsable(row.body, method);
  if (row.body.automatic_payment_methods?.allow_redirects === 'always' && !values.return_url) {
    throw notPossible(
      'This SetupIntent is configured to accept payment methods that might redirect your customer: provide a `return_url`, or set `automatic_payment_methods[allow_redirects]` to `never`.',
      { param: 'return_url' },
    );
  }
  const card = testCardOf(method);
  if (card.authentication !== 'never' && !row.notes.authenticated) return askBuyer(call, row, method, values.return_url);
  if (card.decline && !card.attachable) return decline(call.work, row, method);
  return finish(call.work, row, method);
}

function askBuyer(call: Call, row: Row<'setup_intent'>, method: Row<'payment_method'>, returnUrl: string | undefined): Stripe.SetupIntent {
  const url = `${call.baseUrl}/_sandbox/setup_intents/${row.body.id}/authenticate`;
  const next: Stripe.SetupIntent.NextAction = returnUrl
    ? { type: 'redirect_to_url', redirect_to_url: { return_url: returnUrl, url } }
    : { type: 'use_stripe_sdk', use_stripe_sdk: { type: 'three_d_secure_redirect', stripe_js: url } };
  const { body } = call.work.save('setup_intent', row, { status: 'requires_action', payment_method: method.body.id, next_action: next });
  emit(call.work, 'setup_intent.requires_action', body);
  return body;
}

function decline(work: Work, row: Row<'setup_intent'>, method: Row<'payment_method'>): Declined {
  const { code, declineCode, message } = testCardOf(method).decline ?? {
    code: 'card_declined',
    declineCode: undefined,
    message: 'Your card was declined.',
  };
  const cause = { type: 'card_error' as const, code, decline_code: declineCode, message, payment_method: method.body };
  return new Declined({ ...cause, setup_intent: failSetup(work, row, cause) });
}

function failSetup(
  work: Work,
  row: Row<'setup_intent'>,
  cause: { type: 'card_error' | 'invalid_request_error'; code: string; message: string },
): Stripe.SetupIntent {
  const error = documented(cause) as unknown as Stripe.SetupIntent.LastSetupError;
  const { body } = work.save('setup_intent', row, {
    status: 'requires_payment_method',
    payment_method: null,
    next_action: null,
    last_setup_error: error,
  });
  emit(work, 'setup_intent.setup_failed', body);
  return body;
}

function finish(work: Work, row: Row<'setup_intent'>, method: Row<'payment_method'>): Stripe.SetupIntent {
  const customer = idOf(row.body.customer);
  const setUp = row.body.usage === 'off_session';
  const attaches = customer !== null && !method.body.customer;
  const saved = work.save('payment_method', method, attaches ? { customer } : {}, { setUp });
  if (attaches) emit(work, 'payment_method.attached', saved.body);
  const { body } = work.save('setup_intent', row, {
    status: 'succeeded',
    payment_method: method.body.id,
    next_action: null,
    last_setup_error: null,
  });
  emit(work, 'setup_intent.succeeded', body);
  return body;
}

/** The buyer's answer to 3-D Secure. */
export function authenticateSetup(work: Work, row: Row<'setup_intent'>, succeeds: boolean): Stripe.SetupIntent {
  if (row.body.status !== 'requires_action')
    throw unexpectedState(`This SetupIntent cannot be authenticated because it has a status of ${row.body.status}.`, row.body);
  if (succeeds) return finish(work, row, named(work, 'payment_method', idOf(row.body.payment_method) as string, 'payment_method'));
  return failSetup(work, row, {
    type: 'invalid_request_error',
    code: 'setup_intent_authentication_failure',
    message: 'The latest attempt to set up the payment method has failed because authentication failed.',
  });
}

function checkWaiting(intent: Stripe.SetupIntent, move: 'confirm' | 'cancel'): void {
  if (waiting.includes(intent.status)) return;
  throw unexpectedState(
    `You cannot ${move} this SetupIntent because it has a status of ${intent.status}. Only a SetupIntent with one of the following statuses may be ${move}ed: ${waiting.join(', ')}.`,
    intent,
  );
}

function unexpectedState(message: string, intent: Stripe.SetupIntent): Error {
  return notPossible(message, { code: 'setup_intent_unexpected_state', setup_intent: intent });
}
