import { Unanswered, type Transactions } from '@cartwright/platform';
import { WebhookReceived } from '../contract/internal-events';
import { requestPayment } from '../model/payment';
import { requestRefund, sent, type Refund } from '../model/refund';
import type { RefundOutcome } from '../model/gateway-outcome';
import type { PaymentStore } from '../store/payment.store';
import type { RefundStore } from '../store/refund.store';
import type { WebhookStore } from '../store/webhook.store';
import { ApplyWebhook } from './apply-webhook';
import type { GatewayCalls } from './gateway-calls';
import type { PaymentProgress } from './payment-progress';
import { RefundNews } from './refund-news';
import type { SendRefund } from './send-refund';

const now = new Date();
const request = { orderId: '64f0aa000000000000000001', orderNumber: 'CW-1', provider: 'stripe', email: 'a@b.example', currency: 'EUR' };
const payment = {
  ...requestPayment({ ...request, amount: 1000, captureMode: 'automatic' }, now).next,
  ...{ status: 'captured' as const, capturedAmount: 1000, reference: 'pi_1' },
};

function aRefund(key: string, reference?: string): Refund {
  const refund = requestRefund(payment, { key, amount: 10, reason: 'r', released: false }, now).next;
  return (reference && sent(refund, 'ok', { ...refund, reference }, now)?.next) || refund;
}

interface Shop {
  readonly asked: string[];
  readonly adopted: string[];
  readonly recorded: RefundOutcome[];
  readonly told: (refund?: string | null) => Promise<void>;
  answer: RefundOutcome;
}

/** A payment with these refunds; `asked` are those about which the gateway was asked, `adopted` those that it has made. */
function shopWith(...refunds: Refund[]): Shop {
  const asked: string[] = [];
  const store = {
    byReference: async (_provider: string, reference: string) => refunds.find((refund) => refund.reference === reference) ?? null,
    isUnnamed: async () => refunds.some(({ status }) => status === 'requested'),
    ofPayment: async () => refunds,
  } as unknown as RefundStore;
  const recorded: RefundOutcome[] = [];
  const lookUpRefund = async ({ reference = '' }: Refund): Promise<RefundOutcome> => {
    asked.push(reference);
    return shop.answer;
  };
  const payments = { byReference: async () => payment } as unknown as PaymentStore;
  const record = { record: async (_: Refund, outcome: RefundOutcome) => recorded.push(outcome) } as unknown as SendRefund;
  const adopted: string[] = [];
  const news = new RefundNews(payments, store, { lookUpRefund } as unknown as GatewayCalls, record, {} as Transactions);
  news.adopt = async (_, reference) => void adopted.push(reference);
  const webhook = new ApplyWebhook(payments, store, {} as PaymentProgress, news, {} as WebhookStore);
  const about = { provider: 'stripe', reference: 'pi_1' };
  const told = (refund?: string | null): Promise<void> => webhook.handle(new WebhookReceived({ ...about, refund }));
  const shop: Shop = { asked, adopted, recorded, told, answer: { kind: 'ok', reference: 're', amount: 10, currency: 'EUR' } };
  return shop;
}

const hundreds = Array.from({ length: 300 }, (_, n) => aRefund(`k${n}`, `re_${n}`));

test('of hundreds of refunds of one payment only the one is asked about of which the webhook tells', async () => {
  const shop = shopWith(...hundreds);
  await shop.told('re_7');
  expect(shop.asked).toEqual(['re_7']);
});

test('a webhook about the payment alone says nothing of its refunds', async () => {
  const shop = shopWith(...hundreds);
  await shop.told(null);
  expect(shop.asked).toEqual([]);
});

test('a webhook that was stored before it was written down which refund it is about may be about any', async () => {
  const shop = shopWith(aRefund('a', 're_a'), aRefund('b'), aRefund('c', 're_c'));
  await shop.told(undefined);
  expect(shop.asked).toEqual(['re_a', 're_c']);
});

test('a webhook that overtakes the answer to the refund’s own call comes again', async () => {
  const shop = shopWith(aRefund('a', 're_a'), aRefund('b'));
  await expect(shop.told('re_b')).rejects.toThrow('not answered yet');
});

test('a webhook whose question gets no answer is not used up: it comes again, for as long as that takes', async () => {
  const shop = shopWith(aRefund('a', 're_a'));
  shop.answer = { kind: 'unknown', reason: 'timeout' };
  await expect(shop.told('re_a')).rejects.toThrow(Unanswered);
  expect(shop.recorded).toEqual([]);
  shop.answer = { kind: 'declined', failureCode: 'expired_or_canceled_card' };
  await shop.told('re_a');
  expect(shop.recorded).toEqual([shop.answer]);
});

test('a refund that was made at the provider goes on record, unless it may be one of ours that has no name yet', async () => {
  const shop = shopWith(aRefund('a', 're_a'));
  await shop.told('re_theirs');
  expect([shop.asked, shop.adopted]).toEqual([[], ['re_theirs']]);
  const busy = shopWith(aRefund('a'));
  await expect(busy.told('re_theirs')).rejects.toThrow('not answered yet');
  expect(busy.adopted).toEqual([]);
});
