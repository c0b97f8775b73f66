import { CaptureRequested } from '../contract/internal-events';
import type { PaymentStatus } from '../contract/payment-view';
import type { PaymentStore } from '../store/payment.store';
import { SendCapture } from './capture-payment';
import type { PaymentProgress } from './payment-progress';

/** A payment that is in one state after the other, as far as capturing it gets. */
function shopWith(
  states: PaymentStatus[],
  captureRequested?: number,
): { readonly capture: () => Promise<void>; readonly asked: () => number } {
  let asked = 0;
  const money = { amount: 500, capturedAmount: 0, releasedAmount: 0 };
  const now = () => ({
    ...money,
    captureRequested,
    orderNumber: 'CW-1',
    status: states[0],
    failureCode: states[0] === 'cancelled' ? 'expired' : undefined,
  });
  const capture = async () => {
    asked += 1;
    states.shift();
    return now();
  };
  const send = new SendCapture({ ofOrder: async () => now() } as unknown as PaymentStore, { capture } as unknown as PaymentProgress);
  return { capture: () => send.handle(new CaptureRequested({ orderId: 'o1' })), asked: () => asked };
}

test('held money is taken once', async () => {
  const shop = shopWith(['authorized', 'captured'], 500);
  await shop.capture();
  await shop.capture();
  expect(shop.asked()).toBe(1);
});

test('money that lapsed before it was taken is a failed job, at the first attempt and at each after: the goods may have left', async () => {
  const shop = shopWith(['authorized', 'cancelled'], 500);
  await expect(shop.capture()).rejects.toThrow('was to be captured, and is cancelled (expired)');
  await expect(shop.capture()).rejects.toThrow('was to be captured, and is cancelled (expired)');
  expect(shop.asked()).toBe(1);
});

test('money that is still only held after it was to be taken is a failed job', async () => {
  await expect(shopWith(['authorized', 'authorized'], 500).capture()).rejects.toThrow('is authorized.');
});

test('money that is held anew, after it had lapsed, is not taken for what was asked of the other', async () => {
  const shop = shopWith(['authorized', 'captured']);
  await expect(shop.capture()).rejects.toThrow('is held anew');
  expect(shop.asked()).toBe(0);
});
