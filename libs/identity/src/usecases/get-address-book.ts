import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { SavedAddress } from '../model/address-book';
import type { User } from '../model/user';
import { OwnAccounts } from './own-account';

/** A user's addresses, oldest first. `version` is the account's, of which they are part. */
export interface AddressBookView {
  readonly addresses: readonly SavedAddress[];
  readonly version: number;
}

/** One's own addresses. */
export class GetAddressBook extends Query<AddressBookView> {
  constructor(readonly input: { readonly userId: string }) {
    super();
  }
}

@QueryHandler(GetAddressBook)
export class GetAddressBookHandler implements IQueryHandler<GetAddressBook> {
  constructor(private readonly accounts: OwnAccounts) {}

  async execute({ input }: GetAddressBook): Promise<AddressBookView> {
    return bookOf(await this.accounts.get(input.userId));
  }
}

function bookOf({ addresses, version }: User): AddressBookView {
  return { addresses, version };
}
