import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Address } from '@cartwright/kernel';
import { GetAddress } from '../contract/user-queries';
import { addressOf } from '../model/address-book';
import { UserStore } from '../store/user.store';

@QueryHandler(GetAddress)
export class GetAddressHandler implements IQueryHandler<GetAddress> {
  constructor(private readonly users: UserStore) {}

  async execute({ input }: GetAddress): Promise<Address | null> {
    const user = await this.users.find(input.userId);
    const saved = user?.addresses.find((address) => address.id === input.addressId);
    return saved ? addressOf(saved) : null;
  }
}
