import { startPaymentSandbox, type PaymentSandbox } from '@cartwright/payment-sandbox';
import { newDocument, newId } from '@cartwright/kernel';
import Stripe from 'stripe';
import { BadSignature } from '../contract/refusals';
import { requestPayment, type Payment } from '../model/payment';
import type { Refund } from '../model/refund';
import { StripeGateway } from './stripe-gateway';

const webhookSecret = 'whsec_spec';
let sandbox: PaymentSandbox;
let gateway: StripeGateway;

beforeAll(async () => {
  sandbox = await startPaymentSandbox({ port: 0, secretKey: 'sk_test_spec' });
  gateway = new StripeGateway({ secretKey: 'sk_test_spec', webhookSecret, apiUrl: sandbox.url });
});
afterAll(() => sandbox.stop());

function aPayment(token: string, orderId = newId()): Payment {
  const request = { orderId, orderNumber: 'CW-1', provider: 'stripe', token, email: 'a@b.example', amount: 1999, currency: 'USD' };
  return requestPayment(request, new Date()).next;
}

async function control(method: string, path: string, body?: object): Promise<Response> {
  return fetch(`${sandbox.url}/_sandbox/${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
  });
}

async function charges(): Promise<number> {
  const { payments } = (await (await control('GET', 'ledger')).json()) as { payments: { captured: number }[] };
  return payments.filter((payment) => payment.captured > 0).length;
}

test.each([
  ['pm_card_visa', { kind: 'ok', payment: { status: 'succeeded', amountCaptured: 1999, currency: 'USD' } }],
  [
    'pm_card_authenticationRequired',
    { kind: 'action_required', payment: { status: 'action_required', clientSecret: expect.any(String), nextAction: expect.any(Object) } },
  ],
  [
    'pm_card_visa_chargeDeclinedInsufficientFunds',
    { kind: 'declined', failureCode: 'insufficient_funds', reference: expect.stringMatching(/^pi_/) },
  ],
  ['pm_no_such_token', { kind: 'rejected', failureCode: 'resource_missing' }],
])('the token %s has its outcome', async (token, outcome) => {
  expect(await gateway.collect(aPayment(token))).toMatchObject(outcome);
});

test.each(['USD', 'JPY', 'GBP', 'HUF', 'AED', 'ZAR'])(
  'the limits in %s are where the provider begins and ceases to take a payment',
  async (currency) => {
    const { least, most } = gateway.limits(currency);
    const kinds = await Promise.all(
      [least - 1, least, most, most + 1].map(
        async (amount) => (await gateway.collect({ ...aPayment('pm_card_visa'), amount, currency })).kind,
      ),
    );
    expect(kinds).toEqual(['rejected', 'ok', 'ok', 'rejected']);
  },
);

test('collecting the same attempt again charges nothing more', async () => {
  const payment = aPayment('pm_card_visa');
  const before = await charges();
  const [first, second] = [await gateway.collect(payment), await gateway.collect(payment)];
  expect(second).toEqual(first);
  expect(await charges()).toBe(before + 1);
});

test.each(['reset', 'error', 'rate_limit'])(
  'a %s after the charge is unknown, and repeating it finds the charge',
  async (kind) => {
    const payment = aPayment('pm_card_visa');
    const before = await charges();
    await control('POST', 'faults', { kind, when: 'after', method: 'POST', path: '/v1/payment_intents', times: 6, kept: false });
    expect((await gateway.collect(payment)).kind).toBe('unknown');
    await control('DELETE', 'faults');
    expect(await gateway.collect(payment)).toMatchObject({ kind: 'ok' });
    expect(await charges()).toBe(before + 1);
  },
  30_000,
);

test('a 500 that the gateway keeps under our key is found out about by our order: whether it charged or not', async () => {
  const fault = { kind: 'error', method: 'POST', path: '/v1/payment_intents', times: 1 };
  const charged = aPayment('pm_card_visa');
  await control('POST', 'faults', { ...fault, when: 'after' });
  expect((await gateway.collect(charged)).kind).toBe('unknown');
  expect((await gateway.collect(charged)).kind).toBe('unknown');
  expect(await gateway.find(charged)).toMatchObject({ kind: 'ok', payment: { status: 'succeeded', amountCaptured: 1999 } });
  const lost = aPayment('pm_card_visa');
  await control('POST', 'faults', { ...fault, when: 'before' });
  expect((await gateway.collect(lost)).kind).toBe('unknown');
  expect(await gateway.find(lost)).toEqual({ kind: 'none' });
  await control('DELETE', 'faults');
});

test('a payment is looked up, and an open one is cancelled; one that went through is told as such', async () => {
  const open = aPayment('pm_card_authenticationRequired');
  const asked = await gateway.collect(open);
  const reference = asked.kind === 'action_required' ? asked.payment.reference : '';
  expect(await gateway.lookUp(reference)).toMatchObject({ kind: 'ok', payment: { status: 'action_required' } });
  expect(await gateway.cancel({ ...open, reference })).toMatchObject({ kind: 'ok', payment: { status: 'cancelled' } });
  const paid = aPayment('pm_card_visa');
  const outcome = await gateway.collect(paid);
  const paidReference = outcome.kind === 'ok' ? outcome.payment.reference : '';
  expect(await gateway.cancel({ ...paid, reference: paidReference })).toMatchObject({ kind: 'ok', payment: { status: 'succeeded' } });
  expect(await gateway.lookUp('pi_none')).toMatchObject({ kind: 'unknown' });
});

test('a refund is sent once however often it is repeated, and never more than was captured', async () => {
  const payment = aPayment('pm_card_visa');
  const outcome = await gateway.collect(payment);
  const paymentReference = outcome.kind === 'ok' ? outcome.payment.reference : '';
  const refund = (amount: number): Refund => ({
    ...newDocument(newId(), new Date()),
    ...{
      orderId: payment.orderId,
      key: 'k',
      provider: 'stripe',
      paymentReference,
      amount,
      currency: 'USD',
      reason: 'r',
      status: 'requested',
    },
  });
  const first = refund(1500);
  expect(await gateway.refund(first)).toEqual(await gateway.refund(first));
  expect(await gateway.refund(refund(500))).toMatchObject({ kind: 'declined' });
  expect(await gateway.refund(refund(499))).toMatchObject({ kind: 'ok' });
});

test('a 500 after the money went back is seen through: the refund is found among those of the payment', async () => {
  const payment = aPayment('pm_card_visa');
  const outcome = await gateway.collect(payment);
  const paymentReference = outcome.kind === 'ok' ? outcome.payment.reference : '';
  const refund: Refund = {
    ...newDocument(newId(), new Date()),
    ...{
      orderId: payment.orderId,
      key: 'k',
      provider: 'stripe',
      paymentReference,
      amount: 999,
      currency: 'USD',
      reason: 'r',
      status: 'requested',
    },
  };
  const fault = { kind: 'error', method: 'POST', path: '/v1/refunds', times: 1 };
  await control('POST', 'faults', { ...fault, when: 'after' });
  expect(await gateway.refund(refund)).toMatchObject({ kind: 'ok', reference: expect.stringMatching(/^re_/) });
  await control('POST', 'faults', { ...fault, when: 'before' });
  expect((await gateway.refund({ ...refund, id: newId() })).kind).toBe('unknown');
  await control('DELETE', 'faults');
});

describe('webhooks', () => {
  const stripe = new Stripe('sk_test_spec');
  const object = { id: 'pi_1', object: 'payment_intent', metadata: { orderId: 'o1' } };
  const payload = JSON.stringify({ id: 'evt_1', object: 'event', type: 'payment_intent.succeeded', data: { object } });
  const now = new Date();

  function signed(timestamp: number, secret = webhookSecret): Record<string, string> {
    return { 'stripe-signature': stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp }) };
  }
  const seconds = Math.floor(now.getTime() / 1000);

  test('a good one is read', () => {
    const event = gateway.readWebhook(Buffer.from(payload), signed(seconds), now);
    expect(event).toEqual({ id: 'evt_1', type: 'payment_intent.succeeded', reference: 'pi_1', orderId: 'o1', matters: true });
  });

  test.each([
    ['unsigned', payload, {}],
    ['signed with another secret', payload, signed(seconds, 'whsec_other')],
    ['altered', payload.replace('pi_1', 'pi_2'), signed(seconds)],
    ['six minutes old', payload, signed(seconds - 360)],
    ['from six minutes in the future', payload, signed(seconds + 360)],
    ['signed with nonsense', payload, { 'stripe-signature': 't=x,v1=y' }],
  ])('one that is %s is refused', (_, body, headers) => {
    expect(() => gateway.readWebhook(Buffer.from(body), headers, now)).toThrow(BadSignature);
  });
});
