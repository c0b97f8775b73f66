import type { Change } from '@cartwright/kernel';
import { Unanswered, type Transactions } from '@cartwright/platform';
import { RefundMadeElsewhere, RefundSucceeded } from '../contract/payment-events';
import { AmountMismatch, RefundTooLarge } from '../contract/refusals';
import type { RefundOutcome } from '../model/gateway-outcome';
import { requestPayment, type Payment } from '../model/payment';
import type { Refund } from '../model/refund';
import type { PaymentStore } from '../store/payment.store';
import type { RefundStore } from '../store/refund.store';
import { RefundNews } from './refund-news';
import type { GatewayCalls } from './gateway-calls';
import type { SendRefund } from './send-refund';

const orderId = '64f0aa000000000000000001';
const request = { orderId, orderNumber: 'CW-1', provider: 'stripe', email: 'a@b.example', currency: 'EUR', amount: 1000 };
const now = new Date();
const theirs = { reference: 're_1', amount: 700, currency: 'EUR' };
const made = new RefundMadeElsewhere({ orderId, key: 'provider-re_1', amount: 700, currency: 'EUR' });

/** A captured payment of 1000, of which the gateway says that about a refund of its own; `ours` are on record before. */
function shopWith(
  outcome: RefundOutcome,
  refundedAmount = 0,
  ours: Partial<Refund>[] = [],
): { adopt: () => Promise<void>; payments: Payment[]; refunds: Change<Refund>[] } {
  const captured = { status: 'captured' as const, reference: 'pi_1', capturedAmount: 1000, refundedAmount };
  const payments: Payment[] = [{ ...requestPayment({ ...request, captureMode: 'automatic' }, now).next, ...captured }];
  const refunds: Change<Refund>[] = [];
  const current = (): Payment => payments.at(-1)!;
  const news = new RefundNews(
    { ofOrder: async () => current(), save: async ({ next }: Change<Payment>) => payments.push(next) } as unknown as PaymentStore,
    {
      byReference: async (_: string, reference: string) => refunds.find(({ next }) => next.reference === reference)?.next ?? null,
      ofPayment: async () => [...ours, ...refunds.map(({ next }) => next)],
      save: async (change: Change<Refund>) => refunds.push(change),
    } as unknown as RefundStore,
    { lookUpRefund: async () => outcome } as unknown as GatewayCalls,
    {} as SendRefund,
    { run: <T>(work: () => Promise<T>) => work() } as unknown as Transactions,
  );
  return { adopt: () => news.adopt(current(), 're_1'), payments, refunds };
}

test('what has gone back at the gateway cannot go back here as well, and is on record once', async () => {
  const shop = shopWith({ kind: 'ok', ...theirs });
  await shop.adopt();
  await shop.adopt();
  expect(shop.payments.map(({ refundedAmount }) => refundedAmount)).toEqual([0, 700]);
  expect(shop.refunds).toMatchObject([
    {
      next: { key: 'provider-re_1', reference: 're_1', status: 'succeeded', amount: 700, paymentReference: 'pi_1' },
      events: [made, expect.any(RefundSucceeded)],
    },
  ]);
});

test('what is on its way back is asked about until it is there', async () => {
  const shop = shopWith({ kind: 'pending', ...theirs });
  await shop.adopt();
  expect(shop.refunds).toMatchObject([{ next: { status: 'pending', nextCheckAt: expect.any(Date) }, events: [made] }]);
});

test.each([
  ['failed', { kind: 'declined', failureCode: 'expired_or_canceled_card' }, undefined],
  ['is not answered for', { kind: 'unknown', reason: 'timeout' }, Unanswered],
  ['is of another currency', { kind: 'ok', ...theirs, currency: 'USD' }, AmountMismatch],
] as [string, RefundOutcome, (new (...args: never[]) => Error) | undefined][])(
  'one that %s is not put on record',
  async (_what, outcome, error) => {
    const shop = shopWith(outcome);
    if (error) await expect(shop.adopt()).rejects.toThrow(error);
    else await shop.adopt();
    expect([shop.payments.length, shop.refunds]).toEqual([1, []]);
  },
);

describe('where a rest that was only held is called a refund, too', () => {
  const ours = { amount: 200, released: false, status: 'succeeded' as const };

  test.each([
    ['it is none of the money that was taken', 0, [], []],
    ['nor beside refunds of ours', 200, [ours], []],
    ['nor beside what was given up here', 0, [{ ...ours, amount: 700, released: true }], []],
    ['nor beside one that failed', 0, [{ ...ours, status: 'failed' as const }], []],
    ['but what has gone back beside it is on record', 900, [ours], [700]],
  ])('%s', async (_what, returned, known, adopted) => {
    const shop = shopWith({ kind: 'ok', ...theirs, returned }, 0, known);
    await shop.adopt();
    expect(shop.refunds.map(({ next }) => next.amount)).toEqual(adopted);
  });

  test('while a refund of ours is not answered nobody knows which is which', async () => {
    const shop = shopWith({ kind: 'ok', ...theirs, returned: 700 }, 0, [{ ...ours, status: 'requested' }]);
    await expect(shop.adopt()).rejects.toThrow(Unanswered);
    expect(shop.refunds).toEqual([]);
  });
});

test('while refunds of ours hold the money it waits: the gateway will refuse one of them', async () => {
  const shop = shopWith({ kind: 'ok', ...theirs }, 400);
  await expect(shop.adopt()).rejects.toThrow(RefundTooLarge);
  expect([shop.payments.length, shop.refunds]).toEqual([1, []]);
});
