import fc from 'fast-check';
import { CaptureRequested } from '../contract/internal-events';
import { PaymentAuthorized, PaymentCaptured, PaymentFailed } from '../contract/payment-events';
import { AmountMismatch, CaptureTooLarge, RefundTooLarge } from '../contract/refusals';
import type { GatewayPayment } from './gateway-outcome';
import {
  canCapture,
  fail,
  idempotencyKey,
  learn,
  paymentLifecycle,
  postpone,
  releaseRefund,
  requestCapture,
  requestPayment,
  reserveRefund,
  viewOf,
  type Payment,
} from './payment';

const now = new Date('2026-03-01T12:00:00Z');
const orderId = 'a'.repeat(24);
const request = {
  orderId,
  orderNumber: 'CW-1',
  provider: 'stripe',
  token: 'pm_card_visa',
  email: 'a@b.example',
  amount: 1000,
  currency: 'EUR',
  captureMode: 'automatic' as const,
};

function aPayment(change: Partial<Payment> = {}): Payment {
  return { ...requestPayment(request, now).next, ...change };
}

function says(status: GatewayPayment['status'], change: Partial<GatewayPayment> = {}): GatewayPayment {
  return {
    reference: 'pi_1',
    status,
    amountCaptured: status === 'succeeded' ? 1000 : 0,
    amountCapturable: status === 'authorized' ? 1000 : 0,
    currency: 'EUR',
    ...change,
  };
}

test('the idempotency key is made of the order and the attempt', () => {
  expect(idempotencyKey(aPayment())).toBe(`auth:${orderId}:1`);
});

test('the answer to the first call never makes a payment captured; asking afterwards does, once', () => {
  const answered = learn(aPayment(), says('succeeded'), 'answer', now);
  expect(answered).toMatchObject({ next: { status: 'confirming', reference: 'pi_1' }, events: [] });
  const asked = learn(answered?.next as Payment, says('succeeded'), 'asked', now);
  expect(asked?.next).toMatchObject({ status: 'captured', nextCheckAt: undefined });
  expect(asked?.events).toEqual([new PaymentCaptured({ orderId, transactionId: 'pi_1', amount: 1000, currency: 'EUR' })]);
  expect(learn(asked?.next as Payment, says('succeeded'), 'asked', now)).toBeNull();
});

test.each([
  ['requested', 'action_required', 'action_required'],
  ['requested', 'failed', 'failed'],
  ['action_required', 'succeeded', 'captured'],
  ['action_required', 'failed', 'failed'],
  ['confirming', 'cancelled', 'cancelled'],
  ['failed', 'succeeded', 'captured'],
  ['cancelled', 'succeeded', 'captured'],
] as const)('a payment that is %s becomes, when the gateway says %s, %s', (status, said, becomes) => {
  expect(learn(aPayment({ status }), says(said), 'asked', now)?.next.status).toBe(becomes);
});

test('money of another amount or currency is not taken for ours', () => {
  expect(() => learn(aPayment(), says('succeeded', { amountCaptured: 999 }), 'asked', now)).toThrow(AmountMismatch);
  expect(() => learn(aPayment(), says('succeeded', { currency: 'USD' }), 'asked', now)).toThrow(AmountMismatch);
});

test('a failure is announced once, and not after the money has come', () => {
  const failed = fail(aPayment(), 'lost_card');
  expect(failed?.events).toEqual([new PaymentFailed({ orderId, failureCode: 'lost_card' })]);
  expect(fail(failed?.next as Payment, 'lost_card')).toBeNull();
  expect(fail(aPayment({ status: 'captured' }), 'lost_card')).toBeNull();
});

test('whatever the gateway says in whatever order, captured stays captured and is announced once', () => {
  const said = fc.constantFrom<GatewayPayment['status']>('succeeded', 'processing', 'action_required', 'failed', 'cancelled');
  fc.assert(
    fc.property(fc.array(fc.tuple(said, fc.constantFrom<'answer' | 'asked'>('answer', 'asked')), { maxLength: 10 }), (story) => {
      let payment = aPayment();
      let captures = 0;
      for (const [status, how] of story) {
        const change = learn(payment, says(status), how, now);
        captures += change?.events.filter((event) => event instanceof PaymentCaptured).length ?? 0;
        const before = payment.status;
        payment = change?.next ?? payment;
        if (before === 'captured' && payment.status !== 'captured') return false;
        if (before !== payment.status && !paymentLifecycle.allows(before, payment.status)) return false;
      }
      return captures === (payment.status === 'captured' ? 1 : 0);
    }),
  );
});

test('refunds set money aside, and together never more than was captured', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.nat(600), fc.constant(undefined)), { maxLength: 8 }), (wishes) => {
      let payment = aPayment({ status: 'captured', capturedAmount: 1000 });
      let aside = 0;
      for (const wish of wishes) {
        try {
          const { change, amount } = reserveRefund(payment, wish);
          payment = change.next;
          aside += amount;
        } catch (error) {
          if (!(error instanceof RefundTooLarge)) throw error;
        }
      }
      return payment.refundedAmount === aside && aside <= payment.amount;
    }),
  );
  expect(() => reserveRefund(aPayment(), undefined)).toThrow(RefundTooLarge);
  expect(releaseRefund(aPayment({ refundedAmount: 400 }), { amount: 400 }).next.refundedAmount).toBe(0);
});

test('held money is asked about every few hours until it is taken or gone, as the webhook of its lapse may be lost', () => {
  const held = learn(aPayment({ captureMode: 'manual' }), says('authorized'), 'asked', now)!.next;
  const hours = ({ nextCheckAt }: Payment): number => (nextCheckAt!.getTime() - now.getTime()) / 3_600_000;
  expect(hours(held)).toBe(3);
  expect(hours([1, 2, 3, 4].reduce((payment) => postpone(payment, now).next, held))).toBe(3);
  expect(learn(held, says('succeeded'), 'asked', now)?.next.nextCheckAt).toBeUndefined();
  expect(learn(held, says('cancelled'), 'asked', now)?.next).toMatchObject({ status: 'cancelled', nextCheckAt: undefined });
});

test('held money makes a manual payment authorized, is taken once when somebody asks, and announces both', () => {
  const held = learn(aPayment({ captureMode: 'manual' }), says('authorized'), 'asked', now);
  expect(held).toMatchObject({ next: { status: 'authorized', capturedAmount: 0 } });
  expect(held?.events).toEqual([new PaymentAuthorized({ orderId, transactionId: 'pi_1', amount: 1000, currency: 'EUR' })]);
  const asked = requestCapture(held!.next, 700);
  expect(asked.events).toEqual([new CaptureRequested({ orderId })]);
  expect(() => requestCapture(asked.next, 1)).toThrow(CaptureTooLarge);
  expect(() => learn(asked.next, says('succeeded', { amountCaptured: 1000 }), 'asked', now)).toThrow(AmountMismatch);
  const taken = learn(asked.next, says('succeeded', { amountCaptured: 700 }), 'asked', now);
  expect(taken).toMatchObject({ next: { status: 'captured', capturedAmount: 700 } });
  expect(taken?.events).toEqual([new PaymentCaptured({ orderId, transactionId: 'pi_1', amount: 700, currency: 'EUR' })]);
});

test('where nobody wanted the money to be held only, it is taken as soon as it is', () => {
  const held = learn(aPayment(), says('authorized'), 'asked', now);
  expect(held).toMatchObject({ next: { status: 'authorized', captureRequested: 1000 }, events: [new CaptureRequested({ orderId })] });
});

test.each([
  ['captured', 'automatic', true],
  ['authorized', 'manual', true],
  ['authorized', 'automatic', false],
  ['confirming', 'manual', false],
  ['cancelled', 'manual', false],
] as const)('a payment that is %s pays for its order, when its capture is %s: %s', (status, captureMode, pays) => {
  expect(viewOf(aPayment({ status, captureMode })).pays).toBe(pays);
});

test.each(['manual', 'automatic'] as const)(
  'money that was to be taken and lapsed is no decision about money that is held later: %s',
  (captureMode) => {
    const lapsed = aPayment({ captureMode, status: 'cancelled', captureRequested: 700 });
    const again = learn(lapsed, says('authorized'), 'asked', now)!;
    expect(again.next).toMatchObject({ status: 'authorized', captureRequested: captureMode === 'manual' ? undefined : 1000 });
    expect(canCapture(again.next)).toBe(captureMode === 'manual');
  },
);

test('held money that somebody took at the gateway, in part, is ours, in our currency only', () => {
  const held = aPayment({ captureMode: 'manual', status: 'authorized' });
  const part = { amountCaptured: 400 };
  expect(learn(held, says('succeeded', part), 'asked', now)).toMatchObject({ next: { status: 'captured', capturedAmount: 400 } });
  expect(() => learn(held, says('succeeded', { ...part, currency: 'USD' }), 'asked', now)).toThrow(AmountMismatch);
  expect(viewOf({ ...held, status: 'captured', capturedAmount: 400, refundedAmount: 100 }).refundableAmount).toBe(300);
});

test.each([undefined, 600])(
  'what was given up and is taken all the same, with the rest, is set aside to go back; %s was to be taken',
  (captureRequested) => {
    const held = aPayment({ captureMode: 'manual', status: 'authorized', releasedAmount: 400, captureRequested });
    const taken = learn(held, says('succeeded'), 'asked', now)!;
    expect(taken.next).toMatchObject({ status: 'captured', capturedAmount: 1000, releasedAmount: 0, refundedAmount: 400 });
    expect(viewOf(taken.next)).toMatchObject({ refundedAmount: 400, refundableAmount: 600 });
    expect(learn(taken.next, says('succeeded'), 'asked', now)).toBeNull();
    expect(learn(held, says('succeeded', { amountCaptured: 600 }), 'asked', now)?.next).toMatchObject({
      releasedAmount: 400,
      refundedAmount: 0,
    });
    expect(() => learn(held, says('succeeded', { amountCaptured: 800 }), 'asked', now)).toThrow(AmountMismatch);
  },
);

test('what is not taken when the money is, nobody will take; what was given up for a refund is not of it, nor what is held or lapsed', () => {
  const held = reserveRefund(aPayment({ captureMode: 'manual', status: 'authorized' }), 100).change.next;
  const wanted = requestCapture(held, 600).next;
  const taken = learn(wanted, says('succeeded', { amountCaptured: 600 }), 'asked', now)!.next;
  const all = requestCapture(held, undefined).next;
  const payments = [held, wanted, taken, all, { ...held, status: 'cancelled' as const }];
  expect(payments.map((payment) => viewOf(payment).forgoneAmount)).toEqual([0, 300, 300, 0, 0]);
  expect(viewOf(reserveRefund(taken, 600).change.next)).toMatchObject({ forgoneAmount: 300, refundableAmount: 0 });
});

test('held money of another amount is not taken for ours', () => {
  expect(() => learn(aPayment({ captureMode: 'manual' }), says('authorized', { amountCapturable: 999 }), 'asked', now)).toThrow(
    AmountMismatch,
  );
});

test('held money is given up before somebody decides to take it, and refunded afterwards; together never more than there is', () => {
  const held = aPayment({ captureMode: 'manual', status: 'authorized' });
  const waived = reserveRefund(held, 300);
  expect(waived).toMatchObject({ amount: 300, released: true, change: { next: { releasedAmount: 300, refundedAmount: 0 } } });
  expect(() => requestCapture(waived.change.next, 701)).toThrow(CaptureTooLarge);
  const wanted = requestCapture(waived.change.next, undefined).next;
  expect(wanted.captureRequested).toBe(700);
  expect(reserveRefund(wanted, undefined)).toMatchObject({ amount: 700, released: false });
  expect(() => reserveRefund(wanted, 701)).toThrow(RefundTooLarge);
});

test('the gateway is asked ever more rarely, and the client secret is shown only while the buyer has to act', () => {
  const first = postpone(aPayment({ status: 'confirming' }), now).next;
  const second = postpone(first, now).next;
  expect(Number(second.nextCheckAt) - Number(now)).toBeGreaterThan(Number(first.nextCheckAt) - Number(now));
  expect(viewOf(aPayment({ status: 'action_required', clientSecret: 's' })).clientSecret).toBe('s');
  expect(viewOf(aPayment({ status: 'captured', clientSecret: 's' })).clientSecret).toBeUndefined();
});
