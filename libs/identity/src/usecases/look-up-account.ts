import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { UserNotFound } from '../contract/refusals';
import { UserStore } from '../store/user.store';
import { accountOf, type AccountView } from './account-view';

/** Anybody's account, as an admin looks it up. Errors: user_not_found. */
export class LookUpAccount extends Query<AccountView> {
  constructor(readonly input: { readonly userId: string }) {
    super();
  }
}

@QueryHandler(LookUpAccount)
export class LookUpAccountHandler implements IQueryHandler<LookUpAccount> {
  constructor(private readonly users: UserStore) {}

  async execute({ input: { userId } }: LookUpAccount): Promise<AccountView> {
    const user = await this.users.find(userId);
    if (!user) throw new UserNotFound({ id: userId });
    return accountOf(user);
  }
}
