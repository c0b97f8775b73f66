import { newDocument, newId } from '@cartwright/kernel';
import type { KnownPayment, PaymentGateway } from '../gateways/payment-gateway';
import { requestPayment, type CaptureMode, type Payment } from '../model/payment';
import { requestRefund, type Refund } from '../model/refund';

/** An adapter with its provider's stand-in, which is the suite's own: its clock is moved. */
export interface GatewayUnderTest {
  readonly gateway: PaymentGateway;
  /** What a buyer pays with who has money. */
  readonly token?: string;
  /** Asks for the payment and lets the buyer do his part; the provider then has or holds the money. */
  pay(payment: Payment): Promise<KnownPayment>;
  /** Asks for the payment, and the buyer does nothing yet. */
  begin(payment: Payment): Promise<KnownPayment>;
  /** The next call of this kind fails that way, before or after the provider did its part. */
  fault(call: 'collect' | 'capture' | 'refund', kind: 'error' | 'reset' | 'rate_limit', when: 'before' | 'after'): Promise<void>;
  calm(): Promise<void>;
  /** So long after, by the clock of the provider. */
  advance(seconds: number): Promise<void>;
  stop(): Promise<void>;
  /** What the provider has taken and sent back for an order, by its own books. */
  books(orderId: string): Promise<{ readonly payments: number; readonly captured: number; readonly refunded: number }>;
}

const amount = 1999;

export function aPaymentOf(provider: string, change: Partial<Payment> = {}): Payment {
  const captureMode: CaptureMode = change.captureMode ?? 'automatic';
  const request = { orderId: newId(), orderNumber: 'CW-1', provider, email: 'a@b.example', amount, currency: 'USD', captureMode };
  return { ...requestPayment({ ...request, ...change }, new Date()).next };
}

export function aRefundOf(payment: KnownPayment, part: number): Refund {
  const { next } = requestRefund(payment, { key: newId(), amount: part, reason: 'r', released: false }, new Date());
  return { ...next, ...newDocument(newId(), new Date()) };
}

/** What every adapter must do, whatever its provider calls it: one suite for all of them. */
export function describeGateway(name: string, start: () => Promise<GatewayUnderTest>, currency = 'USD'): void {
  describe(`${name}, as every gateway`, () => {
    let on: GatewayUnderTest;
    beforeAll(async () => {
      on = await start();
    });
    afterEach(() => on.calm());
    afterAll(() => on.stop());

    const aPayment = (change: Partial<Payment> = {}): Payment => aPaymentOf(on.gateway.provider, { token: on.token, currency, ...change });
    const state = async (payment: KnownPayment): Promise<string> => {
      const told = await on.gateway.lookUp(payment);
      return told.kind === 'ok' ? told.payment.status : told.kind;
    };

    it('collects once, however often it is asked', async () => {
      const payment = aPayment();
      const known = await on.pay(payment);
      await on.gateway.collect(payment);
      await on.gateway.collect(payment);
      expect(await state(known)).toBe(on.gateway.capabilities.tokenFirst ? 'succeeded' : 'authorized');
      expect((await on.books(payment.orderId)).payments).toBe(1);
    });

    it.each(['error', 'reset', 'rate_limit'] as const)(
      'calls a %s after the effect unknown, and finds the payment by our order',
      async (kind) => {
        const payment = aPayment();
        await on.fault('collect', kind, 'after');
        expect(await on.gateway.collect(payment)).toMatchObject({ kind: 'unknown', reason: expect.any(String) });
        await on.calm();
        expect(await on.gateway.find(payment)).toMatchObject({ kind: 'ok', payment: { reference: expect.any(String) } });
        expect((await on.books(payment.orderId)).payments).toBe(1);
      },
      30_000,
    );

    it('knows that a payment whose call never arrived does not exist', async () => {
      const payment = aPayment();
      await on.fault('collect', 'error', 'before');
      expect((await on.gateway.collect(payment)).kind).toBe('unknown');
      await on.calm();
      expect(await on.gateway.find(payment)).toEqual({ kind: 'none' });
    }, 30_000);

    it('tells nothing of a payment that it does not know', async () => {
      expect((await on.gateway.lookUp({ ...aPayment(), reference: 'none_such' })).kind).toBe('unknown');
    });

    it('holds money in manual mode, takes it once, and gives up what is not taken', async () => {
      const { partialCapture, separateCapture } = on.gateway.capabilities;
      if (!separateCapture) return expect(partialCapture).toBe(false);
      const held = await on.pay(aPayment({ captureMode: 'manual' }));
      expect(await on.gateway.lookUp(held)).toMatchObject({
        payment: { status: 'authorized', amountCaptured: 0, amountCapturable: amount },
      });
      const captureRequested = partialCapture ? amount - 500 : amount;
      const first = await on.gateway.capture({ ...held, captureRequested });
      expect(first).toMatchObject({ kind: 'ok', payment: { status: 'succeeded', amountCaptured: captureRequested, amountCapturable: 0 } });
      expect(await on.gateway.capture({ ...held, captureRequested })).toMatchObject({ kind: 'ok', payment: { status: 'succeeded' } });
      expect(await on.books(held.orderId)).toMatchObject({ payments: 1, captured: captureRequested });
    });

    it('calls a capture without an answer unknown; repeated, it is the same capture', async () => {
      const held = await on.pay(aPayment({ captureMode: 'manual' }));
      await on.fault('capture', 'reset', 'after');
      expect((await on.gateway.capture({ ...held, captureRequested: amount })).kind).toBe('unknown');
      await on.calm();
      expect(await on.gateway.capture({ ...held, captureRequested: amount })).toMatchObject({
        kind: 'ok',
        payment: { status: 'succeeded' },
      });
      expect(await on.books(held.orderId)).toMatchObject({ captured: amount });
    }, 30_000);

    it('withdraws what nobody has paid yet; what was captured stays, and is told as such', async () => {
      const open = await on.begin(aPayment());
      const told = await on.gateway.cancel(open);
      // Closed at the provider; or called cancelled by us, and told as what may still be paid.
      expect(told).toMatchObject({ kind: 'ok', payment: { status: 'cancelled' } });
      const closed = { kind: 'ok', payment: { status: 'cancelled' } };
      const stillPayable = told.kind === 'ok' && told.payment.stillPayable === true;
      expect(await on.gateway.lookUp(open)).toMatchObject(stillPayable ? { payment: { status: 'action_required' } } : closed);
      expect(await on.books(open.orderId)).toMatchObject({ captured: 0 });
      const held = await on.pay(aPayment({ captureMode: 'manual' }));
      await on.gateway.capture({ ...held, captureRequested: amount });
      expect(await on.gateway.cancel(held)).toMatchObject({ kind: 'ok', payment: { status: 'succeeded' } });
    });

    it('gives up what it only holds, where the provider can', async () => {
      const held = await on.pay(aPayment({ captureMode: 'manual' }));
      const told = await on.gateway.cancel(held);
      expect(told).toMatchObject({ kind: 'ok', payment: { status: on.gateway.capabilities.voids ? 'cancelled' : 'authorized' } });
      expect(await on.books(held.orderId)).toMatchObject({ captured: 0 });
    });

    it('sends a refund once however often it is repeated, and never more than was captured', async () => {
      const paid = await taken(on, aPayment());
      const first = aRefundOf(paid, 1500);
      const answer = await on.gateway.refund(first);
      expect(answer).toMatchObject({ reference: expect.any(String), amount: 1500, currency });
      expect(await on.gateway.refund(first)).toEqual(answer);
      expect(await on.gateway.refund(aRefundOf(paid, 500))).toMatchObject({ kind: 'declined' });
      expect(await on.gateway.refund(aRefundOf(paid, 499))).toMatchObject({ kind: expect.stringMatching(/^(ok|pending)$/) });
      expect(await on.books(paid.orderId)).toMatchObject({ captured: amount, refunded: amount });
    });

    it.each(['error', 'reset'] as const)(
      'sees through a %s after the money went back',
      async (kind) => {
        const paid = await taken(on, aPayment());
        const refund = aRefundOf(paid, 999);
        await on.fault('refund', kind, 'after');
        const first = await on.gateway.refund(refund);
        await on.calm();
        const second = first.kind === 'unknown' ? await on.gateway.refund(refund) : first;
        if (second.kind !== 'ok' && second.kind !== 'pending') throw new Error(`The refund is ${second.kind}.`);
        expect(await on.gateway.lookUpRefund({ ...refund, reference: second.reference })).toEqual(second);
        expect(await on.books(paid.orderId)).toMatchObject({ refunded: 999 });
      },
      30_000,
    );

    it('finds a refund of an earlier attempt that came to be after all, and does not make it again', async () => {
      const paid = await taken(on, aPayment());
      const refund = aRefundOf(paid, 999);
      const first = await on.gateway.refund(refund);
      expect(await on.gateway.refund({ ...refund, attempt: 2 })).toEqual(first);
      expect(await on.books(paid.orderId)).toMatchObject({ refunded: 999 });
    });

    it('has a vault exactly when it says that it keeps methods', () => {
      expect(on.gateway.vault !== undefined).toBe(on.gateway.capabilities.savedMethods);
    });

    it('refuses a webhook that nobody signed', () => {
      expect(() => on.gateway.readWebhook(Buffer.from('{}'), {}, new Date())).toThrow(/signature/i);
    });

    // The last one, as it moves the clock.
    it('makes a refund once, though its answer was lost and its key is forgotten since', async () => {
      const paid = await taken(on, aPayment());
      const refund = aRefundOf(paid, 999);
      const first = await on.gateway.refund(refund);
      await on.advance(25 * 3600);
      expect(await on.gateway.refund({ ...refund, updatedAt: new Date(Date.now() - 25 * 3_600_000) })).toEqual(first);
      expect(await on.books(paid.orderId)).toMatchObject({ refunded: 999 });
    });
  });
}

/** Pays, and has the money taken where the provider only holds it at first. */
async function taken(on: GatewayUnderTest, payment: Payment): Promise<KnownPayment> {
  const known = await on.pay(payment);
  if (!on.gateway.capabilities.tokenFirst) await on.gateway.capture({ ...known, captureRequested: payment.amount });
  return known;
}
