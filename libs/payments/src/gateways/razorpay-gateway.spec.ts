import { createHmac } from 'node:crypto';
import { startPaymentSandbox, type PaymentSandbox } from '@cartwright/payment-sandbox';
import type { Payment } from '../model/payment';
import { aPaymentOf, aRefundOf, describeGateway, type GatewayUnderTest } from '../testing/gateway-conformance';
import type { KnownPayment } from './payment-gateway';
import { RazorpayGateway } from './razorpay-gateway';

const access = { keyId: 'rzp_test_sandbox', keySecret: 'razorpay_sandbox_secret', webhookSecret: 'whsec_rzp' };
const dayS = 24 * 3600;
let sandbox: PaymentSandbox;
let gateway: RazorpayGateway;

beforeAll(async () => {
  sandbox = await startPaymentSandbox({ port: 0 });
  gateway = new RazorpayGateway({ ...access, apiUrl: sandbox.razorpayUrl });
});
afterAll(() => sandbox.stop());

/** Every answer of the sandbox's control plane and of its Razorpay has its own form. */
type Json = ReturnType<typeof JSON.parse>;

async function control(method: string, path: string, body?: object, on = sandbox): Promise<Json> {
  const headers = { 'content-type': 'application/json' };
  return (await fetch(`${on.url}/_sandbox/${path}`, { method, headers, body: body && JSON.stringify(body) })).json();
}

async function razorpay(path: string, on = sandbox): Promise<Json> {
  const authorization = `Basic ${Buffer.from(`${access.keyId}:${access.keySecret}`).toString('base64')}`;
  return (await fetch(`${on.razorpayUrl}/v1/${path}`, { headers: { authorization } })).json();
}

/** Asks for the money: there is an order for the buyer to pay. */
async function begin(payment: Payment, on = gateway): Promise<KnownPayment> {
  const outcome = await on.collect(payment);
  if (outcome.kind !== 'action_required') throw new Error(`The payment is ${outcome.kind}.`);
  return { ...payment, reference: outcome.payment.reference };
}

/** What the buyer does in the browser. */
async function atCheckout({ reference }: KnownPayment, buyer: object = {}): Promise<Json> {
  return control('POST', `razorpay_orders/${reference}/pay`, buyer);
}

async function pay(payment: Payment, buyer: object = {}): Promise<KnownPayment> {
  const known = await begin(payment);
  await atCheckout(known, buyer);
  return known;
}

function aPayment(change: Partial<Payment> = {}): Payment {
  return aPaymentOf('razorpay', { currency: 'INR', ...change });
}

async function startRazorpay(): Promise<GatewayUnderTest> {
  const own = await startPaymentSandbox({ port: 0 });
  const on = new RazorpayGateway({ ...access, apiUrl: own.razorpayUrl });
  return {
    gateway: on,
    pay: async (payment) => {
      const known = await begin(payment, on);
      await control('POST', `razorpay_orders/${known.reference}/pay`, {}, own);
      return known;
    },
    begin: (payment) => begin(payment, on),
    fault: async (call, kind, when) => {
      const path = { collect: '/razorpay/v1/orders', capture: '/razorpay/v1/payments/*/capture', refund: '/razorpay/v1/payments/*/refund' }[
        call
      ];
      // The client itself repeats a call twice.
      await control('POST', 'faults', { kind, when, method: 'POST', path, times: 3 }, own);
    },
    calm: async () => void (await control('DELETE', 'faults', undefined, own)),
    advance: async (seconds) => void (await control('POST', 'clock', { advance: seconds }, own)),
    stop: () => own.stop(),
    books: async (orderId) => {
      const orders = (await razorpay('orders?count=100', own)).items.filter(({ notes }: Json) => notes.orderId === orderId);
      const lines = (await control('GET', 'ledger', undefined, own)).payments.filter(({ metadata }: Json) => metadata.orderId === orderId);
      const total = (name: string): number => lines.reduce((sum: number, line: Json) => sum + (line[name] as number), 0);
      return { payments: orders.length, captured: total('captured'), refunded: total('refunded') };
    },
  };
}

describeGateway('Razorpay', startRazorpay, 'INR');
test('the buyer’s client is told all that the checkout script needs, and no secret', async () => {
  const { reference } = await begin(aPayment());
  const told = await gateway.lookUp({ ...aPayment(), reference });
  const nextAction = { type: 'razorpay_checkout', key: access.keyId, orderId: reference, amount: 1999, currency: 'INR' };
  expect(told).toMatchObject({ kind: 'ok', payment: { status: 'action_required', nextAction } });
  expect(await razorpay(`orders/${reference}`)).toMatchObject({ amount: 1999, currency: 'INR', status: 'created' });
});

test.each([
  ['JPY', 1999],
  ['KWD', 1990],
])('an amount in %s is sent as it is', async (currency, amount) => {
  const known = await begin(aPayment({ currency, amount }));
  expect(await razorpay(`orders/${known.reference}`)).toMatchObject({ amount, currency });
});

test.each([
  ['less than one rupee', { amount: 99 }],
  ['in a currency that is not taken', { currency: 'ISK' }],
  ['between the steps of three decimals', { currency: 'KWD', amount: 2000 - 1 }],
])('an order of %s is rejected', async (_what, change) => {
  expect(await gateway.collect(aPayment(change))).toEqual({ kind: 'rejected', failureCode: 'input_validation_failed' });
});

test('an order whose buyer failed to pay waits for the next try; the bank may authorise the failed one days later', async () => {
  const known = await begin(aPayment());
  const failed = (await atCheckout(known, { outcome: 'fail' })).error.metadata.payment_id as string;
  expect(await gateway.lookUp(known)).toMatchObject({
    payment: { status: 'action_required', amountCapturable: 0, failureCode: 'payment_failed' },
  });
  expect(await gateway.cancel(known)).toMatchObject({ payment: { status: 'cancelled', nextAction: undefined, stillPayable: true } });
  await control('POST', `razorpay_payments/${failed}/authorize`);
  expect(await gateway.lookUp(known)).toMatchObject({ payment: { status: 'authorized', amountCapturable: 1999, currency: 'INR' } });
  expect(await gateway.cancel(known)).toMatchObject({ payment: { status: 'authorized' } });
  expect(await gateway.capture(known)).toMatchObject({ kind: 'ok', payment: { status: 'succeeded', amountCaptured: 1999 } });
});

test('a second payment that the bank authorises late changes nothing about the one that was taken', async () => {
  const known = await begin(aPayment());
  const late = (await atCheckout(known, { outcome: 'fail' })).error.metadata.payment_id as string;
  await atCheckout(known);
  await gateway.capture(known);
  await control('POST', `razorpay_payments/${late}/authorize`);
  expect(await gateway.lookUp(known)).toMatchObject({ payment: { status: 'succeeded', amountCaptured: 1999, amountCapturable: 0 } });
  expect(await gateway.capture(known)).toMatchObject({ kind: 'ok', payment: { status: 'succeeded', amountCaptured: 1999 } });
});

test('less than what is held cannot be taken', async () => {
  const known = await pay(aPayment());
  expect(await gateway.capture({ ...known, captureRequested: 1000 })).toEqual({ kind: 'declined', failureCode: 'invalid_amount' });
});

test('held money that was not taken for five days has gone back', async () => {
  const known = await pay(aPayment());
  await control('POST', 'clock', { advance: 5 * dayS + 60 });
  const lapsed = { kind: 'ok', payment: { status: 'cancelled', amountCapturable: 0, failureCode: 'authorization_lapsed' } };
  expect(await gateway.lookUp(known)).toMatchObject(lapsed);
  expect(await gateway.capture(known)).toMatchObject(lapsed);
  expect(await gateway.cancel(known)).not.toMatchObject({ payment: { stillPayable: true } });
  expect(await gateway.refund(aRefundOf(known, 100))).toEqual({ kind: 'declined', failureCode: 'not_captured' });
});

test.each([
  ['pending', { kind: 'ok' }],
  ['failed', { kind: 'declined', failureCode: 'refund_failed' }],
])('a refund that takes its time is pending, and has its outcome afterwards: %s', async (refunds, outcome) => {
  const known = await pay(aPayment(), { refunds });
  await gateway.capture(known);
  const refund = aRefundOf(known, 500);
  const sent = await gateway.refund(refund);
  if (sent.kind !== 'pending') throw new Error(`The refund is ${sent.kind}.`);
  await control('POST', 'clock', { advance: 5 });
  expect(await gateway.lookUpRefund({ ...refund, reference: sent.reference })).toMatchObject(outcome);
});

describe('what the buyer’s client brings back', () => {
  const known: KnownPayment = { ...aPayment(), reference: 'order_ours0000000000' };
  const sign = (text: string, secret = access.keySecret): string => createHmac('sha256', secret).update(text).digest('hex');

  test('is good when it is signed over our order', async () => {
    const ours = await begin(aPayment());
    const { razorpay_payment_id: razorpayPaymentId, razorpay_signature: razorpaySignature } = await atCheckout(ours);
    expect(() => gateway.checkReturn(ours, { razorpayPaymentId, razorpaySignature })).not.toThrow();
    expect(() => gateway.checkReturn(known, { razorpayPaymentId, razorpaySignature })).toThrow(/signature/i);
  });

  test.each([
    ['of another payment', sign('order_ours0000000000|pay_2')],
    ['with another secret', sign('order_ours0000000000|pay_1', access.webhookSecret)],
    ['cut short', sign('order_ours0000000000|pay_1').slice(0, 62)],
    ['empty', ''],
    ['no hexadecimal', 'x'.repeat(64)],
  ])('is refused with a signature that is %s', (_what, razorpaySignature) => {
    expect(() => gateway.checkReturn(known, { razorpayPaymentId: 'pay_1', razorpaySignature })).toThrow(/signature/i);
  });
});

describe('webhooks', () => {
  const entity = { id: 'pay_1', order_id: 'order_1', notes: { orderId: 'o1' } };
  const told = (event: string, payload: object = { payment: { entity } }): string => JSON.stringify({ entity: 'event', event, payload });
  const sign = (body: string, secret = access.webhookSecret): string => createHmac('sha256', secret).update(body).digest('hex');
  const read = (body: string, signature = sign(body), id: string | undefined = 'evt_1'): object =>
    gateway.readWebhook(Buffer.from(body), { 'x-razorpay-signature': signature, 'x-razorpay-event-id': id });

  test.each([
    ['payment.authorized', true],
    ['payment.captured', true],
    ['payment.failed', true],
    ['refund.processed', true],
    ['refund.failed', true],
    ['payment.dispute.created', false],
    ['settlement.processed', false],
  ])('%s is read as being about our order; it matters: %p', (type, matters) => {
    expect(read(told(type))).toEqual({ id: 'evt_1', type, reference: 'order_1', orderId: 'o1', matters });
  });

  test('one without a payment tells its order, and one without either is only kept', () => {
    const order = { entity: { id: 'order_2', notes: [] } };
    expect(read(told('order.paid', { order }))).toEqual({ id: 'evt_1', type: 'order.paid', reference: 'order_2', matters: true });
    expect(read('[]')).toEqual({ id: 'evt_1', type: 'unknown', matters: false });
  });

  test('one about a refund names it', () => {
    const refund = { entity: { id: 'rfnd_1', payment_id: 'pay_1' } };
    expect(read(told('refund.failed', { payment: { entity }, refund }))).toMatchObject({ reference: 'order_1', refund: 'rfnd_1' });
  });

  test('one without an id is known by what it says', () => {
    const [first, again, other] = [told('order.paid'), told('order.paid'), told('payment.failed')].map((body) =>
      read(body, sign(body), '../x'),
    );
    expect(first).toEqual(again);
    expect(first).toMatchObject({ id: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(other).not.toMatchObject({ id: (first as { id: string }).id });
  });

  test.each([
    ['altered', told('order.paid').replace('order_1', 'order_3'), sign(told('order.paid'))],
    ['signed with another secret', told('order.paid'), sign(told('order.paid'), access.keySecret)],
    ['unsigned', told('order.paid'), ''],
  ])('one that is %s is refused', (_what, body, signature) => {
    expect(() => read(body, signature)).toThrow(/signature/i);
  });
});
