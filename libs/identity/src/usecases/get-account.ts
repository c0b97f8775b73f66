import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { accountOf, type AccountView } from './account-view';
import { OwnAccounts } from './own-account';

/** One's own account. */
export class GetAccount extends Query<AccountView> {
  constructor(readonly input: { readonly userId: string }) {
    super();
  }
}

@QueryHandler(GetAccount)
export class GetAccountHandler implements IQueryHandler<GetAccount> {
  constructor(private readonly accounts: OwnAccounts) {}

  async execute({ input }: GetAccount): Promise<AccountView> {
    return accountOf(await this.accounts.get(input.userId));
  }
}
