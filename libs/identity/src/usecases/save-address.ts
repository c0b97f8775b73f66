import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { newId, type Address } from '@cartwright/kernel';
import { addAddress, changeAddress, findAddress, type SavedAddress } from '../model/address-book';
import { OwnAccounts, type OwnAccount } from './own-account';

/** An address and the version of the account that it is part of. */
export interface AddressView {
  readonly address: SavedAddress;
  readonly version: number;
}

export interface SaveAddressInput extends OwnAccount {
  /** The address to replace; a new one when left out. */
  readonly addressId?: string;
  readonly address: Address;
  readonly isDefault?: boolean;
}

export class SaveAddress extends Command<AddressView> {
  constructor(readonly input: SaveAddressInput) {
    super();
  }
}

@CommandHandler(SaveAddress)
export class SaveAddressHandler implements ICommandHandler<SaveAddress> {
  constructor(private readonly accounts: OwnAccounts) {}

  async execute({ input }: SaveAddress): Promise<AddressView> {
    const { address, isDefault } = input;
    const id = input.addressId ?? newId();
    const put = input.addressId ? changeAddress : addAddress;
    const saved = await this.accounts.change(input, (user) => ({
      next: { ...user, addresses: put(user.addresses, id, address, isDefault) },
      events: [],
    }));
    return { address: findAddress(saved.addresses, id), version: saved.version };
  }
}
