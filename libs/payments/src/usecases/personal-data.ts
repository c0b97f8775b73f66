import { Injectable } from '@nestjs/common';
import { ErasesPersonalData, PersonalData, retryWhenStale, type ErasedPerson, type Person } from '@cartwright/platform';
import { liveMethods, type Wallet } from '../model/wallet';
import { WalletStore } from '../store/wallet.store';
import { Wallets } from './wallets';

/** What payments keeps about somebody beside what the orders say of their payments. */
@Injectable()
export class WalletData {
  constructor(
    private readonly store: WalletStore,
    private readonly wallets: Wallets,
  ) {}

  @PersonalData('paymentMethods')
  async *savedMethods({ userId }: Person): AsyncGenerator<object> {
    const wallet = await this.store.ofUser(userId);
    for (const { id, provider, brand, last4, expMonth, expYear, savedAt } of wallet ? liveMethods(wallet) : [])
      yield { id, provider, brand, last4, expMonth, expYear, savedAt, isDefault: id === wallet?.defaultMethodId };
  }

  /** The providers let go of the customer, and with it of all methods; only then the wallet goes, so that a provider that is away is asked again until it has. */
  @ErasesPersonalData('paymentMethods')
  async eraseWallet({ userId }: ErasedPerson): Promise<null> {
    await retryWhenStale(async () => {
      const wallet = await this.store.ofUser(userId);
      if (!wallet) return;
      for (const customer of wallet.customers) await this.forget(wallet, customer);
      await this.store.remove(wallet);
    });
    return null;
  }

  /** A customer whose making was never answered is made, or found, by the same key: it may be there. */
  private async forget({ id: walletId, userId }: Wallet, customer: Wallet['customers'][number]): Promise<void> {
    const vault = this.wallets.vaultOf(customer.provider);
    const known = customer.reference
      ? { kind: 'ok' as const, reference: customer.reference }
      : await vault.createCustomer({ walletId, userId, ...customer });
    const outcome = known.kind === 'ok' ? await vault.forgetCustomer(known.reference) : known;
    if (outcome.kind === 'unknown') throw new Error(`${customer.provider} has not let go of the customer: ${outcome.reason}`);
  }
}
