import { CommandBus, QueryBus, type Command } from '@nestjs/cqrs';
import { getModelToken } from '@nestjs/mongoose';
import { newId } from '@cartwright/kernel';
import { retryWhenStale } from '@cartwright/platform';
import type { Model } from 'mongoose';
import Stripe from 'stripe';
import { startTestApp, type TestApp } from '../../../platform/src/testing/test-app';
import { CapturePayment, GetAmountStep, RequestPayment, RequestRefund } from '../contract/payment-commands';
import { requestPayment, type Payment } from '../model/payment';
import { requestRefund, type Refund } from '../model/refund';
import { openWallet } from '../model/wallet';
import { PaymentsModule } from '../payments.module';
import { PaymentStore } from '../store/payment.store';
import { RefundStore } from '../store/refund.store';
import { WalletStore } from '../store/wallet.store';
import { ReceiveWebhook } from './receive-webhook';
import { SendRefund } from './send-refund';

const stripe = { secretKey: 'sk_test_spec', webhookSecret: 'whsec_spec', apiUrl: 'http://127.0.0.1:9' };
let shop: TestApp;
let payments: PaymentStore;
let refunds: RefundStore;
beforeAll(async () => {
  // Nobody answers there, and nothing of this spec asks.
  shop = await startTestApp({ imports: [PaymentsModule.forRoot({ stripe })], delivery: { deliver: false } });
  payments = shop.app.get(PaymentStore);
  refunds = shop.app.get(RefundStore);
});
afterAll(() => shop.stop());

const send = <T>(command: Command<T>): Promise<T> => shop.app.get(CommandBus).execute(command);
const rows = (name: string) => shop.app.get<Model<unknown>>(getModelToken(name), { strict: false });

function aPayment(changes: Partial<Payment> = {}): Payment {
  const orderId = newId();
  const request = { orderId, orderNumber: `CW-${orderId}`, provider: 'stripe', email: 'a@b.example', amount: 1000, currency: 'EUR' };
  return { ...requestPayment({ ...request, captureMode: 'automatic' }, new Date()).next, reference: `pi_${orderId}`, ...changes };
}

const captured = (): Promise<Payment> =>
  payments.save({ next: aPayment({ status: 'captured', capturedAmount: 1000, nextCheckAt: undefined }), events: [] });

const aRefund = (payment: Payment, changes: Partial<Refund> = {}): Refund => ({
  ...requestRefund(payment, { key: newId(), amount: 100, reason: 'r', released: false }, new Date()).next,
  ...changes,
});

describe('there is', () => {
  it('a payment of each attempt at an order, and no second one', async () => {
    const first = await payments.save({ next: aPayment(), events: [] });
    const again = aPayment({ orderId: first.orderId });
    await expect(payments.save({ next: again, events: [] })).rejects.toMatchObject({ code: 11000 });
    await payments.save({ next: { ...again, attempt: 2 }, events: [] });
  });

  it('a payment of each of the provider’s, and no second one', async () => {
    const { reference } = await payments.save({ next: aPayment(), events: [] });
    await expect(payments.save({ next: aPayment({ reference }), events: [] })).rejects.toMatchObject({ code: 11000 });
  });

  it('a refund of each key, however often and however many at once ask for it', async () => {
    const { orderId } = await captured();
    const wish = new RequestRefund({ orderId, key: 'k', amount: 400, reason: 'r' });
    await Promise.allSettled([1, 2, 3, 4].map(() => retryWhenStale(() => send(wish))));
    await send(wish);
    expect(await refunds.ofOrder(orderId)).toMatchObject([{ key: 'k', amount: 400 }]);
    expect(await payments.ofOrder(orderId)).toMatchObject({ refundedAmount: 400 });
    const twin = aRefund(await payments.ofOrder(orderId), { key: 'k' });
    await expect(refunds.save({ next: twin, events: [] })).rejects.toMatchObject({ code: 11000 });
  });

  it('a wallet of each user, and no second one', async () => {
    const [userId, wallets] = [newId(), shop.app.get(WalletStore)];
    await wallets.save(openWallet(userId, new Date()));
    await expect(wallets.save(openWallet(userId, new Date()))).rejects.toMatchObject({ code: 11000 });
  });

  it('a webhook of each event, however often it comes, and each time the same answer', async () => {
    const eventId = `evt_${newId()}`;
    const object = { id: `pi_${newId()}`, object: 'payment_intent', metadata: {} };
    const payload = JSON.stringify({ id: eventId, object: 'event', type: 'payment_intent.succeeded', data: { object } });
    const signature = new Stripe('sk_test_any').webhooks.generateTestHeaderString({ payload, secret: stripe.webhookSecret });
    const webhook = new ReceiveWebhook({ provider: 'stripe', rawBody: Buffer.from(payload), headers: { 'stripe-signature': signature } });
    await Promise.all([1, 2, 3].map(() => send(webhook)));
    await send(webhook);
    expect(await rows('webhook').countDocuments({ eventId })).toBe(1);
    expect(await rows('outbox').countDocuments({ 'data.reference': object.id })).toBe(1);
    const indexes = await rows('webhook').collection.indexes();
    expect(indexes).toContainEqual(expect.objectContaining({ key: { createdAt: 1 }, expireAfterSeconds: 90 * 24 * 3600 }));
  });
});

describe('what is due', () => {
  it('is taken by one of many who look for it at once, until its lease ends', async () => {
    const now = new Date();
    await rows('payment').updateMany({}, { $unset: { nextCheckAt: 1 } });
    const payment = await payments.save({ next: aPayment({ nextCheckAt: now }), events: [] });
    const refund = await refunds.save({ next: aRefund(payment, { status: 'pending', nextCheckAt: now }), events: [] });
    const taken = await Promise.all([1, 2, 3].map(() => payments.takeDue(now, 1_000)));
    expect(taken.filter(Boolean)).toMatchObject([{ id: payment.id }]);
    const takenBack = await Promise.all([1, 2, 3].map(() => refunds.takeDue(now, 1_000)));
    expect(takenBack.filter(Boolean)).toMatchObject([{ id: refund.id }]);
    expect(await payments.takeDue(new Date(now.getTime() + 1_000), 1_000)).toMatchObject({ id: payment.id });
    expect(await refunds.takeDue(new Date(now.getTime() + 1_000), 1_000)).toMatchObject({ id: refund.id });
  });
});

test('the end of an earlier attempt at a refund is not taken for that of the next', async () => {
  const refund = await refunds.save({ next: aRefund(await captured()), events: [] });
  await refunds.save({ next: { ...refund, attempt: 2 }, events: [] });
  await shop.app.get(SendRefund).record(refund, { kind: 'declined', failureCode: 'expired_or_canceled_card' });
  expect(await refunds.find(refund.id)).toMatchObject({ status: 'requested', attempt: 2 });
});

describe('an amount that the provider does not count in', () => {
  const dinars = { currency: 'KWD', amount: 1230 };
  const step = { code: 'invalid_input', details: { errors: [{ path: 'amount', code: 'step' }] } };

  it('is not asked of a buyer, and nothing is recorded', async () => {
    const wish = { orderId: newId(), orderNumber: 'CW-KWD', provider: 'stripe', token: 'pm_1', email: 'a@b.example', currency: 'KWD' };
    await expect(send(new RequestPayment({ ...wish, amount: 1234 }))).rejects.toMatchObject({
      code: 'payments.amount_not_chargeable',
      details: { amount: 1234, step: 10 },
      message: expect.stringContaining('in steps of'),
    });
    expect(await payments.ofOrders([wish.orderId])).toEqual([]);
    await send(new RequestPayment({ ...wish, amount: 1230 }));
  });

  it('is known to whoever reckons what goes back', async () => {
    const step = (provider: string, currency: string): Promise<number> =>
      shop.app.get(QueryBus).execute(new GetAmountStep({ provider, currency }));
    expect(await Promise.all([step('stripe', 'KWD'), step('stripe', 'EUR'), step('gone', 'KWD')])).toEqual([10, 1, 1]);
  });

  it('is neither taken nor sent back, and the error names the field', async () => {
    const held = await payments.save({ next: aPayment({ ...dinars, status: 'authorized', captureMode: 'manual' }), events: [] });
    await expect(send(new CapturePayment({ orderId: held.orderId, amount: 333 }))).rejects.toMatchObject(step);
    await expect(send(new RequestRefund({ orderId: held.orderId, key: 'k', amount: 333, reason: 'r' }))).rejects.toMatchObject(step);
    await send(new CapturePayment({ orderId: held.orderId, amount: 330 }));
    const taken = { ...dinars, status: 'captured', capturedAmount: 1230, nextCheckAt: undefined } as const;
    const { orderId } = await payments.save({ next: aPayment(taken), events: [] });
    await expect(send(new RequestRefund({ orderId, key: 'k', amount: 333, reason: 'r' }))).rejects.toMatchObject(step);
    expect(await refunds.ofOrder(orderId)).toEqual([]);
    await send(new RequestRefund({ orderId, key: 'k', amount: 330, reason: 'r' }));
    await send(new RequestRefund({ orderId, key: 'rest', reason: 'r' }));
    expect(await refunds.ofOrder(orderId)).toHaveLength(2);
  });
});
