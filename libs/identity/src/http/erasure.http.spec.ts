import { getConnectionToken } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { startTestApp, type TestApp } from '../../../platform/src/testing/test-app';
import { IdentityModule } from '../identity.module';
import { Client, password, type Answer } from '../testing/client';

let shop: TestApp;
let client: Client;
beforeAll(async () => {
  const config = { AUTH_RATE_LIMIT_PER_MINUTE: 0, RATE_LIMIT_PER_MINUTE: 0 };
  shop = await startTestApp({ imports: [IdentityModule], config, delivery: { deliver: false } });
  client = new Client(shop);
});
afterAll(() => shop.stop());

const rowsOf = async (collection: string, filter: object = {}): Promise<Record<string, unknown>[]> =>
  shop.app.get<Connection>(getConnectionToken()).collection(collection).find(filter).toArray();
const erase = (token: string, currentPassword = password): Promise<Answer> =>
  client.ask('DELETE', '/api/users/me', { token, body: { currentPassword } });

async function somebody(roles: readonly string[] = []): Promise<{ id: string; email: string; token: string; refreshToken: string }> {
  const { user } = (await client.register()).body;
  await shop.app
    .get<Connection>(getConnectionToken())
    .collection('users')
    .updateOne({ email: user.email }, { $set: { roles: ['user', ...roles] } });
  const { accessToken: token, refreshToken } = (await client.login(user.email)).body;
  return { id: user.id, email: user.email, token, refreshToken };
}

test('an account is gone at once: nobody can log in or go on, its email is free, and its id is all that is told', async () => {
  const { id, email, token, refreshToken } = await somebody();
  expect((await erase(token, 'a wrong horse battery')).body.code).toBe('wrong_password');
  expect((await erase(token)).status).toBe(204);
  expect([(await client.login(email)).status, (await client.refresh(refreshToken)).status, (await erase(token)).status]).toEqual([
    401, 401, 401,
  ]);
  expect(await rowsOf('users', { email })).toEqual([]);
  expect((await rowsOf('outbox', { name: 'identity.account_erased.v1' })).map(({ data }) => data)).toEqual([{ userId: id }]);
  const { status, body } = await client.register({ email });
  expect([status, body.user.id === id]).toEqual([201, false]);
});

test('asked for ten times at once, it is erased once', async () => {
  const { id, token } = await somebody();
  const statuses = await Promise.all(Array.from({ length: 10 }, async () => (await erase(token)).status));
  expect(statuses.filter((status) => status === 204)).toHaveLength(1);
  expect(new Set(statuses)).toEqual(new Set([204, 401]));
  expect(
    (await rowsOf('outbox', { name: 'identity.account_erased.v1' })).filter(({ data }) => (data as { userId: string }).userId === id),
  ).toHaveLength(1);
});

test('whoever guesses at the password is told to wait', async () => {
  const { token } = await somebody();
  const statuses: number[] = [];
  for (let guess = 0; guess < 12; guess += 1) statuses.push((await erase(token, `guess number ${guess}`)).status);
  expect([statuses[0], statuses.at(-1)]).toEqual([403, 429]);
});

test('a vendor is refused, and of two admins who go at the same moment one stays', async () => {
  expect((await erase((await somebody(['vendor'])).token)).body.code).toBe('still_vendor');
  const admins = [await somebody(['admin']), await somebody(['admin'])];
  const codes = (await Promise.all(admins.map(({ token }) => erase(token)))).map(({ status, body }) => body?.code ?? status);
  expect(codes.sort()).toEqual([204, 'last_admin']);
  expect(await rowsOf('users', { roles: 'admin' })).toHaveLength(1);
}, 30_000);
