import { startPaymentSandbox, type PaymentSandbox } from '@cartwright/payment-sandbox';
import Stripe from 'stripe';
import { BadSignature } from '../contract/refusals';
import type { Payment } from '../model/payment';
import { aPaymentOf, aRefundOf, describeGateway, type GatewayUnderTest } from '../testing/gateway-conformance';
import { describeVault, type VaultUnderTest } from '../testing/vault-conformance';
import type { KnownPayment } from './payment-gateway';
import { StripeGateway } from './stripe-gateway';

const webhookSecret = 'whsec_spec';
let sandbox: PaymentSandbox;
let gateway: StripeGateway;

async function startStripe(): Promise<GatewayUnderTest> {
  const own = await startPaymentSandbox({ port: 0, secretKey: 'sk_test_spec' });
  const on = new StripeGateway({ secretKey: 'sk_test_spec', webhookSecret, apiUrl: own.url });
  const reference = async (payment: Payment): Promise<KnownPayment> => {
    const outcome = await on.collect(payment);
    if (outcome.kind !== 'ok' && outcome.kind !== 'action_required') throw new Error(`The payment is ${outcome.kind}.`);
    return { ...payment, reference: outcome.payment.reference };
  };
  return {
    gateway: on,
    token: 'pm_card_visa',
    pay: reference,
    begin: (payment) => reference({ ...payment, token: 'pm_card_authenticationRequired' }),
    fault: async (call, kind, when) => {
      const path = { collect: '/v1/payment_intents', capture: '/v1/payment_intents/*/capture', refund: '/v1/refunds' }[call];
      // The SDK itself repeats a call twice.
      await control('POST', 'faults', { kind, when, method: 'POST', path, times: 3, kept: false }, own);
    },
    calm: async () => void (await control('DELETE', 'faults', undefined, own)),
    advance: async (seconds) => void (await control('POST', 'clock', { advance: seconds }, own)),
    stop: () => own.stop(),
    books: (orderId) => booksOf(orderId, own),
  };
}

async function booksOf(orderId: string, on: PaymentSandbox): ReturnType<GatewayUnderTest['books']> {
  const { payments } = (await (await control('GET', 'ledger', undefined, on)).json()) as { payments: Line[] };
  const lines = payments.filter(({ metadata }) => metadata.orderId === orderId);
  const total = (pick: (line: Line) => number): number => lines.reduce((sum, line) => sum + pick(line), 0);
  return { payments: lines.length, captured: total((line) => line.captured), refunded: total((line) => line.refunded) };
}

interface Line {
  readonly captured: number;
  readonly refunded: number;
  readonly metadata: Readonly<Record<string, string>>;
}

beforeAll(async () => {
  sandbox = await startPaymentSandbox({ port: 0, secretKey: 'sk_test_spec' });
  gateway = new StripeGateway({ secretKey: 'sk_test_spec', webhookSecret, apiUrl: sandbox.url });
});
afterAll(() => sandbox.stop());

test('of a payment that was taken in part Stripe calls the rest a refund; what went back of what was taken is told beside it', async () => {
  const held = aPaymentOf('stripe', { captureMode: 'manual', token: 'pm_card_visa' });
  const collected = await gateway.collect(held);
  if (collected.kind !== 'ok') throw new Error(`The payment is ${collected.kind}.`);
  const { reference } = collected.payment;
  await gateway.capture({ ...held, reference, captureRequested: held.amount - 300 });
  const stripe = new Stripe('sk_test_spec', { host: '127.0.0.1', port: sandbox.port, protocol: 'http' });
  const [rest] = (await stripe.refunds.list({ payment_intent: reference })).data;
  const lookUp = () => gateway.lookUpRefund({ ...aRefundOf({ ...held, reference }, 300), reference: rest!.id });
  expect(await lookUp()).toMatchObject({ kind: 'ok', amount: 300, returned: 0 });
  await stripe.refunds.create({ payment_intent: reference, amount: 100 });
  expect(await lookUp()).toMatchObject({ amount: 300, returned: 100 });
});

async function startVault(): Promise<VaultUnderTest> {
  const paths = { customer: '/v1/customers', detach: '/v1/payment_methods/*/detach' };
  const stripe = new Stripe('sk_test_spec', { host: '127.0.0.1', port: sandbox.port, protocol: 'http' });
  return {
    gateway,
    vault: gateway.vault,
    tokens: { good: 'pm_card_visa', asks: 'pm_card_authenticationRequired', bad: 'pm_card_visa_chargeDeclined' },
    authenticate: async ({ clientSecret = '' }) =>
      void (await control('POST', `setup_intents/${clientSecret.split('_secret_')[0]}/authenticate`, { outcome: 'succeed' })),
    fault: async (call, kind, when) => {
      await control('POST', 'faults', { kind, when, method: 'POST', path: paths[call], times: 3, kept: kind === 'error' });
    },
    calm: async () => void (await control('DELETE', 'faults')),
    remove: async (customer) => void (await stripe.customers.del(customer)),
  };
}

describeGateway('Stripe', startStripe);
describeVault('Stripe', startVault);

function aPayment(token: string): Payment {
  return aPaymentOf('stripe', { token });
}

async function control(method: string, path: string, body?: object, on = sandbox): Promise<Response> {
  return fetch(`${on.url}/_sandbox/${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
  });
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

describe('a 500 that Stripe keeps under its key for a day', () => {
  const onlyOnce = (path: string, when: 'before' | 'after') =>
    control('POST', 'faults', { kind: 'error', when, method: 'POST', path, times: 1, kept: true });
  const made = async (payment: Payment): Promise<KnownPayment> => {
    const outcome = await gateway.collect(payment);
    if (outcome.kind !== 'ok' && outcome.kind !== 'action_required') throw new Error(`The payment is ${outcome.kind}.`);
    return { ...payment, reference: outcome.payment.reference };
  };

  it('leaves a payment open that was to be withdrawn, until it is withdrawn again', async () => {
    const payment = await made(aPayment('pm_card_authenticationRequired'));
    await onlyOnce('/v1/payment_intents/*/cancel', 'before');
    expect((await gateway.cancel(payment)).kind).toBe('unknown');
    expect(await gateway.cancel(payment)).toMatchObject({ kind: 'ok', payment: { status: 'cancelled' } });
  }, 30_000);

  it.each(['before', 'after'] as const)(
    'in the place of a capture, %s it, does not keep the money from being taken once',
    async (when) => {
      const held = { ...(await made({ ...aPayment('pm_card_visa'), captureMode: 'manual' })), captureRequested: 1999 };
      await onlyOnce('/v1/payment_intents/*/capture', when);
      expect((await gateway.capture(held)).kind).toBe('unknown');
      expect(await gateway.capture(held)).toMatchObject({ kind: 'ok', payment: { status: 'succeeded', amountCaptured: 1999 } });
    },
    30_000,
  );
});

it('finds a charge that was made hours after its payment was recorded, as when the shop was down meanwhile', async () => {
  const payment = { ...aPayment('pm_card_visa'), createdAt: new Date(Date.now() - 7 * 3_600_000) };
  await gateway.collect(payment);
  expect(await gateway.find(payment)).toMatchObject({ kind: 'ok', payment: { status: 'succeeded' } });
});

test.each(['USD', 'JPY', 'GBP', 'HUF', 'AED', 'ZAR', 'KWD', 'BHD', 'JOD', 'OMR', 'TND'])(
  'the limits in %s are where the provider begins and ceases to take a payment',
  async (currency) => {
    const { least, most, step } = gateway.limits(currency);
    const kinds = await Promise.all(
      [least - 1, least, least + step, most, most + 1].map(
        async (amount) => (await gateway.collect({ ...aPayment('pm_card_visa'), amount, currency })).kind,
      ),
    );
    expect(kinds).toEqual(['rejected', 'ok', 'ok', 'ok', 'rejected']);
  },
);

test.each(['ISK', 'UGX', 'MGA'])('a payment in %s is of our amount, though the provider counts in other units', async (currency) => {
  const outcome = await gateway.collect({ ...aPayment('pm_card_visa'), amount: 500_000, currency });
  expect(outcome).toMatchObject({ kind: 'ok', payment: { amountCaptured: 500_000, currency } });
});

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

describe('a refund', () => {
  const taken = async (): Promise<KnownPayment> => {
    const payment = aPayment('pm_card_visa');
    const outcome = await gateway.collect(payment);
    return { ...payment, reference: outcome.kind === 'ok' ? outcome.payment.reference : '' };
  };
  const backOf = async ({ orderId }: Payment): Promise<number> => (await booksOf(orderId, sandbox)).refunded;

  it('whose key is spent by a 500 that Stripe keeps is made by another attempt only, once', async () => {
    const paid = await taken();
    const refund = aRefundOf(paid, 999);
    await control('POST', 'faults', { kind: 'error', method: 'POST', path: '/v1/refunds', times: 1, when: 'before', kept: true });
    expect((await gateway.refund(refund)).kind).toBe('unknown');
    expect(await gateway.refund(refund)).toMatchObject({ kind: 'unknown', spent: true });
    expect(await gateway.refund(refund)).toMatchObject({ kind: 'unknown', spent: true });
    expect(await backOf(paid)).toBe(0);
    const second = { ...refund, attempt: 2 };
    expect(await gateway.refund(second)).toMatchObject({ kind: 'ok' });
    expect(await gateway.refund(second)).toMatchObject({ kind: 'ok' });
    expect(await backOf(paid)).toBe(999);
  });

  it('that is only not answered, or was made all the same, is not spent', async () => {
    const [lost, made] = [aRefundOf(await taken(), 999), aRefundOf(await taken(), 999)];
    await control('POST', 'faults', { kind: 'reset', method: 'POST', path: '/v1/refunds', times: 3, when: 'before' });
    const unanswered = await gateway.refund(lost);
    expect(unanswered.kind).toBe('unknown');
    expect(unanswered).not.toHaveProperty('spent');
    await control('DELETE', 'faults');
    await control('POST', 'faults', { kind: 'error', method: 'POST', path: '/v1/refunds', times: 1, when: 'after', kept: true });
    expect(await gateway.refund(made)).toMatchObject({ kind: 'ok' });
  }, 30_000);
});

test('a payment that would have to be looked for among too many is not known to be missing', async () => {
  const [first, second] = [aPayment('pm_card_visa'), aPayment('pm_card_visa')];
  for (const payment of [first, second]) await gateway.collect(payment);
  const short = new StripeGateway({ secretKey: 'sk_test_spec', webhookSecret, apiUrl: sandbox.url, mostSeen: 1 });
  expect((await short.find(second)).kind).toBe('ok');
  expect((await short.find(first)).kind).toBe('unknown');
  expect((await gateway.find(first)).kind).toBe('ok');
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

  test.each([
    ['payment_method.attached', { id: 'pm_1', object: 'payment_method', customer: 'cus_1' }, undefined],
    ['payment_method.detached', { id: 'pm_1', object: 'payment_method', customer: null }, { customer: 'cus_1' }],
    ['setup_intent.succeeded', { id: 'seti_1', object: 'setup_intent', customer: 'cus_1' }, undefined],
    ['customer.deleted', { id: 'cus_1', object: 'customer' }, undefined],
  ])('%s names the customer whose methods it touches, and no payment', (type, told, previous_attributes) => {
    const body = JSON.stringify({ id: 'evt_2', object: 'event', type, data: { object: told, previous_attributes } });
    const header = stripe.webhooks.generateTestHeaderString({ payload: body, secret: webhookSecret, timestamp: seconds });
    expect(gateway.readWebhook(Buffer.from(body), { 'stripe-signature': header }, now)).toMatchObject({
      matters: false,
      reference: undefined,
      customer: 'cus_1',
    });
  });

  test.each([
    ['refund.failed', { id: 're_1', object: 'refund', payment_intent: 'pi_1' }, 're_1'],
    ['charge.refunded', { id: 'ch_1', object: 'charge', payment_intent: 'pi_1' }, undefined],
  ])('%s names its payment, and the refund if it is about one', (type, told, refund) => {
    const body = JSON.stringify({ id: 'evt_3', object: 'event', type, data: { object: told } });
    const header = stripe.webhooks.generateTestHeaderString({ payload: body, secret: webhookSecret, timestamp: seconds });
    expect(gateway.readWebhook(Buffer.from(body), { 'stripe-signature': header }, now)).toMatchObject({ reference: 'pi_1', refund });
  });

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
    ['signed for two times', payload, { 'stripe-signature': `t=${seconds},${signed(seconds + 360)['stripe-signature']}` }],
    ['signed with nonsense', payload, { 'stripe-signature': 't=x,v1=y' }],
  ])('one that is %s is refused', (_, body, headers) => {
    expect(() => gateway.readWebhook(Buffer.from(body), headers, now)).toThrow(BadSignature);
  });
});
