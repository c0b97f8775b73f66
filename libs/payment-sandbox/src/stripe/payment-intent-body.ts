import type Stripe from 'stripe';
import { emptyable, flag, flagOr, hash, ignored, list, metadata, oneOf, shipping, text, type Values } from '../http/params';
import { badParam } from '../http/refusal';
import type { Work } from '../store/work';
import { amount, checkChargeable, currency } from './amounts';
import { stripeKinds } from './kinds';
import { methodShape } from './payment-method-body';

const futureUsage = oneOf('on_session', 'off_session');
const captureMethod = oneOf('automatic', 'automatic_async', 'manual');

/** What create, confirm and update have in common. */
const details = {
  allowed_payment_method_types: list(text()),
  capture_method: captureMethod,
  excluded_payment_method_types: emptyable(list(text())),
  payment_method: text(),
  payment_method_data: hash(methodShape),
  payment_method_options: hash({
    card: hash({ request_multicapture: oneOf('if_available', 'never'), request_three_d_secure: oneOf('automatic') }),
  }),
  receipt_email: emptyable(text(800)),
  setup_future_usage: emptyable(futureUsage),
  shipping: emptyable(shipping),
  amount_details: ignored,
  payment_details: ignored,
};

/** How a confirmation is to be made. */
const terms = {
  error_on_requires_action: flag,
  off_session: flagOr(ignored),
  return_url: text(),
  use_stripe_sdk: flag,
  mandate_data: ignored,
  radar_options: ignored,
};

const descriptors = { statement_descriptor: text(22), statement_descriptor_suffix: text(22) };

export const confirmShape = { ...details, ...terms };
export const updateShape = { ...details, ...descriptors, amount, currency, customer: text(), description: emptyable(text()), metadata };
export const createShape = {
  ...updateShape,
  ...terms,
  automatic_payment_methods: hash({ enabled: flag, allow_redirects: oneOf('always', 'never') }),
  confirm: flag,
  confirmation_method: oneOf('automatic', 'manual'),
};

/** The fields that a call changes on the intent, as far as they were given; how a confirmation is to be made is no part of it. */
export function detailsOf(values: Values<typeof updateShape>): Partial<Stripe.PaymentIntent> {
  const { shipping: address, payment_method_options: options, allowed_payment_method_types: types } = values;
  const plain = Object.entries(values).filter(([name]) => plainDetails.has(name));
  return {
    ...(Object.fromEntries(plain) as Partial<Stripe.PaymentIntent>),
    ...(address !== undefined && { shipping: address }),
    ...(options !== undefined && { payment_method_options: { card: cardOptions(options.card) } }),
    ...(types && { allowed_payment_method_types: types, payment_method_types: types }),
  };
}

const plainDetails = new Set([
  ...['amount', 'capture_method', 'currency', 'customer', 'description', 'excluded_payment_method_types', 'receipt_email'],
  ...['setup_future_usage', 'statement_descriptor', 'statement_descriptor_suffix'],
]);

export function newIntent(work: Work, values: Values<typeof createShape> & { amount: number; currency: string }): Stripe.PaymentIntent {
  checkChargeable(values.amount, values.currency);
  if (values.confirm !== true) refuseTermsWithoutConfirm(values);
  const id = work.idFor('payment_intent');
  return {
    id,
    object: 'payment_intent',
    allowed_payment_method_types: values.allowed_payment_method_types ?? null,
    amount: values.amount,
    amount_capturable: 0,
    amount_received: 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: automaticMethods(values),
    canceled_at: null,
    cancellation_reason: null,
    capture_method: values.capture_method ?? 'automatic_async',
    client_secret: `${id}_secret_${work.mint('', 25)}`,
    confirmation_method: values.confirmation_method ?? 'automatic',
    created: work.now(),
    currency: values.currency,
    customer: values.customer ?? null,
    customer_account: null,
    description: values.description ?? null,
    excluded_payment_method_types: values.excluded_payment_method_types ?? null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    managed_payments: null,
    metadata: values.metadata ?? {},
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: { card: cardOptions(values.payment_method_options?.card) },
    payment_method_types: values.allowed_payment_method_types ?? ['card'],
    payment_record: null,
    processing: null,
    receipt_email: values.receipt_email ?? null,
    review: null,
    setup_future_usage: values.setup_future_usage ?? null,
    shipping: (values.shipping as Stripe.PaymentIntent.Shipping | undefined) ?? null,
    source: null,
    statement_descriptor: values.statement_descriptor ?? null,
    statement_descriptor_suffix: values.statement_descriptor_suffix ?? null,
    status: 'requires_payment_method',
    transfer_data: null,
    transfer_group: null,
  };
}

function cardOptions(
  asked: Pick<Stripe.PaymentIntent.PaymentMethodOptions.Card, 'request_multicapture'> = {},
): Stripe.PaymentIntent.PaymentMethodOptions.Card {
  const { request_multicapture: multicapture } = asked;
  const options = { installments: null, mandate_options: null, network: null, request_three_d_secure: 'automatic' as const };
  return multicapture ? { ...options, request_multicapture: multicapture } : options;
}

/** Without a list of types, Stripe offers what the account has switched on, redirects included. */
function automaticMethods(values: Values<typeof createShape>): Stripe.PaymentIntent.AutomaticPaymentMethods | null {
  const { automatic_payment_methods: asked, allowed_payment_method_types: types } = values;
  if (asked?.enabled && types)
    throw badParam(
      'You may only specify one of these parameters: automatic_payment_methods, allowed_payment_method_types.',
      'automatic_payment_methods',
      'parameters_exclusive',
    );
  if (types || asked?.enabled === false) return null;
  return { allow_redirects: asked?.allow_redirects ?? 'always', enabled: true };
}

function refuseTermsWithoutConfirm(values: Values<typeof createShape>): void {
  const name = (['off_session', 'return_url', 'error_on_requires_action'] as const).find((term) => values[term] !== undefined);
  if (name)
    throw badParam(
      `You cannot specify ${name} when creating a PaymentIntent unless you also confirm it (${stripeKinds.payment_intent.url} with confirm=true).`,
      name,
    );
}
