import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { CommandBus } from '@nestjs/cqrs';
import { CreateUser } from '@cartwright/identity';
import type { Config } from '@cartwright/platform';
import { Refused } from './refused';
import { inShop } from './shop';

/** `create-admin <email>`: makes an account that may do everything. */
export async function createAdmin(email: string, { name }: { readonly name: string }): Promise<void> {
  const user = await inShop(
    async (shop, config) => {
      const password = await passwordFor(email, config);
      return shop.get(CommandBus).execute(new CreateUser({ name, email, password, roles: ['user', 'admin'] }));
    },
    { command: 'create-admin' },
  );
  process.stdout.write(`${user.email} is an admin now (id ${user.id}).\n`);
}

/** From `ADMIN_PASSWORD` when that is this admin's, else typed unseen, or the first line of what is piped in. */
async function passwordFor(email: string, config: Config): Promise<string> {
  if (config.ADMIN_PASSWORD && config.ADMIN_EMAIL?.toLowerCase() === email.toLowerCase()) return config.ADMIN_PASSWORD;
  const terminal = process.stdin.isTTY;
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const input = createInterface({ input: process.stdin, output: silent, terminal });
  if (terminal) process.stderr.write(`Password for ${email}: `);
  try {
    for await (const line of input) return line;
    throw new Refused('No password was given.');
  } finally {
    if (terminal) process.stderr.write('\n');
    input.close();
  }
}
