import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { makeDefault, removeMethod, type Wallet } from '../model/wallet';
import { Wallets } from './wallets';

type OwnMethod = { readonly userId: string; readonly methodId: string; readonly expectedVersion?: number };

/** Makes a saved method the one that is offered first. */
export class MakeMethodDefault extends Command<Wallet> {
  constructor(readonly input: OwnMethod) {
    super();
  }
}

/** Removes a saved method: at once for its owner, and soon at the provider, too. */
export class RemoveMethod extends Command<void> {
  constructor(readonly input: OwnMethod) {
    super();
  }
}

@CommandHandler(MakeMethodDefault)
export class MakeMethodDefaultHandler implements ICommandHandler<MakeMethodDefault> {
  constructor(private readonly wallets: Wallets) {}

  async execute({ input }: MakeMethodDefault): Promise<Wallet> {
    return this.wallets.change(input, (wallet) => makeDefault(wallet, input.methodId));
  }
}

@CommandHandler(RemoveMethod)
export class RemoveMethodHandler implements ICommandHandler<RemoveMethod> {
  constructor(private readonly wallets: Wallets) {}

  async execute({ input }: RemoveMethod): Promise<void> {
    await this.wallets.change(input, (wallet) => removeMethod(wallet, input.methodId, new Date()));
  }
}
