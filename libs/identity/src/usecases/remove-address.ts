import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { removeAddress } from '../model/address-book';
import { OwnAccounts, type OwnAccount } from './own-account';

export class RemoveAddress extends Command<void> {
  constructor(readonly input: OwnAccount & { readonly addressId: string }) {
    super();
  }
}

@CommandHandler(RemoveAddress)
export class RemoveAddressHandler implements ICommandHandler<RemoveAddress> {
  constructor(private readonly accounts: OwnAccounts) {}

  async execute({ input }: RemoveAddress): Promise<void> {
    await this.accounts.change(input, (user) => ({
      next: { ...user, addresses: removeAddress(user.addresses, input.addressId) },
      events: [],
    }));
  }
}
