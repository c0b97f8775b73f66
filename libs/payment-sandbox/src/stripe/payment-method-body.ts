import type Stripe from 'stripe';
import { cardName, cardNamed, type TestCard } from './cards/test-cards';
import { address, emptyable, hash, ignored, integer, metadata, oneOf, text, type Values } from '../http/params';
import { badParam, noSuch, notPossible } from '../http/refusal';
import type { Row } from '../store/kinds';
import type { Work } from '../store/work';
import { stripeKinds } from './kinds';

export const billingDetails = hash({
  address: emptyable(address),
  email: emptyable(text()),
  name: emptyable(text()),
  phone: emptyable(text()),
  tax_id: emptyable(text()),
});

export const redisplay = oneOf('always', 'limited', 'unspecified');

const cardShape = hash({ number: text(), token: text(), exp_month: integer(1), exp_year: integer(1), cvc: text(), networks: ignored });
export const methodShape = {
  type: oneOf('card'),
  card: cardShape,
  billing_details: billingDetails,
  metadata,
  allow_redisplay: redisplay,
  radar_options: ignored,
};

/** A card given by token or test number. */
export function createMethod(work: Work, values: Values<typeof methodShape>): Row<'payment_method'> {
  const { card = {} } = values;
  const token = card.token ?? card.number?.replaceAll(/[\s-]/g, '');
  if (token === undefined) throw badParam('Missing required param: card[number].', 'card[number]', 'parameter_missing');
  const name = cardName(token);
  if (name === undefined && card.token) throw noSuch('token', card.token, 'card[token]', 400);
  if (name === undefined) throw notPossible('Your card number is incorrect.', { code: 'incorrect_number', param: 'number' });
  return addMethod(work, name, values);
}

/**
 * The payment method that a parameter names. Each use of a test token makes a payment method of its own,
 * as Stripe's `pm_card_visa` stands for a new one at every call (docs, "Testing").
 */
export function resolveMethod(work: Work, id: string): Row<'payment_method'> {
  const name = id.startsWith('pm_card_') ? cardName(id) : undefined;
  if (name !== undefined) return addMethod(work, name, {});
  const row = work.find('payment_method', id);
  if (!row) throw noSuch(stripeKinds.payment_method.label, id, 'payment_method', 400);
  return row;
}

export function testCardOf(row: Row<'payment_method'>): TestCard {
  return cardNamed(row.notes.token as string);
}

function addMethod(work: Work, name: string, values: Values<typeof methodShape>): Row<'payment_method'> {
  const card = cardNamed(name);
  const body: Stripe.PaymentMethod = {
    id: work.idFor('payment_method'),
    object: 'payment_method',
    allow_redisplay: values.allow_redisplay ?? 'unspecified',
    billing_details: {
      address: { city: null, country: null, line1: null, line2: null, postal_code: null, state: null },
      email: null,
      name: null,
      phone: null,
      tax_id: null,
      ...values.billing_details,
    },
    card: cardBody(card, values.card?.exp_month ?? 12, values.card?.exp_year ?? 2034),
    created: work.now(),
    customer: null,
    customer_account: null,
    livemode: false,
    metadata: values.metadata ?? {},
    type: 'card',
  };
  return work.add('payment_method', body, { token: name, setUp: card.setUp });
}

function cardBody(card: TestCard, expMonth: number, expYear: number): Stripe.PaymentMethod.Card {
  return {
    brand: card.brand,
    checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'unchecked' },
    country: card.country,
    display_brand: card.brand,
    exp_month: expMonth,
    exp_year: expYear,
    fingerprint: `fp${card.brand}${card.last4}`.padEnd(16, '0').slice(0, 16),
    funding: card.funding,
    generated_from: null,
    last4: card.last4,
    networks: { available: [card.brand], preferred: null },
    regulated_status: 'unregulated',
    three_d_secure_usage: { supported: true },
    wallet: null,
  };
}
