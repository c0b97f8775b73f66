import { Injectable } from '@nestjs/common';
import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { OutsideTransaction, Repeats, Unanswered } from '@cartwright/platform';
import { SavedMethodRemoved, SavedMethodsTouched } from '../contract/internal-events';
import { dropMethod, postponeCheck } from '../model/wallet';
import { WalletStore } from '../store/wallet.store';
import { Wallets } from './wallets';

const leaseMs = 30_000;
const mostPerRound = 200;

/** Something may have changed at the provider: what there is now is what the provider says when asked. */
@OutsideTransaction('asking again changes nothing')
@EventsHandler(SavedMethodsTouched)
export class RefreshSavedMethods implements IEventHandler<SavedMethodsTouched> {
  constructor(private readonly wallets: Wallets) {}

  async handle({ data: { provider, customer } }: SavedMethodsTouched): Promise<void> {
    await this.wallets.refresh(provider, customer);
  }
}

/** What a user removed is let go at the provider, however long that cannot be reached. */
@OutsideTransaction('a method that was let go before is let go')
@EventsHandler(SavedMethodRemoved)
export class DetachRemovedMethod implements IEventHandler<SavedMethodRemoved> {
  constructor(private readonly wallets: Wallets) {}

  async handle({ data: { userId, provider, reference } }: SavedMethodRemoved): Promise<void> {
    const outcome = await this.wallets.vaultOf(provider).detach(reference);
    if (outcome.kind === 'unknown') throw new Unanswered(`The method ${reference} was not let go: ${outcome.reason}`);
    await this.wallets.change({ userId }, (wallet) => dropMethod(wallet, provider, reference));
  }
}

/** Asks about set-ups that nobody reported. */
@Injectable()
export class FollowSetups {
  constructor(
    private readonly store: WalletStore,
    private readonly wallets: Wallets,
  ) {}

  @Repeats('payments.follow_setups', 2_000)
  async run(): Promise<void> {
    for (let done = 0; done < mostPerRound; done += 1) {
      const wallet = await this.store.takeDue(new Date(), leaseMs);
      if (!wallet) return;
      await this.wallets.change(wallet, (current) => postponeCheck(current, new Date()));
      for (const { provider, reference } of wallet.customers) if (reference) await this.wallets.refresh(provider, reference);
    }
  }
}
