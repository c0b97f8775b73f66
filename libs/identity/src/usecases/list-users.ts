import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { AccountRole } from '../contract/user-view';
import { UserStore } from '../store/user.store';
import { accountOf, type AccountView } from './account-view';

export interface ListUsersInput {
  /** How the email, or a word of the name, begins. */
  readonly q?: string;
  readonly role?: AccountRole;
  readonly limit: number;
  readonly skip: number;
}

/** Accounts, newest first. */
export class ListUsers extends Query<{ users: AccountView[]; total: number }> {
  constructor(readonly input: ListUsersInput) {
    super();
  }
}

@QueryHandler(ListUsers)
export class ListUsersHandler implements IQueryHandler<ListUsers> {
  constructor(private readonly users: UserStore) {}

  async execute({ input: { q, role, ...slice } }: ListUsers): Promise<{ users: AccountView[]; total: number }> {
    const { users, total } = await this.users.search({ q, role }, slice);
    return { users: users.map(accountOf), total };
  }
}
