import { getModelToken } from '@nestjs/mongoose';
import { newId } from '@cartwright/kernel';
import { Doctor } from '@cartwright/platform';
import { Types, type Model } from 'mongoose';
import { startTestApp, type TestApp } from '../../../platform/src/testing/test-app';
import { requestPayment, reserveRefund, type Payment } from '../model/payment';
import { requestRefund } from '../model/refund';
import { PaymentsModule } from '../payments.module';
import { LedgerStore } from '../store/ledger.store';
import { PaymentStore } from '../store/payment.store';
import { RefundStore } from '../store/refund.store';

let shop: TestApp;
beforeAll(async () => {
  // Nobody answers there, and nothing of this spec asks.
  const stripe = { secretKey: 'sk_test_spec', webhookSecret: 'whsec_spec', apiUrl: 'http://127.0.0.1:9' };
  shop = await startTestApp({ imports: [PaymentsModule.forRoot({ stripe })], delivery: { deliver: false } });
});
afterAll(() => shop.stop());

/** A captured payment of which a part went back, as the shop would have made it. */
async function aPayment(): Promise<Payment> {
  const orderId = newId();
  const request = { orderId, orderNumber: `CW-${orderId}`, provider: 'stripe', email: 'a@b.example', amount: 1000, currency: 'EUR' };
  const requested = requestPayment({ ...request, captureMode: 'automatic' }, new Date()).next;
  const captured = { ...requested, status: 'captured' as const, reference: `pi_${orderId}`, capturedAmount: 1000, nextCheckAt: undefined };
  const { change } = reserveRefund(captured, 400);
  await shop.app
    .get(RefundStore)
    .save({ ...requestRefund(captured, { key: 'k', amount: 400, reason: 'r', released: false }, new Date()), events: [] });
  const told = { orderId, provider: 'stripe', call: 'look_up' as const, outcome: 'ok', reference: captured.reference, state: 'succeeded' };
  await shop.app.get(LedgerStore).add({ ...told, amount: 1000, currency: 'EUR', at: new Date() });
  return shop.app.get(PaymentStore).save({ next: change.next, events: [] });
}

async function problemsOf({ orderNumber }: Payment): Promise<Record<string, readonly string[]>> {
  const found: Record<string, readonly string[]> = {};
  for await (const { name, findings } of shop.app.get(Doctor).examine()) {
    const own = findings.filter(({ record }) => record === `payment of order ${orderNumber}`).map(({ problem }) => problem);
    if (own.length > 0) found[name] = own;
  }
  return found;
}

const rows = (name: string) => shop.app.get<Model<unknown>>(getModelToken(name), { strict: false }).collection;

test('a payment whose refunds add up and that was told of is found healthy', async () => {
  expect(await problemsOf(await aPayment())).toEqual({});
});

test.each<[string, (payment: Payment) => Promise<unknown>, Record<string, readonly string[]>]>([
  [
    'more set aside than its refunds come to',
    ({ id }) => rows('payment').updateOne({ _id: new Types.ObjectId(id) }, { $set: { refundedAmount: 500 } }),
    { 'payments.refunds_add_up': ['500 is set aside for refunds that come to 400'] },
  ],
  [
    'a refund that nothing was set aside for',
    ({ orderId }) => rows('refund').updateOne({ orderId: new Types.ObjectId(orderId) }, { $set: { amount: 1200 } }),
    { 'payments.refunds_add_up': ['400 is set aside for refunds that come to 1200'] },
  ],
  [
    'less captured than went back',
    ({ id }) => rows('payment').updateOne({ _id: new Types.ObjectId(id) }, { $set: { capturedAmount: 300 } }),
    {
      'payments.refunds_add_up': ['400 goes back of 300 that was captured'],
      'payments.captured_was_told': ['300 is captured of 1000', '300 is captured, but the ledger has no such answer'],
    },
  ],
  [
    'money that was given up and was taken all the same',
    async ({ id, orderId }) => {
      await rows('payment').updateOne({ _id: new Types.ObjectId(id) }, { $set: { releasedAmount: 400, refundedAmount: 0 } });
      await rows('refund').updateOne({ orderId: new Types.ObjectId(orderId) }, { $set: { released: true } });
    },
    { 'payments.refunds_add_up': ['1000 captured and 400 given up are more than 1000'] },
  ],
  [
    'money that nobody told of',
    ({ orderId }) => rows('paymentLedger').deleteMany({ orderId: new Types.ObjectId(orderId) }),
    { 'payments.captured_was_told': ['1000 is captured, but the ledger has no such answer'] },
  ],
])('%s is found', async (_, damage, problems) => {
  const payment = await aPayment();
  await damage(payment);
  expect(await problemsOf(payment)).toEqual(problems);
});
