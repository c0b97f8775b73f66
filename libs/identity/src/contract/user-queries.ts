import { Query } from '@nestjs/cqrs';
import type { Address } from '@cartwright/kernel';
import type { UserView } from './user-view';

/** The account with this id, or `null`. */
export class GetUser extends Query<UserView | null> {
  constructor(readonly input: { readonly userId: string }) {
    super();
  }
}

/** The account with this email in whatever case, or `null`. */
export class GetUserByEmail extends Query<UserView | null> {
  constructor(readonly input: { readonly email: string }) {
    super();
  }
}

/** One of a user's saved addresses, or `null` when that user has none of this id. */
export class GetAddress extends Query<Address | null> {
  constructor(readonly input: { readonly userId: string; readonly addressId: string }) {
    super();
  }
}
