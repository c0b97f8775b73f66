import { newDocument, newId, type Change, type Stored } from '@cartwright/kernel';
import { SavedMethodRemoved } from '../contract/internal-events';
import { SavedMethodNotFound, TooManySavedMethods } from '../contract/refusals';
import type { KnownMethod } from './vault-outcome';

/** A user's saved ways of paying, and who the user is at each provider. One for each user, made when the first method is to be saved. */
export interface Wallet extends Stored {
  readonly userId: string;
  readonly customers: readonly Customer[];
  readonly methods: readonly SavedMethod[];
  readonly defaultMethodId?: string;
  /** How many set-ups were begun; part of their idempotency keys. */
  readonly setups: number;
  /** When the provider should be asked whether a set-up brought a method, in case its webhook never comes. */
  readonly nextCheckAt?: Date;
  readonly checks: number;
}

/** A user as a provider knows him. Stored before the provider is asked for it, so that however many ask, there is one. */
export interface Customer {
  readonly provider: string;
  /** When the provider was to be asked; by this it is found when the answer was lost. */
  readonly since: Date;
  /** Which attempt at making it, from 1; part of the idempotency key. */
  readonly attempt: number;
  /** The provider's id, once known. */
  readonly reference?: string;
}

/** A card that is kept at a provider; of it we know what its owner recognises it by. */
export interface SavedMethod extends KnownMethod {
  readonly id: string;
  readonly provider: string;
  readonly savedAt: Date;
  /** Its owner removed it; it is kept here, unseen, until the provider has let it go, too. */
  readonly removedAt?: Date;
}

const most = 20;
const firstCheckMs = 3_000;
/** Asked ever more rarely: for the last time some fifty minutes after the set-up was begun. */
const mostChecks = 10;

export function openWallet(userId: string, now: Date): Change<Wallet> {
  return { next: { ...newDocument(newId(), now), userId, customers: [], methods: [], setups: 0, checks: 0 }, events: [] };
}

export function customerAt({ customers }: Wallet, provider: string): Customer | undefined {
  return customers.find((customer) => customer.provider === provider);
}

/** Says that the user is to be known at a provider. */
export function addCustomer(wallet: Wallet, provider: string, now: Date): Change<Wallet> | null {
  if (customerAt(wallet, provider)) return null;
  return { next: { ...wallet, customers: [...wallet.customers, { provider, since: now, attempt: 1 }] }, events: [] };
}

/** The provider knows the user. Whoever comes second with another reference is told the first one. */
export function knowCustomer(wallet: Wallet, provider: string, reference: string): Change<Wallet> | null {
  if (customerAt(wallet, provider)?.reference) return null;
  return changeCustomer(wallet, provider, (customer) => ({ ...customer, reference }));
}

/** The provider does not know the user after all, or not any more: the next attempt has a key of its own, and nothing is saved there. */
export function forgetCustomer(wallet: Wallet, { provider, attempt, reference }: Customer, now: Date): Change<Wallet> | null {
  const current = customerAt(wallet, provider);
  if (current?.attempt !== attempt || current.reference !== reference) return null;
  const forgotten = changeCustomer(wallet, provider, () => ({ provider, since: now, attempt: attempt + 1 }));
  return withMethods(
    forgotten.next,
    wallet.methods.filter((method) => method.provider !== provider),
  );
}

/** Refuses another method when there are too many already. */
export function beginSetup(wallet: Wallet, now: Date): Change<Wallet> {
  if (liveMethods(wallet).length >= most) throw new TooManySavedMethods({ most });
  const next = { ...wallet, setups: wallet.setups + 1, checks: 0, nextCheckAt: new Date(now.getTime() + firstCheckMs) };
  return { next, events: [] };
}

/** After the provider was asked: when to ask again. */
export function postponeCheck(wallet: Wallet, now: Date): Change<Wallet> {
  const checks = wallet.checks + 1;
  const nextCheckAt = checks < mostChecks ? new Date(now.getTime() + firstCheckMs * 2 ** checks) : undefined;
  return { next: { ...wallet, checks, nextCheckAt }, events: [] };
}

/** What the provider keeps for the user is what is saved there; `null` when that is known. What the owner removed stays removed. */
export function learnMethods(wallet: Wallet, provider: string, told: readonly KnownMethod[], now: Date): Change<Wallet> | null {
  const known = wallet.methods.filter((method) => method.provider === provider);
  const learnt = told.map((method): SavedMethod => {
    const before = known.find(({ reference }) => reference === method.reference);
    return before ? { ...before, ...method } : { id: newId(), provider, savedAt: now, ...method };
  });
  // In the order in which they became known, whatever order the provider tells them in.
  const kept = known.flatMap(({ reference }) => learnt.find((method) => method.reference === reference) ?? []);
  const fresh = learnt.filter(({ reference }) => !known.some((method) => method.reference === reference));
  const methods = [...kept, ...fresh];
  if (JSON.stringify(methods) === JSON.stringify(known)) return null;
  return withMethods(wallet, [...wallet.methods.filter((method) => method.provider !== provider), ...methods]);
}

/** The methods that can be paid with, oldest first. */
export function liveMethods({ methods }: Wallet): readonly SavedMethod[] {
  return methods.filter(({ removedAt }) => !removedAt);
}

/** Refuses with `saved_method_not_found`. */
export function methodIn(wallet: Wallet | null, methodId: string): SavedMethod {
  const method = wallet && liveMethods(wallet).find(({ id }) => id === methodId);
  if (!method) throw new SavedMethodNotFound({ methodId });
  return method;
}

export function makeDefault(wallet: Wallet, methodId: string): Change<Wallet> {
  return { next: { ...wallet, defaultMethodId: methodIn(wallet, methodId).id }, events: [] };
}

/** From now on it is not shown and nothing is paid with it; the provider hears of it afterwards. */
export function removeMethod(wallet: Wallet, methodId: string, now: Date): Change<Wallet> {
  const { provider, reference } = methodIn(wallet, methodId);
  const methods = wallet.methods.map((method) => (method.id === methodId ? { ...method, removedAt: now } : method));
  return { ...withMethods(wallet, methods), events: [new SavedMethodRemoved({ userId: wallet.userId, provider, reference })] };
}

/** The provider has let a removed method go. */
export function dropMethod(wallet: Wallet, provider: string, reference: string): Change<Wallet> | null {
  const methods = wallet.methods.filter((method) => method.provider !== provider || method.reference !== reference);
  return methods.length === wallet.methods.length ? null : withMethods(wallet, methods);
}

function changeCustomer(wallet: Wallet, provider: string, change: (customer: Customer) => Customer): Change<Wallet> {
  const customers = wallet.customers.map((customer) => (customer.provider === provider ? change(customer) : customer));
  return { next: { ...wallet, customers }, events: [] };
}

/** A default that is gone passes to the oldest that is left. */
function withMethods(wallet: Wallet, methods: readonly SavedMethod[]): Change<Wallet> {
  const live = liveMethods({ ...wallet, methods });
  const still = live.find(({ id }) => id === wallet.defaultMethodId) ?? live[0];
  return { next: { ...wallet, methods, defaultMethodId: still?.id }, events: [] };
}
