import { newId } from '@cartwright/kernel';
import type { MethodVault, NewCustomer } from '../gateways/method-vault';
import type { PaymentGateway } from '../gateways/payment-gateway';
import type { KnownMethod, MethodSetup } from '../model/vault-outcome';
import { aPaymentOf } from './gateway-conformance';

/** A vault with its provider's stand-in, as the suite needs them. */
export interface VaultUnderTest {
  readonly gateway: PaymentGateway;
  readonly vault: MethodVault;
  /** What a buyer saves: a good card, one that wants the buyer first, and one that cannot be saved. */
  readonly tokens: { readonly good: string; readonly asks: string; readonly bad: string };
  /** The buyer does what the set-up wants of him. */
  authenticate(setup: MethodSetup): Promise<void>;
  /** The next call of this kind fails that way, before or after the provider did its part. */
  fault(call: 'customer' | 'detach', kind: 'error' | 'reset', when: 'before' | 'after'): Promise<void>;
  calm(): Promise<void>;
  /** Somebody removes the customer at the provider itself. */
  remove(customer: string): Promise<void>;
}

/** What every vault must do, whatever its provider calls it. */
export function describeVault(name: string, start: () => Promise<VaultUnderTest>): void {
  describe(`${name}, as every vault of methods`, () => {
    let on: VaultUnderTest;
    let setups = 0;
    beforeAll(async () => {
      on = await start();
    });
    afterEach(() => on.calm());

    const customer = async (asked: NewCustomer = aCustomer()): Promise<string> => {
      const outcome = await on.vault.createCustomer(asked);
      if (outcome.kind !== 'ok') throw new Error(`The customer is ${outcome.kind}.`);
      return outcome.reference;
    };
    const methods = async (owner: string): Promise<readonly KnownMethod[]> => {
      const outcome = await on.vault.methodsOf(owner);
      if (outcome.kind !== 'ok') throw new Error(`The methods are ${outcome.kind}.`);
      return outcome.methods;
    };
    const setUp = (owner: string, token?: string): ReturnType<MethodVault['setUp']> =>
      on.vault.setUp({ walletId: newId(), number: (setups += 1), customer: owner, token });
    const saved = async (owner: string): Promise<KnownMethod> => {
      await setUp(owner, on.tokens.good);
      return (await methods(owner)).at(-1) as KnownMethod;
    };

    it('makes one customer of an attempt, however often it is asked; another attempt is another one', async () => {
      const asked = aCustomer();
      const first = await customer(asked);
      expect(await customer(asked)).toBe(first);
      expect(await customer({ ...asked, attempt: 2 })).not.toBe(first);
      expect(await customer()).not.toBe(first);
    });

    it.each(['error', 'reset'] as const)(
      'finds a customer that was made although the answer was a %s',
      async (kind) => {
        const asked = aCustomer();
        await on.fault('customer', kind, 'after');
        const first = await on.vault.createCustomer(asked);
        await on.calm();
        const again = await customer(asked);
        expect(first).toEqual({ kind: 'ok', reference: again });
      },
      30_000,
    );

    it('does not know a customer whose call never arrived', async () => {
      await on.fault('customer', 'error', 'before');
      expect(await on.vault.createCustomer(aCustomer())).toMatchObject({ kind: 'unknown', reason: expect.any(String) });
    }, 30_000);

    it('saves a good card at once, and tells what its owner recognises it by', async () => {
      const owner = await customer();
      const outcome = await setUp(owner, on.tokens.good);
      const [method, ...others] = await methods(owner);
      expect(outcome).toMatchObject({ kind: 'ok', setup: { status: 'succeeded', method: method?.reference } });
      expect(method).toMatchObject({ brand: expect.any(String), last4: expect.stringMatching(/^\d{4}$/), expYear: expect.any(Number) });
      expect(others).toEqual([]);
    });

    it('saves a card that wants the buyer when he has answered, not before', async () => {
      const owner = await customer();
      const outcome = await setUp(owner, on.tokens.asks);
      if (outcome.kind !== 'ok') throw new Error(`The set-up is ${outcome.kind}.`);
      expect(outcome.setup).toMatchObject({ status: 'action_required', clientSecret: expect.any(String), nextAction: expect.any(Object) });
      expect(await methods(owner)).toEqual([]);
      await on.authenticate(outcome.setup);
      expect(await methods(owner)).toHaveLength(1);
    });

    it("leaves the card to the buyer's client when it is given none, and says no to one that cannot be saved", async () => {
      const owner = await customer();
      expect(await setUp(owner)).toMatchObject({ kind: 'ok', setup: { status: 'method_required', clientSecret: expect.any(String) } });
      expect(await setUp(owner, on.tokens.bad)).toMatchObject({ kind: 'declined', failureCode: expect.any(String) });
      expect(await methods(owner)).toEqual([]);
    });

    it('lists the oldest first, and lets a method go once, however often it is asked', async () => {
      const owner = await customer();
      const [first, second] = [await saved(owner), await saved(owner)];
      expect((await methods(owner)).map(({ reference }) => reference)).toEqual([first.reference, second.reference]);
      expect(await on.vault.detach(first.reference)).toEqual({ kind: 'ok' });
      expect(await on.vault.detach(first.reference)).toEqual({ kind: 'ok' });
      expect(await methods(owner)).toEqual([second]);
    });

    it('lets a customer go with all methods, once, however often it is asked', async () => {
      const owner = await customer();
      await saved(owner);
      expect(await on.vault.forgetCustomer(owner)).toEqual({ kind: 'ok' });
      expect(await on.vault.forgetCustomer(owner)).toEqual({ kind: 'ok' });
      expect(await on.vault.methodsOf(owner)).toEqual({ kind: 'gone' });
    });

    it.each(['error', 'reset'] as const)(
      'lets a method go although the first answer was a %s',
      async (kind) => {
        const owner = await customer();
        const { reference } = await saved(owner);
        await on.fault('detach', kind, 'before');
        expect((await on.vault.detach(reference)).kind).toBe('unknown');
        expect(await methods(owner)).toHaveLength(1);
        await on.calm();
        expect(await on.vault.detach(reference)).toEqual({ kind: 'ok' });
        expect(await methods(owner)).toEqual([]);
      },
      30_000,
    );

    it('calls a customer gone whom the provider does not know any more', async () => {
      const owner = await customer();
      await on.remove(owner);
      expect(await on.vault.methodsOf(owner)).toEqual({ kind: 'gone' });
    });

    it('pays with a saved method for its customer, again and again, and for nobody else', async () => {
      const owner = await customer();
      const { reference: token } = await saved(owner);
      const pay = async (who: string): Promise<string> =>
        (await on.gateway.collect(aPaymentOf(on.gateway.provider, { token, customer: who }))).kind;
      expect([await pay(owner), await pay(owner), await pay(await customer())]).toEqual(['ok', 'ok', 'rejected']);
    });

    it('keeps what was paid with when that was wanted, and not otherwise', async () => {
      const owner = await customer();
      const payment = { token: on.tokens.good, customer: owner };
      await on.gateway.collect(aPaymentOf(on.gateway.provider, payment));
      expect(await methods(owner)).toEqual([]);
      await on.gateway.collect(aPaymentOf(on.gateway.provider, { ...payment, saveMethod: true }));
      expect(await methods(owner)).toHaveLength(1);
    });
  });
}

function aCustomer(): NewCustomer {
  return { walletId: newId(), userId: newId(), attempt: 1, since: new Date() };
}
