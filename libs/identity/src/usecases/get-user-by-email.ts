import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { GetUserByEmail } from '../contract/user-queries';
import type { UserView } from '../contract/user-view';
import { viewOf } from '../model/user';
import { UserStore } from '../store/user.store';

@QueryHandler(GetUserByEmail)
export class GetUserByEmailHandler implements IQueryHandler<GetUserByEmail> {
  constructor(private readonly users: UserStore) {}

  async execute({ input }: GetUserByEmail): Promise<UserView | null> {
    const user = await this.users.byEmail(input.email);
    return user && viewOf(user);
  }
}
