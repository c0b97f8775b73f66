import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { newId } from '@cartwright/kernel';
import { CreateUser } from '../contract/user-commands';
import type { UserView } from '../contract/user-view';
import { checkAccount } from '../contract/account-rules';
import { createUser, viewOf } from '../model/user';
import { UserStore } from '../store/user.store';
import { Passwords } from './passwords';

@CommandHandler(CreateUser)
export class CreateUserHandler implements ICommandHandler<CreateUser> {
  constructor(
    private readonly users: UserStore,
    private readonly passwords: Passwords,
  ) {}

  async execute({ input }: CreateUser): Promise<UserView> {
    checkAccount(input);
    const { name, email, password, roles } = input;
    const passwordHash = await this.passwords.hash(password);
    return viewOf(await this.users.save(createUser(newId(), { name, email, passwordHash, roles }, new Date())));
  }
}
