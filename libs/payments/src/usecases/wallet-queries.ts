import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { GetSavedMethod } from '../contract/payment-commands';
import { methodIn, type Wallet } from '../model/wallet';
import { WalletStore } from '../store/wallet.store';

/** A user's wallet; `null` when nothing was ever to be saved. */
export class GetWallet extends Query<Wallet | null> {
  constructor(readonly input: { readonly userId: string }) {
    super();
  }
}

@QueryHandler(GetWallet)
export class GetWalletHandler implements IQueryHandler<GetWallet> {
  constructor(private readonly wallets: WalletStore) {}

  async execute({ input: { userId } }: GetWallet): Promise<Wallet | null> {
    return this.wallets.ofUser(userId);
  }
}

@QueryHandler(GetSavedMethod)
export class GetSavedMethodHandler implements IQueryHandler<GetSavedMethod> {
  constructor(private readonly wallets: WalletStore) {}

  async execute({ input: { userId, methodId } }: GetSavedMethod): Promise<{ readonly provider: string }> {
    return methodIn(await this.wallets.ofUser(userId), methodId);
  }
}
