import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { GetVerifiedEmail } from '../contract/user-queries';
import { UserStore } from '../store/user.store';

@QueryHandler(GetVerifiedEmail)
export class GetVerifiedEmailHandler implements IQueryHandler<GetVerifiedEmail> {
  constructor(private readonly users: UserStore) {}

  async execute({ input }: GetVerifiedEmail): Promise<string | null> {
    const user = await this.users.find(input.userId);
    return user?.emailVerifiedAt ? user.email : null;
  }
}
