import { SavedMethodRemoved } from '../contract/internal-events';
import { SavedMethodNotFound, TooManySavedMethods } from '../contract/refusals';
import type { KnownMethod } from './vault-outcome';
import {
  addCustomer,
  beginSetup,
  customerAt,
  dropMethod,
  forgetCustomer,
  knowCustomer,
  learnMethods,
  liveMethods,
  makeDefault,
  methodIn,
  openWallet,
  postponeCheck,
  removeMethod,
  type Customer,
  type Wallet,
} from './wallet';

const now = new Date('2026-03-01T12:00:00Z');
const userId = 'a'.repeat(24);

function aCard(reference: string): KnownMethod {
  return { reference, brand: 'visa', last4: '4242', expMonth: 12, expYear: 2034 };
}

/** A wallet whose owner is known at the provider and has these cards there. */
function aWallet(...references: string[]): Wallet {
  const added = addCustomer(openWallet(userId, now).next, 'stripe', now)!.next;
  const known = knowCustomer(added, 'stripe', 'cus_1')!.next;
  return learnMethods(known, 'stripe', references.map(aCard), now)?.next ?? known;
}

const idOf = (wallet: Wallet, reference: string): string => wallet.methods.find((method) => method.reference === reference)!.id;
const shown = (wallet: Wallet): string[] => liveMethods(wallet).map(({ reference }) => reference);
const offered = (wallet: Wallet): string | undefined => wallet.methods.find(({ id }) => id === wallet.defaultMethodId)?.reference;

test('of two references for one user the first one told stands', () => {
  const wallet = aWallet();
  expect(customerAt(wallet, 'stripe')).toEqual({ provider: 'stripe', attempt: 1, since: now, reference: 'cus_1' });
  expect(knowCustomer(wallet, 'stripe', 'cus_2')).toBeNull();
  expect(addCustomer(wallet, 'stripe', now)).toBeNull();
});

test('a customer whom the provider does not know is made anew with another attempt, without the methods that were kept there', () => {
  const wallet = aWallet('pm_1');
  const before = customerAt(wallet, 'stripe') as Customer;
  const forgotten = forgetCustomer(wallet, before, now)!.next;
  expect(customerAt(forgotten, 'stripe')).toEqual({ provider: 'stripe', attempt: 2, since: now });
  expect([shown(forgotten), forgotten.defaultMethodId]).toEqual([[], undefined]);
  expect(forgetCustomer(forgotten, before, now)).toBeNull();
  // Somebody else heard the customer's reference while this caller heard nothing.
  expect(forgetCustomer(wallet, { provider: 'stripe', attempt: 1, since: now }, now)).toBeNull();
});

test('what the provider keeps is what is saved: new ones join, changed ones change, those it has not are gone, and ids stay', () => {
  const wallet = aWallet('pm_1', 'pm_2');
  const renewed = { ...aCard('pm_2'), expYear: 2040 };
  const learnt = learnMethods(wallet, 'stripe', [renewed, aCard('pm_3')], now)!.next;
  expect(liveMethods(learnt)).toMatchObject([{ id: idOf(wallet, 'pm_2'), expYear: 2040 }, { reference: 'pm_3' }]);
  expect(learnMethods(learnt, 'stripe', [aCard('pm_3'), renewed], now)).toBeNull();
});

test('the first method is the default; another one may be; when it is gone, the oldest that is left', () => {
  const wallet = aWallet('pm_1', 'pm_2', 'pm_3');
  expect(offered(wallet)).toBe('pm_1');
  const changed = makeDefault(wallet, idOf(wallet, 'pm_3')).next;
  expect(offered(changed)).toBe('pm_3');
  expect(offered(removeMethod(changed, idOf(wallet, 'pm_3'), now).next)).toBe('pm_1');
  expect(offered(learnMethods(changed, 'stripe', [aCard('pm_2')], now)!.next)).toBe('pm_2');
  expect(offered(learnMethods(changed, 'stripe', [], now)!.next)).toBeUndefined();
});

test('a removed method is not shown nor paid with, whatever the provider says until it has let it go', () => {
  const wallet = aWallet('pm_1', 'pm_2');
  const id = idOf(wallet, 'pm_1');
  const { next, events } = removeMethod(wallet, id, now);
  expect(events).toEqual([new SavedMethodRemoved({ userId, provider: 'stripe', reference: 'pm_1' })]);
  const still = learnMethods(next, 'stripe', [aCard('pm_1'), aCard('pm_2'), aCard('pm_3')], now)!.next;
  expect(shown(still)).toEqual(['pm_2', 'pm_3']);
  for (const act of [methodIn, makeDefault]) expect(() => act(still, id)).toThrow(SavedMethodNotFound);
  expect(() => removeMethod(still, id, now)).toThrow(SavedMethodNotFound);
  const dropped = dropMethod(still, 'stripe', 'pm_1')!.next;
  expect(dropped.methods.map(({ reference }) => reference)).toEqual(['pm_2', 'pm_3']);
  expect(dropMethod(dropped, 'stripe', 'pm_1')).toBeNull();
});

test('a method of nobody is found in no wallet', () => {
  expect(() => methodIn(null, idOf(aWallet('pm_1'), 'pm_1'))).toThrow(SavedMethodNotFound);
});

test('each set-up has a number of its own, and there are at most twenty methods', () => {
  const one = beginSetup(aWallet(), now).next;
  expect([one.setups, beginSetup(one, now).next.setups]).toEqual([1, 2]);
  const twenty = Array.from({ length: 20 }, (_, index) => `pm_${index}`);
  expect(() => beginSetup(aWallet(...twenty), now)).toThrow(TooManySavedMethods);
  expect(beginSetup(aWallet(...twenty.slice(1)), now).next.setups).toBe(1);
});

test('a set-up is asked about ever more rarely, and then no more', () => {
  let wallet = beginSetup(aWallet(), now).next;
  const waits: number[] = [];
  while (wallet.nextCheckAt) {
    waits.push((wallet.nextCheckAt.getTime() - now.getTime()) / 1000);
    wallet = postponeCheck(wallet, now).next;
  }
  expect(waits).toEqual([3, 6, 12, 24, 48, 96, 192, 384, 768, 1536]);
});
