import { Injectable } from '@nestjs/common';
import type { Change } from '@cartwright/kernel';
import { checkVersion, isDuplicate, retryWhenStale, Transactions } from '@cartwright/platform';
import { NotSupportedByProvider, ProviderUnavailable } from '../contract/refusals';
import type { MethodVault } from '../gateways/method-vault';
import {
  addCustomer,
  customerAt,
  forgetCustomer,
  knowCustomer,
  learnMethods,
  openWallet,
  type Customer,
  type Wallet,
} from '../model/wallet';
import { WalletStore } from '../store/wallet.store';
import { GatewayCalls } from './gateway-calls';

/** Whose wallet, at which provider. */
export interface WalletAt {
  readonly userId: string;
  readonly provider: string;
}

/** What the use cases of saved methods have in common. It asks providers, so none of it runs in a transaction but {@link change}. */
@Injectable()
export class Wallets {
  constructor(
    private readonly wallets: WalletStore,
    private readonly calls: GatewayCalls,
    private readonly transactions: Transactions,
  ) {}

  /** Where the provider keeps methods. Refuses a provider that keeps none. */
  vaultOf(provider: string): MethodVault {
    const { vault } = this.calls.of({ provider });
    if (!vault) throw new NotSupportedByProvider({ provider, what: 'saved payment methods' });
    return vault;
  }

  /** The user's wallet and the provider's reference of the user, made now if need be: once, however many ask at the same time. */
  async open({ userId, provider }: WalletAt): Promise<{ readonly wallet: Wallet; readonly customer: string }> {
    this.transactions.assertOutside('A payment gateway');
    const vault = this.vaultOf(provider);
    await this.ensure(userId);
    const wallet = await this.change({ userId }, (current) => addCustomer(current, provider, new Date()));
    const known = customerAt(wallet, provider) as Customer;
    if (known.reference) return { wallet, customer: known.reference };
    const outcome = await vault.createCustomer({ walletId: wallet.id, userId, ...known });
    if (outcome.kind === 'unknown') {
      await this.change({ userId }, (current) => forgetCustomer(current, known, new Date()));
      throw new ProviderUnavailable({ provider });
    }
    const opened = await this.change({ userId }, (current) => knowCustomer(current, provider, outcome.reference));
    return { wallet: opened, customer: customerAt(opened, provider)?.reference as string };
  }

  /** Loads, decides, saves; `null` changes nothing. */
  async change(
    { userId, expectedVersion }: { readonly userId: string; readonly expectedVersion?: number },
    decide: (wallet: Wallet) => Change<Wallet> | null,
  ): Promise<Wallet> {
    return retryWhenStale(async () => {
      const wallet = (await this.wallets.ofUser(userId)) ?? openWallet(userId, new Date()).next;
      checkVersion(wallet, expectedVersion);
      const change = decide(wallet);
      return change ? this.wallets.save(change) : wallet;
    });
  }

  /**
   * Asks the provider what it keeps for a customer, and remembers that. The wallet is read before the provider is asked, so an answer that was overtaken by
   * a later one finds another version, and is asked for anew.
   */
  async refresh(provider: string, customer: string): Promise<Wallet | null> {
    this.transactions.assertOutside('A payment gateway');
    const vault = this.vaultOf(provider);
    return retryWhenStale(async () => {
      const wallet = await this.wallets.ofCustomer(provider, customer);
      if (!wallet) return null; // not ours, or not yet: whoever makes a customer asks afterwards
      const outcome = await vault.methodsOf(customer);
      if (outcome.kind === 'unknown') throw new ProviderUnavailable({ provider });
      const change =
        outcome.kind === 'gone'
          ? forgetCustomer(wallet, customerAt(wallet, provider) as Customer, new Date())
          : learnMethods(wallet, provider, outcome.methods, new Date());
      return change ? this.wallets.save(change) : wallet;
    });
  }

  /** One wallet for each user, whoever is first. */
  private async ensure(userId: string): Promise<void> {
    if (await this.wallets.ofUser(userId)) return;
    try {
      await this.wallets.save(openWallet(userId, new Date()));
    } catch (error) {
      if (!isDuplicate(error, 'userId')) throw error;
    }
  }
}
