import type { Change } from '@cartwright/kernel';
import { Unanswered, type Transactions } from '@cartwright/platform';
import { RefundRequested } from '../contract/internal-events';
import { RefundSucceeded } from '../contract/payment-events';
import { AmountMismatch } from '../contract/refusals';
import type { RefundOutcome } from '../model/gateway-outcome';
import { requestPayment } from '../model/payment';
import { requestRefund, type Refund } from '../model/refund';
import type { PaymentStore } from '../store/payment.store';
import type { RefundStore } from '../store/refund.store';
import type { GatewayCalls } from './gateway-calls';
import type { PaymentProgress } from './payment-progress';
import { SendRefund } from './send-refund';

const now = new Date();
const payment = {
  ...requestPayment(
    {
      ...{ orderId: '64f0aa000000000000000001', orderNumber: 'CW-1', provider: 'stripe', email: 'a@b.example' },
      ...{ amount: 1000, currency: 'EUR', captureMode: 'automatic' },
    },
    now,
  ).next,
  ...{ status: 'captured' as const, capturedAmount: 1000, reference: 'pi_1' },
};
const minutesAgo = (minutes: number): Date => new Date(Date.now() - minutes * 60_000);

/** A refund that is sent, and what the gateway says of it. */
function shopWith(updatedAt: Date, outcome: RefundOutcome) {
  const { next } = requestRefund(payment, { key: 'k', amount: 10, reason: 'r', released: false }, now);
  const saved: Change<Refund>[] = [];
  const refund = { ...next, updatedAt };
  const refunds = { find: async () => refund, save: async (change: Change<Refund>) => saved.push(change) } as unknown as RefundStore;
  const payments = { ofOrder: async () => payment } as unknown as PaymentStore;
  const calls = { refund: async () => outcome } as unknown as GatewayCalls;
  const transactions = { run: (work: () => unknown) => work() } as unknown as Transactions;
  const send = new SendRefund(payments, refunds, {} as PaymentProgress, calls, transactions);
  return { saved, send: () => send.handle(new RefundRequested({ refundId: refund.id })), id: refund.id };
}

const unknown = { kind: 'unknown', reason: '500' } as const;

test('a refund that gets no answer is sent again as it is, however long that takes', async () => {
  const shop = shopWith(minutesAgo(600), unknown);
  await expect(shop.send()).rejects.toThrow(Unanswered);
  expect(shop.saved).toEqual([]);
});

test('a refund whose key is spent is sent as the next attempt, which is recorded first; not before nothing can come of the last one any more', async () => {
  const early = shopWith(minutesAgo(59), { ...unknown, spent: true });
  await expect(early.send()).rejects.toThrow(Unanswered);
  expect(early.saved).toEqual([]);
  const shop = shopWith(minutesAgo(61), { ...unknown, spent: true });
  await shop.send();
  expect(shop.saved).toMatchObject([{ next: { attempt: 2, status: 'requested' }, events: [new RefundRequested({ refundId: shop.id })] }]);
});

const told = { reference: 're_1', amount: 10, currency: 'EUR' };

test('a refund that the gateway made is recorded with its reference', async () => {
  const shop = shopWith(now, { kind: 'ok', ...told });
  await shop.send();
  expect(shop.saved).toMatchObject([{ next: { status: 'succeeded', reference: 're_1' }, events: [expect.any(RefundSucceeded)] }]);
});

test.each([
  ['amount', 'ok', { amount: 1000 }],
  ['amount', 'pending', { amount: 9 }],
  ['currency', 'ok', { currency: 'USD' }],
] as const)('a refund of another %s than ours is not recorded when it is %s, and its delivery fails', async (_what, kind, other) => {
  const shop = shopWith(now, { kind, ...told, ...other });
  await expect(shop.send()).rejects.toThrow(AmountMismatch);
  expect(shop.saved).toEqual([]);
});
