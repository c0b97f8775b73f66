import { Injectable } from '@nestjs/common';
import { PersonalData, type Person } from '@cartwright/platform';
import { liveMethods } from '../model/wallet';
import { WalletStore } from '../store/wallet.store';

/** What payments keeps about somebody beside what the orders say of their payments. */
@Injectable()
export class WalletData {
  constructor(private readonly wallets: WalletStore) {}

  @PersonalData('paymentMethods')
  async *savedMethods({ userId }: Person): AsyncGenerator<object> {
    const wallet = await this.wallets.ofUser(userId);
    for (const { id, provider, brand, last4, expMonth, expYear, savedAt } of wallet ? liveMethods(wallet) : [])
      yield { id, provider, brand, last4, expMonth, expYear, savedAt, isDefault: id === wallet?.defaultMethodId };
  }
}
