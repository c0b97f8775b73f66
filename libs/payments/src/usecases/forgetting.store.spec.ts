import { CommandBus } from '@nestjs/cqrs';
import { getModelToken } from '@nestjs/mongoose';
import { startPaymentSandbox, type PaymentSandbox } from '@cartwright/payment-sandbox';
import { erased, erasedEmail, newId } from '@cartwright/kernel';
import { Erasers, PersonalFiles } from '@cartwright/platform';
import type { Model } from 'mongoose';
import Stripe from 'stripe';
import { startTestApp, type TestApp } from '../../../platform/src/testing/test-app';
import { WebhookReceived } from '../contract/internal-events';
import { ForgetPayer } from '../contract/payment-commands';
import { requestPayment, type Payment } from '../model/payment';
import { requestRefund } from '../model/refund';
import { receiveWebhook } from '../model/webhook';
import { PaymentsModule } from '../payments.module';
import { PaymentStore } from '../store/payment.store';
import { RefundStore } from '../store/refund.store';
import { WalletStore } from '../store/wallet.store';
import { WebhookStore } from '../store/webhook.store';
import { ApplyWebhook } from './apply-webhook';
import { ReceiveWebhook } from './receive-webhook';
import { SaveMethod } from './save-method';

let sandbox: PaymentSandbox;
let shop: TestApp;
beforeAll(async () => {
  sandbox = await startPaymentSandbox({ port: 0, secretKey: 'sk_test_spec' });
  const payments = PaymentsModule.forRoot({ stripe: { secretKey: 'sk_test_spec', webhookSecret: 'whsec_spec', apiUrl: sandbox.url } });
  shop = await startTestApp({ imports: [payments], delivery: { deliver: false } });
});
afterAll(async () => {
  await shop.stop();
  await sandbox.stop();
});
afterEach(() => fetch(`${sandbox.url}/_sandbox/faults`, { method: 'DELETE' }));

const store = <T>(type: new (...args: never[]) => T): T => shop.app.get<T>(type, { strict: false });
const erase = (userId: string): ReturnType<Erasers['erase']> => shop.app.get(Erasers).erase({ userId, erasedAt: new Date() });
const save = (userId: string): Promise<unknown> =>
  shop.app.get(CommandBus).execute(new SaveMethod({ userId, provider: 'stripe', token: 'pm_card_visa' }));

/** What the provider has for an account. */
async function customersOf(userId: string): Promise<unknown[]> {
  const response = await fetch(`${sandbox.url}/v1/customers?limit=100`, { headers: { authorization: 'Bearer sk_test_spec' } });
  const { data } = (await response.json()) as { data: { metadata?: { userId?: string } }[] };
  return data.filter(({ metadata }) => metadata?.userId === userId);
}

async function failing(method: string, path: string, when: 'before' | 'after', times: number): Promise<void> {
  const fault = { kind: 'error', when, method, path, times, kept: false };
  await fetch(`${sandbox.url}/_sandbox/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(fault),
  });
}

async function aPayment(reference: string): Promise<Payment> {
  const about = { orderId: newId(), orderNumber: `CW-${reference}`, provider: 'stripe', email: 'w@example.com', token: 'pm_1' };
  const request = requestPayment({ ...about, amount: 1000, currency: 'EUR', captureMode: 'automatic' }, new Date());
  const next = { ...request.next, reference, clientSecret: 'secret', status: 'captured' as const, capturedAmount: 1000 };
  return store(PaymentStore).save({ next, events: [] });
}

test('who paid is forgotten with all that a provider wrote about it, and nothing of the money is', async () => {
  const payment = await aPayment('pi_1');
  const [refunds, webhooks] = [store(RefundStore), store(WebhookStore)];
  const refund = await refunds.save({
    ...requestRefund(payment, { key: 'k', amount: 10, reason: 'Wilhelmine called', released: false }, new Date()),
    events: [],
  });
  const event = (id: string, reference: string): Parameters<typeof receiveWebhook>[1] => ({
    id,
    type: 'charge.succeeded',
    reference,
    matters: false,
  });
  const [own, others] = [
    await webhooks.save(receiveWebhook('stripe', event('evt_1', 'pi_1'), '{"billing_details":{"name":"Wilhelmine"}}', new Date())),
    await webhooks.save(receiveWebhook('stripe', event('evt_2', 'pi_2'), '{"billing_details":{"name":"Olaf"}}', new Date())),
  ];
  for (const _ of [1, 2]) await shop.app.get(CommandBus).execute(new ForgetPayer({ orderId: payment.orderId }));
  const { clientSecret: _, version, updatedAt, ...money } = payment;
  const after = await store(PaymentStore).find(payment.id);
  expect(after).toEqual({ ...money, email: erasedEmail, version: version + 1, updatedAt: expect.any(Date) });
  expect(updatedAt).toEqual(expect.any(Date));
  expect(await refunds.find(refund.id)).toMatchObject({ reason: erased, amount: 10, status: 'requested' });
  expect([(await webhooks.find(own.id))?.payload, (await webhooks.find(others.id))?.payload]).toEqual([
    erased,
    expect.stringContaining('Olaf'),
  ]);
});

test('what a provider writes later about somebody who was forgotten is not kept', async () => {
  const [forgotten, known] = [await aPayment('pi_forgotten'), await aPayment('pi_known')];
  await shop.app.get(CommandBus).execute(new ForgetPayer({ orderId: forgotten.orderId }));
  const told = async (type: string, reference?: string): Promise<string | undefined> => {
    const [id, object] = [newId(), { object: 'charge', payment_intent: reference, billing_details: { name: 'Wilhelmine' } }];
    const payload = JSON.stringify({ id, object: 'event', type, data: { object } });
    const signature = new Stripe('sk_test_any').webhooks.generateTestHeaderString({ payload, secret: 'whsec_spec' });
    const rawBody = Buffer.from(payload);
    await shop.app.get(CommandBus).execute(new ReceiveWebhook({ provider: 'stripe', rawBody, headers: { 'stripe-signature': signature } }));
    // As the relay does with what matters.
    const heard = new WebhookReceived({ provider: 'stripe', reference: String(reference), refund: null });
    if (type === 'charge.refunded') await store(ApplyWebhook).handle(heard);
    return (await webhookOf(id))?.payload;
  };
  for (const type of ['charge.dispute.created', 'charge.refunded'])
    expect([await told(type, forgotten.reference), await told(type, known.reference)]).toEqual([
      erased,
      expect.stringContaining('Wilhelmine'),
    ]);
  // About no payment: nobody would find it when it is to be forgotten.
  expect(await told('customer.updated')).toBe(erased);
});

const webhookOf = (eventId: string): Promise<{ payload: string } | null> =>
  shop.app.get<Model<{ payload: string }>>(getModelToken('webhook'), { strict: false }).findOne({ eventId }).lean<{ payload: string }>();

test('the provider lets go of the customer with all methods, however long it cannot be reached; only then the wallet goes', async () => {
  const userId = newId();
  for (const _ of [1, 2]) await save(userId);
  expect([(await customersOf(userId)).length, await shop.app.get(PersonalFiles).partsWith({ userId })]).toEqual([1, ['paymentMethods']]);
  await failing('DELETE', '/v1/customers/*', 'before', 6);
  for (const _ of [1, 2]) expect((await erase(userId)).failed).toEqual(['paymentMethods']);
  expect(await store(WalletStore).ofUser(userId)).not.toBeNull();
  // Now it does what it is asked, but its answers are lost.
  await failing('DELETE', '/v1/customers/*', 'after', 1);
  for (const _ of [1, 2]) await erase(userId);
  expect(await erase(userId)).toEqual({ waiting: {}, failed: [] });
  expect([await customersOf(userId), await store(WalletStore).ofUser(userId)]).toEqual([[], null]);
}, 60_000);

test('a customer of whom the provider never answered is found, and let go', async () => {
  const userId = newId();
  await failing('POST', '/v1/customers', 'after', 3);
  await save(userId).catch(() => undefined);
  await fetch(`${sandbox.url}/_sandbox/faults`, { method: 'DELETE' });
  await erase(userId);
  expect([await customersOf(userId), await store(WalletStore).ofUser(userId)]).toEqual([[], null]);
}, 60_000);

test('a wallet to which something was saved meanwhile does not go with it', async () => {
  const userId = newId();
  await save(userId);
  const read = await store(WalletStore).ofUser(userId);
  await save(userId);
  await expect(store(WalletStore).remove(read!)).rejects.toMatchObject({ code: 'stale_version' });
  expect(await store(WalletStore).ofUser(userId)).toMatchObject({ methods: [{ brand: 'visa' }, { brand: 'visa' }] });
});
