import { CommandBus } from '@nestjs/cqrs';
import { newId } from '@cartwright/kernel';
import { startPaymentSandbox, type PaymentSandbox } from '@cartwright/payment-sandbox';
import { Doctor } from '@cartwright/platform';
import { startTestApp, type TestApp } from '../../../platform/src/testing/test-app';
import { RefundRequested, WebhookReceived } from '../contract/internal-events';
import { RequestRefund } from '../contract/payment-commands';
import { requestPayment, type Payment } from '../model/payment';
import type { Refund } from '../model/refund';
import { PaymentsModule } from '../payments.module';
import { PaymentStore } from '../store/payment.store';
import { RefundStore } from '../store/refund.store';
import { ApplyWebhook } from './apply-webhook';
import { PaymentProgress } from './payment-progress';
import { ReconcilePayments } from './reconcile-payments';
import { ResumeRefunds } from './resume-refunds';
import { SendRefund } from './send-refund';

const secretKey = 'sk_test_spec';
const access = { keyId: 'rzp_test_sandbox', keySecret: 'razorpay_sandbox_secret', webhookSecret: 'whsec_rzp' };
let sandbox: PaymentSandbox;
let shop: TestApp;
let payments: PaymentStore;
let refunds: RefundStore;
beforeAll(async () => {
  sandbox = await startPaymentSandbox({ port: 0, secretKey });
  const stripe = { secretKey, webhookSecret: 'whsec_spec', apiUrl: sandbox.url };
  const providers = PaymentsModule.forRoot({ stripe, razorpay: { ...access, apiUrl: sandbox.razorpayUrl } });
  shop = await startTestApp({ imports: [providers], delivery: { deliver: false } });
  payments = shop.app.get(PaymentStore);
  refunds = shop.app.get(RefundStore);
});
afterAll(async () => {
  await shop.stop();
  await sandbox.stop();
});

/** Every answer of the sandbox has its own form. */
type Json = ReturnType<typeof JSON.parse>;

async function call(method: string, url: string, authorization = '', body?: object): Promise<Json> {
  const headers = { 'content-type': 'application/json', authorization };
  return (await fetch(url, { method, headers, body: body && JSON.stringify(body) })).json();
}

const control = (method: string, path: string, body?: object): Promise<Json> => call(method, `${sandbox.url}/_sandbox/${path}`, '', body);

/** A payment of 100.00 that its provider holds. */
async function held(provider: 'stripe' | 'razorpay'): Promise<Payment> {
  const orderId = newId();
  const how = provider === 'stripe' ? { currency: 'EUR', token: 'pm_card_visa' } : { currency: 'INR' };
  const request = { orderId, orderNumber: `CW-${orderId}`, provider, email: 'a@b.example', amount: 10_000, ...how };
  const asked = await payments.save(requestPayment({ ...request, captureMode: 'manual' }, new Date()));
  const begun = await shop.app.get(PaymentProgress).collect(asked);
  if (provider === 'razorpay') await control('POST', `razorpay_orders/${begun.reference}/pay`, {});
  const payment = await shop.app.get(PaymentProgress).ask(begun);
  expect(payment.status).toBe('authorized');
  return payment;
}

/** What somebody does in the provider's dashboard: takes all that is held there. */
async function takenThere({ provider, reference, amount, currency }: Payment): Promise<void> {
  if (provider === 'stripe') {
    const taken = await call('POST', `${sandbox.url}/v1/payment_intents/${reference}/capture`, `Bearer ${secretKey}`);
    return expect(taken).toMatchObject({ status: 'succeeded', amount_received: amount });
  }
  const basic = `Basic ${Buffer.from(`${access.keyId}:${access.keySecret}`).toString('base64')}`;
  const { items } = await call('GET', `${sandbox.razorpayUrl}/v1/orders/${reference}/payments`, basic);
  const path = `payments/${items[0].id}/capture`;
  expect(await call('POST', `${sandbox.razorpayUrl}/v1/${path}`, basic, { amount, currency })).toMatchObject({ status: 'captured' });
}

/** Asks for money of a payment back. */
async function wantBack({ orderId }: Payment, amount: number): Promise<Refund> {
  await shop.app.get(CommandBus).execute(new RequestRefund({ orderId, key: `cancel-${amount}`, amount, reason: 'cancelled' }));
  return (await refunds.byKey(orderId, `cancel-${amount}`))!;
}

/** Asks for it, and sends it. */
async function giveBack(payment: Payment, amount: number): Promise<Refund> {
  const refund = await wantBack(payment, amount);
  await deliver(refund);
  return (await refunds.find(refund.id))!;
}

const deliver = ({ id }: Refund): Promise<void> => shop.app.get(SendRefund).handle(new RefundRequested({ refundId: id }));
const told = ({ provider, reference = '' }: Payment): Promise<void> =>
  shop.app.get(ApplyWebhook).handle(new WebhookReceived({ provider, reference, refund: null }));
const swept = async ({ orderId }: Payment): Promise<void> => {
  for (const refund of await refunds.ofOrder(orderId)) await shop.app.get(ResumeRefunds).ask(refund);
};

/** All that is on record of a payment, here and at its provider. */
async function recordOf({ orderId }: Payment): Promise<Json> {
  const books = (await control('GET', 'ledger')) as { payments: Json[] };
  const { captured, refunded } = books.payments.find(({ metadata }) => metadata.orderId === orderId);
  return { payment: await payments.ofOrder(orderId), refunds: await refunds.ofOrder(orderId), books: { captured, refunded } };
}

async function problemsOf({ orderNumber }: Payment): Promise<string[]> {
  const found: string[] = [];
  for await (const { findings } of shop.app.get(Doctor).examine())
    found.push(...findings.filter(({ record }) => record.includes(orderNumber)).map(({ problem }) => problem));
  return found;
}

test('a part that was given up, and is taken with the rest at the provider, is sent back, once', async () => {
  const payment = await held('stripe');
  const givenUp = await giveBack(payment, 4_000);
  expect(givenUp).toMatchObject({ status: 'succeeded', released: true });
  await takenThere(payment);
  await told(payment);
  expect(await recordOf(payment)).toMatchObject({
    payment: { status: 'captured', capturedAmount: 10_000, releasedAmount: 0, refundedAmount: 4_000 },
    refunds: [{ id: givenUp.id, status: 'requested', released: false, attempt: 2, amount: 4_000 }],
  });
  expect(await problemsOf(payment)).toEqual([]);
  await deliver(givenUp);
  const done = await recordOf(payment);
  expect(done).toMatchObject({ refunds: [{ status: 'succeeded' }], books: { captured: 10_000, refunded: 4_000 } });
  for (const again of [told, told, swept]) await again(payment);
  await deliver(givenUp);
  await shop.app.get(SendRefund).record(givenUp, { kind: 'declined', failureCode: 'of the first attempt' });
  expect(await recordOf(payment)).toEqual(done);
  expect(await problemsOf(payment)).toEqual([]);
});

test.each([
  ['its webhook', told],
  ['whoever asks what became of the refund', swept],
] as const)('a hold that is given up whole, and is taken before it lapses, is sent back: %s tells', async (_who, learn) => {
  const payment = await held('razorpay');
  const waiting = await giveBack(payment, 10_000);
  expect(waiting).toMatchObject({ status: 'pending', released: true });
  await takenThere(payment);
  await learn(payment);
  expect(await problemsOf(payment)).toEqual([]);
  await deliver(waiting);
  await told(payment);
  await swept(payment);
  expect(await recordOf(payment)).toMatchObject({
    payment: { status: 'captured', releasedAmount: 0, refundedAmount: 10_000 },
    refunds: [{ status: 'succeeded', released: false, amount: 10_000 }],
    books: { captured: 10_000, refunded: 10_000 },
  });
  expect(await problemsOf(payment)).toEqual([]);
});

test('of several parts all are sent back, whether they were told of as given up or not', async () => {
  const payment = await held('stripe');
  const both = [await giveBack(payment, 4_000), await wantBack(payment, 6_000)];
  await takenThere(payment);
  await deliver(both[1]!); // that finds out
  expect(await problemsOf(payment)).toEqual([]);
  for (const refund of both) await deliver(refund);
  const sent = { status: 'succeeded', released: false, attempt: 2 };
  expect(await recordOf(payment)).toMatchObject({ refunds: [sent, sent], books: { captured: 10_000, refunded: 10_000 } });
  expect(await problemsOf(payment)).toEqual([]);
});

test('one that was kept before anybody minded is found by the doctor, and goes back when an admin has it asked about', async () => {
  const payment = await held('stripe');
  const givenUp = await giveBack(payment, 4_000);
  await takenThere(payment);
  await told(payment);
  const { payment: taken, refunds: sent } = await recordOf(payment);
  await payments.save({ next: { ...taken, releasedAmount: 4_000, refundedAmount: 0 }, events: [] });
  await refunds.save({ next: { ...sent[0], released: true, status: 'succeeded' }, events: [] });
  expect(await problemsOf(payment)).toEqual(['10000 captured and 4000 given up are more than 10000']);
  await shop.app.get(CommandBus).execute(new ReconcilePayments({ orderNumber: payment.orderNumber }));
  await deliver(givenUp);
  expect(await recordOf(payment)).toMatchObject({ refunds: [{ status: 'succeeded', released: false }], books: { refunded: 4_000 } });
  expect(await problemsOf(payment)).toEqual([]);
});
