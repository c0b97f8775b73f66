import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { GetUser } from '../contract/user-queries';
import type { UserView } from '../contract/user-view';
import { viewOf } from '../model/user';
import { UserStore } from '../store/user.store';

@QueryHandler(GetUser)
export class GetUserHandler implements IQueryHandler<GetUser> {
  constructor(private readonly users: UserStore) {}

  async execute({ input }: GetUser): Promise<UserView | null> {
    const user = await this.users.find(input.userId);
    return user && viewOf(user);
  }
}
