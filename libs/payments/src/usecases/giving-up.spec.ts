import { StaleVersion, Unanswered, type Transactions } from '@cartwright/platform';
import { PaymentFailed } from '../contract/payment-events';
import { AmountMismatch } from '../contract/refusals';
import type { CollectOutcome, FindOutcome, LookUpOutcome } from '../model/gateway-outcome';
import { fail, learn, requestPayment, type Payment } from '../model/payment';
import type { PaymentStore } from '../store/payment.store';
import type { RefundStore } from '../store/refund.store';
import type { GatewayCalls } from './gateway-calls';
import { PaymentProgress } from './payment-progress';
import { WithdrawFailedPayment } from './withdraw-failed-payment';

const captured = { reference: 'pi_1', status: 'succeeded', amountCaptured: 1000, amountCapturable: 0, currency: 'EUR' } as const;
const requested = requestPayment(
  {
    ...{ orderId: '64f0aa000000000000000001', orderNumber: 'CW-1', provider: 'stripe', email: 'a@b.example' },
    ...{ amount: 1000, currency: 'EUR', captureMode: 'automatic' },
  },
  new Date(),
).next;

/** A gateway that says these things, one after the other, and the payment as it is stored. */
function shopWith(stored: Payment, ...said: (CollectOutcome | FindOutcome | LookUpOutcome)[]) {
  const shop = { stored };
  const payments = {
    ofOrder: async () => shop.stored,
    save: async ({ next }: { next: Payment }) => {
      if (next.version !== shop.stored.version) throw new StaleVersion({ subject: 'payment', id: next.id });
      return (shop.stored = { ...next, version: next.version + 1 });
    },
  } as unknown as PaymentStore;
  const asked: string[] = [];
  const next = (call: string) => async () => {
    asked.push(call);
    return said.shift();
  };
  const calls = {
    collect: next('collect'),
    find: next('find'),
    cancel: next('cancel'),
    lookUp: next('look_up'),
  } as unknown as GatewayCalls;
  const progress = new PaymentProgress(payments, {} as RefundStore, calls, {} as Transactions);
  return Object.assign(shop, { asked, progress, withdraw: new WithdrawFailedPayment(payments, calls, progress) });
}

const declined = fail(requested, 'card_declined', 'pi_1')?.next ?? requested;
const news = new PaymentFailed({ orderId: requested.orderId, failureCode: 'card_declined' });

test('a declined payment whose withdrawal got no answer is withdrawn again, as the buyer could still pay it', async () => {
  const shop = shopWith(declined, { kind: 'unknown', reason: 'timeout' });
  await expect(shop.withdraw.handle(news)).rejects.toThrow('may still be open: timeout');
});

test('a declined payment that was paid before it could be withdrawn is captured, so that its money goes back', async () => {
  const shop = shopWith(declined, { kind: 'ok', payment: captured });
  await shop.withdraw.handle(news);
  expect(shop.stored).toMatchObject({ status: 'captured', capturedAmount: 1000 });
});

test('the answer to a charge that comes after its payment was given up is money all the same', async () => {
  const shop = shopWith(fail(requested, 'not_collected')?.next ?? requested, { kind: 'ok', payment: captured });
  await shop.progress.collect(shop.stored);
  expect(shop.stored).toMatchObject({ status: 'captured', reference: 'pi_1', capturedAmount: 1000 });
});

test('a payment is not given up as unknown when the gateway came to know it meanwhile: it would be asked about for ever', async () => {
  const shop = shopWith(requested, { kind: 'none' });
  const asked = { ...captured, status: 'action_required', amountCaptured: 0 } as const;
  const moved = learn(requested, asked, 'answer', new Date())?.next ?? requested;
  shop.stored = { ...moved, version: moved.version + 1 };
  await shop.progress.cancel(requested);
  expect(shop.stored).toMatchObject({ status: 'action_required', reference: 'pi_1' });
});

describe('a payment whose call was not answered', () => {
  const unknown = { kind: 'unknown', reason: 'timeout' } as const;

  it('is asked for again with its key, and nobody searches the provider for it', async () => {
    const shop = shopWith(requested, { kind: 'ok', payment: captured });
    await shop.progress.ask(shop.stored);
    expect(shop.stored).toMatchObject({ status: 'confirming', reference: 'pi_1' });
  });

  it('is looked for when that gets no answer either, such as a 500 that the provider keeps', async () => {
    const shop = shopWith(requested, unknown, { kind: 'ok', payment: captured });
    await shop.progress.ask(shop.stored);
    expect(shop.stored).toMatchObject({ status: 'captured', reference: 'pi_1' });
  });

  it('is asked about later, ever more rarely, when it is not to be found', async () => {
    const shop = shopWith(requested, unknown, { kind: 'none' });
    await shop.progress.ask(shop.stored);
    expect(shop.stored).toMatchObject({ status: 'requested', attempt: 1, checks: 1, nextCheckAt: expect.any(Date) });
  });

  it('is not asked for any more when the provider may have forgotten its key, only looked for', async () => {
    const old = { ...requested, createdAt: new Date(Date.now() - 24 * 3_600_000) };
    const shop = shopWith(old, { kind: 'none' });
    await shop.progress.ask(shop.stored);
    expect(shop.stored).toMatchObject({ status: 'requested', checks: 1 });
    expect(shop.asked).toEqual(['find']);
  });
});

test('a question about held money that gets no answer is no news: whoever asked asks again', async () => {
  const held = { ...captured, status: 'authorized', amountCaptured: 0, amountCapturable: 1000 } as const;
  const authorized = learn({ ...requested, captureMode: 'manual' }, held, 'asked', new Date())!.next;
  const shop = shopWith(authorized, { kind: 'unknown', reason: 'timeout' });
  await expect(shop.progress.ask(shop.stored)).rejects.toThrow(Unanswered);
  expect(shop.stored).toEqual(authorized);
});

describe('money of another amount or currency than was due', () => {
  const open = learn(requested, { ...captured, status: 'action_required', amountCaptured: 0 }, 'answer', new Date())!.next;

  it.each([
    ['less', { amountCaptured: 999 }],
    ['more', { amountCaptured: 1001 }],
    ['dollars', { currency: 'USD' }],
  ])('(%s) is never taken for the payment; the order that waits for it is given up in its time', async (_, other) => {
    const told = { kind: 'ok', payment: { ...captured, ...other } } as const;
    const shop = shopWith(open, told, told, told);
    await expect(shop.progress.ask(shop.stored)).rejects.toThrow(AmountMismatch);
    expect(shop.stored).toEqual(open);
    expect(await shop.progress.cancel(shop.stored)).toMatchObject({ status: 'failed', failureCode: 'amount_mismatch', capturedAmount: 0 });
    // That is parked in the end, where an admin sees it.
    await expect(shop.withdraw.handle(news)).rejects.toThrow(AmountMismatch);
    expect(shop.stored).toMatchObject({ status: 'failed', capturedAmount: 0 });
  });

  it('does not make one given up that is held', async () => {
    const held = { ...open, status: 'authorized' as const, captureMode: 'manual' as const, releasedAmount: 1000 };
    const shop = shopWith(held, { kind: 'ok', payment: { ...captured, amountCaptured: 999 } });
    await expect(shop.progress.cancel(shop.stored)).rejects.toThrow(AmountMismatch);
    expect(shop.stored).toEqual(held);
  });
});

describe('a payment that was given up because the gateway did not know it', () => {
  async function givenUp(...said: Parameters<typeof shopWith>[1][]): Promise<ReturnType<typeof shopWith>> {
    const shop = shopWith(requested, { kind: 'none' }, ...said);
    await shop.progress.cancel(shop.stored);
    return shop;
  }

  it('is looked for once more, when no call of ours can be on its way any longer', async () => {
    const shop = await givenUp({ kind: 'none' });
    expect(shop.stored).toMatchObject({ status: 'failed', failureCode: 'not_collected', nextCheckAt: expect.any(Date) });
    await shop.progress.ask(shop.stored);
    expect(shop.stored).toMatchObject({ status: 'failed', nextCheckAt: undefined });
  });

  it('is late money when it is found then, charged', async () => {
    const shop = await givenUp({ kind: 'ok', payment: captured }, { kind: 'ok', payment: captured });
    await shop.progress.ask(shop.stored);
    expect(shop.stored).toMatchObject({ status: 'captured', reference: 'pi_1' });
  });

  it('is looked for later when looking got no answer', async () => {
    const shop = await givenUp({ kind: 'unknown', reason: 'timeout' });
    await shop.progress.ask(shop.stored);
    expect(shop.stored.nextCheckAt).toBeInstanceOf(Date);
  });

  it('is looked for again when the call that charged it ends later still, without an answer', async () => {
    const shop = await givenUp({ kind: 'none' }, { kind: 'unknown', reason: 'timeout' });
    await shop.progress.ask(shop.stored);
    await shop.progress.collect(requested);
    expect(shop.stored).toMatchObject({ status: 'failed', nextCheckAt: expect.any(Date) });
  });
});

describe('a payment that was given up and is still asked about', () => {
  const dayMs = 24 * 3_600_000;
  const cancelled = { ...captured, status: 'cancelled', amountCaptured: 0 } as const;
  const authorized = { ...cancelled, status: 'authorized', amountCapturable: 1000 } as const;
  const payable = { kind: 'ok', payment: { ...cancelled, stillPayable: true } } as const;
  const made = (daysAgo: number): Payment => ({ ...requested, reference: 'pi_1', createdAt: new Date(Date.now() - daysAgo * dayMs) });
  const due = (payment: Payment): Payment => ({ ...payment, nextCheckAt: new Date() });
  const waitOf = ({ nextCheckAt }: Payment): number => Math.round((nextCheckAt!.getTime() - Date.now()) / 60_000);

  it('is closed at the gateway, and then never asked about again', async () => {
    const shop = shopWith(due(declined), { kind: 'ok', payment: cancelled });
    await shop.progress.ask(shop.stored);
    expect(shop.stored).toMatchObject({ status: 'failed', nextCheckAt: undefined });
  });

  it('is asked about for two weeks where the gateway cannot close it, ever more rarely, and then comes to rest', async () => {
    const shop = shopWith(made(0), payable, payable, payable, payable);
    await shop.progress.cancel(shop.stored);
    expect(shop.stored).toMatchObject({ status: 'cancelled', nextCheckAt: expect.any(Date) });
    expect(waitOf(shop.stored)).toBe(5);
    const waits: number[] = [];
    for (const age of [0.5, 13]) {
      shop.stored = due({ ...shop.stored, createdAt: made(age).createdAt });
      await shop.progress.ask(shop.stored);
      waits.push(waitOf(shop.stored));
    }
    expect(waits).toEqual([12 * 60, 24 * 60]);
    shop.stored = due({ ...shop.stored, createdAt: made(14).createdAt });
    await shop.progress.ask(shop.stored);
    expect(shop.stored).toMatchObject({ status: 'cancelled', nextCheckAt: undefined });
  });

  it('is late money when its bank says yes after all, with nobody to report it', async () => {
    const shop = shopWith(made(3), payable, { kind: 'ok', payment: authorized });
    await shop.progress.cancel(shop.stored);
    expect(shop.stored).toMatchObject({ status: 'cancelled', nextCheckAt: expect.any(Date) });
    await shop.progress.ask(shop.stored);
    expect(shop.stored).toMatchObject({ status: 'authorized', captureRequested: 1000 });
  });

  it('does not come to rest before the gateway has answered, however old it is', async () => {
    const shop = shopWith(due({ ...declined, createdAt: made(30).createdAt }), { kind: 'unknown', reason: 'timeout' });
    await shop.progress.ask(shop.stored);
    expect(waitOf(shop.stored)).toBe(24 * 60);
  });
});
