import type { INestApplicationContext } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { EraseUser, GetUser, GetUserByEmail } from '@cartwright/identity';
import { isId } from '@cartwright/kernel';
import { Refused } from './refused';
import { inShop } from './shop';

/** `erase-account <email or id>`: forgets somebody who asked for it by letter, or who is back from a restored backup. The shop goes on with it while it runs. */
export async function eraseAccount(account: string): Promise<void> {
  const work = async (shop: INestApplicationContext): Promise<string> => {
    const query = isId(account) ? new GetUser({ userId: account }) : new GetUserByEmail({ email: account });
    const user = await shop.get(QueryBus).execute(query);
    if (!user) throw new Refused('There is no such account.');
    await shop.get(CommandBus).execute(new EraseUser({ userId: user.id }));
    return user.id;
  };
  const id = await inShop(work, { command: 'erase-account' });
  process.stdout.write(`Account ${id} is gone; the shop erases what it knows of its owner.\n`);
}
