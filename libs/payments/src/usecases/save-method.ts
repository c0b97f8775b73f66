import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { MethodDeclined, ProviderUnavailable } from '../contract/refusals';
import { OpenWallet } from '../contract/payment-commands';
import type { MethodSetup } from '../model/vault-outcome';
import { beginSetup, liveMethods, type SavedMethod, type Wallet } from '../model/wallet';
import { Wallets, type WalletAt } from './wallets';

export interface BegunSetup {
  readonly provider: string;
  readonly setup: MethodSetup;
  /** The wallet, when the method is saved already, and the method. */
  readonly saved?: { readonly wallet: Wallet; readonly method: SavedMethod };
}

/**
 * Begins to save a way of paying for a user. With a token the provider is asked at once, and may want the buyer (3-D Secure); without, the buyer's client
 * gives the method to the provider with the client secret. Refuses with `method_declined`, `too_many_saved_methods`, `provider_unavailable`. Not in a transaction.
 */
export class SaveMethod extends Command<BegunSetup> {
  constructor(readonly input: WalletAt & { readonly token?: string }) {
    super();
  }
}

@CommandHandler(SaveMethod)
export class SaveMethodHandler implements ICommandHandler<SaveMethod> {
  constructor(private readonly wallets: Wallets) {}

  async execute({ input }: SaveMethod): Promise<BegunSetup> {
    const { provider, userId, token } = input;
    const { customer } = await this.wallets.open(input);
    const { id: walletId, setups: number } = await this.wallets.change({ userId }, (wallet) => beginSetup(wallet, new Date()));
    const outcome = await this.wallets.vaultOf(provider).setUp({ walletId, number, customer, token });
    if (outcome.kind === 'unknown') throw new ProviderUnavailable({ provider });
    if (outcome.kind === 'declined') throw new MethodDeclined({ declineCode: outcome.failureCode });
    const { setup } = outcome;
    if (setup.status !== 'succeeded') return { provider, setup };
    const wallet = await this.wallets.refresh(provider, customer);
    const method = wallet && liveMethods(wallet).find(({ reference }) => reference === setup.method);
    return { provider, setup, saved: wallet && method ? { wallet, method } : undefined };
  }
}

@CommandHandler(OpenWallet)
export class OpenWalletHandler implements ICommandHandler<OpenWallet> {
  constructor(private readonly wallets: Wallets) {}

  async execute({ input }: OpenWallet): Promise<void> {
    await this.wallets.open(input);
  }
}
