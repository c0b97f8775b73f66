import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Listed, Slice } from '@cartwright/platform';
import type { AccountRole } from '../contract/user-view';
import { UserStore } from '../store/user.store';
import { accountOf, type AccountView } from './account-view';

export interface ListUsersInput {
  /** How the email, or a word of the name, begins. */
  readonly q?: string;
  readonly role?: AccountRole;
  readonly slice: Slice;
}

/** Accounts, newest first. */
export class ListUsers extends Query<Listed<AccountView>> {
  constructor(readonly input: ListUsersInput) {
    super();
  }
}

@QueryHandler(ListUsers)
export class ListUsersHandler implements IQueryHandler<ListUsers> {
  constructor(private readonly users: UserStore) {}

  async execute({ input: { q, role, slice } }: ListUsers): Promise<Listed<AccountView>> {
    const users = await this.users.search({ q, role }, slice);
    return { ...users, rows: users.rows.map(accountOf) };
  }
}
