import { Logger } from '@nestjs/common';
import { newDocument, newId } from '@cartwright/kernel';
import { sweep, Unanswered, type Audit, type Transactions } from '@cartwright/platform';
import { AmountMismatch, UnknownProvider } from '../contract/refusals';
import { requestPayment, type Payment } from '../model/payment';
import { requestRefund, type Refund } from '../model/refund';
import type { PaymentStore } from '../store/payment.store';
import type { RefundStore } from '../store/refund.store';
import type { GatewayCalls } from './gateway-calls';
import type { PaymentProgress } from './payment-progress';
import { ReconcilePayments, ReconcilePaymentsHandler } from './reconcile-payments';
import { ResumePayments } from './resume-payments';
import { ResumeRefunds } from './resume-refunds';
import type { SendRefund } from './send-refund';

const now = new Date();
beforeAll(() => Logger.overrideLogger(false));
afterAll(() => Logger.overrideLogger(true));

const aPayment = (): Payment =>
  requestPayment(
    {
      ...{ orderId: newId(), orderNumber: 'CW-1', provider: 'stripe', email: 'a@b.example' },
      ...{ amount: 1000, currency: 'EUR', captureMode: 'automatic' },
    },
    now,
  ).next;
const aRefund = (): Refund => ({
  ...requestRefund(aPayment(), { key: newId(), amount: 10, reason: 'r', released: false }, now).next,
  ...{ ...newDocument(newId(), now), status: 'pending' as const, reference: newId() },
});

/** What is due, and those of which asking comes to something; `asked` are all that were asked about. */
function shopWith(due: { payments?: Payment[]; refunds?: Refund[] }, errors: ReadonlyMap<string, Error>) {
  const [payments, refunds] = [[...(due.payments ?? [])], [...(due.refunds ?? [])]];
  const [asked, late]: string[][] = [[], []];
  const ask = async <T extends { readonly id: string }>(one: T): Promise<T> => {
    asked!.push(one.id);
    const error = errors.get(one.id);
    if (error) throw error;
    return { ...one, status: 'captured' };
  };
  const paymentStore = { takeDue: async () => payments.shift() ?? null, unfinished: async () => payments } as unknown as PaymentStore;
  const refundStore = { takeDue: async () => refunds.shift() ?? null, pending: async () => refunds } as unknown as RefundStore;
  const progress = { ask, putOff: async ({ id }: Payment) => late!.push(id) } as unknown as PaymentProgress;
  const calls = { lookUpRefund: async (refund: Refund) => void (await ask(refund)) } as unknown as GatewayCalls;
  const resumeRefunds = new ResumeRefunds(refundStore, calls, {} as SendRefund);
  const transactions = { assertOutside: () => undefined, run: (work: () => unknown) => work() } as unknown as Transactions;
  const audit = { recordDone: () => undefined } as unknown as Audit;
  return {
    ...{ asked, late, resumeRefunds },
    resumePayments: new ResumePayments(paymentStore, progress),
    reconcile: () =>
      new ReconcilePaymentsHandler(paymentStore, refundStore, progress, resumeRefunds, transactions, audit).execute(
        new ReconcilePayments({}),
      ),
  };
}

const all = [aPayment(), aPayment(), aPayment(), aPayment()];
const [mismatched, orphaned, unanswered] = all.map(({ id }) => id);
const errors = new Map<string, Error>([
  [mismatched!, new AmountMismatch({ due: 1000, paid: 999 })],
  [orphaned!, new UnknownProvider({ provider: 'razorpay' })],
  [unanswered!, new Unanswered('timeout')],
]);

test('a payment of which nothing can be made keeps no other from being asked about, and is put off', async () => {
  const shop = shopWith({ payments: all }, errors);
  await shop.resumePayments.run();
  expect(shop.asked).toEqual(all.map(({ id }) => id));
  expect(shop.late).toEqual([mismatched, orphaned, unanswered]);
});

test('a refund of which nothing can be made keeps no other from being asked about', async () => {
  const refunds = [aRefund(), aRefund(), aRefund()];
  const shop = shopWith({ refunds }, new Map([[refunds[0]!.id, new UnknownProvider({ provider: 'razorpay' })]]));
  await shop.resumeRefunds.run();
  expect(shop.asked).toEqual(refunds.map(({ id }) => id));
});

test('an admin who has all of them asked about hears of which nothing was learnt, and why', async () => {
  const refund = aRefund();
  const shop = shopWith({ payments: all, refunds: [refund] }, new Map([...errors, [refund.id, new Error('a bug')]]));
  expect(await shop.reconcile()).toEqual({
    ...{ asked: 5, changed: 1, more: false },
    failed: [
      { what: 'payment', id: mismatched, code: 'amount_mismatch' },
      { what: 'payment', id: orphaned, code: 'unknown_provider' },
      { what: 'payment', id: unanswered, code: 'provider_unavailable' },
      { what: 'refund', id: refund.id, code: 'internal_error' },
    ],
  });
});

test('of hundreds that are due some are asked about at a time: a slow provider is waited for eight times at once, never for all', async () => {
  const due = Array.from({ length: 100 }, (_, n) => n);
  let [inHand, most, looks] = [0, 0, 0];
  await sweep(
    async () => {
      looks += 1;
      return due.shift() ?? null;
    },
    async () => {
      inHand += 1;
      most = Math.max(most, inHand);
      await new Promise((resolve) => setImmediate(resolve));
      inHand -= 1;
    },
  );
  expect({ most, inHand, looks, left: due.length }).toEqual({ most: 8, inHand: 0, looks: 101, left: 0 });
});

test('a round that cannot go on waits for what is in hand', async () => {
  let ended = false;
  const due = [1];
  const take = async (): Promise<number> => {
    const next = due.shift();
    if (next === undefined) throw new Error('the database is away');
    return next;
  };
  const work = async (): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    ended = true;
  };
  await expect(sweep(take, work)).rejects.toThrow('away');
  expect(ended).toBe(true);
});
