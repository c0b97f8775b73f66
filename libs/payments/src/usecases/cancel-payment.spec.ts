import { StaleVersion, type Transactions } from '@cartwright/platform';
import { CancelPayment } from '../contract/payment-commands';
import type { GatewayPayment, LookUpOutcome } from '../model/gateway-outcome';
import { learn, requestPayment, type Payment } from '../model/payment';
import type { PaymentStore } from '../store/payment.store';
import type { RefundStore } from '../store/refund.store';
import { CancelPaymentHandler } from './cancel-payment';
import type { GatewayCalls } from './gateway-calls';
import { PaymentProgress } from './payment-progress';

const request = {
  ...{ orderId: '64f0aa000000000000000001', orderNumber: 'CW-1', provider: 'stripe', email: 'a@b.example' },
  ...{ amount: 1000, currency: 'EUR', captureMode: 'manual' as const },
};
const state = (status: GatewayPayment['status']): GatewayPayment => ({
  ...{ reference: 'pi_1', status, currency: 'EUR', amountCaptured: 0 },
  amountCapturable: status === 'authorized' ? 1000 : 0,
});
const confirming = learn(requestPayment(request, new Date()).next, state('processing'), 'answer', new Date())!.next;

/** A payment that is stored, and a gateway at which money is held; cancelling gives it up. */
function shop() {
  const on = { stored: confirming, told: [] as string[], cancelled: 0, beforeSave: () => undefined as void };
  const payments = {
    ofOrder: async () => on.stored,
    save: async ({ next, events }: { next: Payment; events: object[] }) => {
      on.beforeSave();
      if (next.version !== on.stored.version) throw new StaleVersion({ subject: 'payment', id: next.id });
      on.told.push(...events.map((event) => event.constructor.name));
      return (on.stored = { ...next, version: next.version + 1 });
    },
  } as unknown as PaymentStore;
  const ok = (payment: GatewayPayment): LookUpOutcome => ({ kind: 'ok', payment });
  const cancel = async (): Promise<LookUpOutcome> => {
    on.cancelled += 1;
    return ok(state('cancelled'));
  };
  const calls = { lookUp: async () => ok(state('authorized')), cancel } as unknown as GatewayCalls;
  const progress = new PaymentProgress(payments, {} as RefundStore, calls, {} as Transactions);
  const transactions = { assertOutside: () => undefined } as unknown as Transactions;
  const handler = new CancelPaymentHandler(payments, progress, transactions);
  return { on, progress, withdraw: () => handler.execute(new CancelPayment({ orderId: request.orderId })) };
}

test('a payment that turns out to be held while it is withdrawn is not given up: its order is paid', async () => {
  const { on, progress, withdraw } = shop();
  let first = true;
  on.beforeSave = () => {
    if (first) on.stored = { ...learn(on.stored, state('authorized'), 'asked', new Date())!.next, version: on.stored.version + 1 };
    first = false;
  };
  expect(await withdraw()).toMatchObject({ status: 'authorized' });
  expect(on).toMatchObject({ cancelled: 0, told: [] });
  await progress.ask(on.stored);
  expect(on.stored.status).toBe('authorized');
});

test('that money is held is no news of a payment that was withdrawn meanwhile: no order is paid by it', async () => {
  const { on, progress, withdraw } = shop();
  const before = on.stored;
  await withdraw();
  on.stored = { ...before, version: on.stored.version, withdrawnAt: new Date() }; // the gateway has yet to answer
  on.told.length = 0;
  await progress.ask(before); // begun before the withdrawal
  expect(on).toMatchObject({ told: [], stored: { status: 'confirming' } });
});

test('whoever asks about a payment that is to be withdrawn withdraws it', async () => {
  const { on, progress } = shop();
  on.stored = { ...confirming, withdrawnAt: new Date() };
  await progress.ask(on.stored);
  expect(on).toMatchObject({ cancelled: 1, told: ['PaymentFailed'], stored: { status: 'cancelled' } });
});
