import { getConnectionToken } from '@nestjs/mongoose';
import { newId } from '@cartwright/kernel';
import { StaleVersion } from '@cartwright/platform';
import type { Connection } from 'mongoose';
import { startTestApp, type TestApp } from '../../../platform/src/testing/test-app';
import { EmailTaken } from '../contract/refusals';
import { IdentityModule } from '../identity.module';
import { createUser, renameUser } from '../model/user';
import { UserStore } from './user.store';

let shop: TestApp;
let store: UserStore;
beforeAll(async () => {
  shop = await startTestApp({ imports: [IdentityModule] });
  store = shop.app.get(UserStore, { strict: false });
});
afterAll(() => shop.stop());

const created = (email: string) =>
  store.save(createUser(newId(), { name: 'Ada Lovelace', email, passwordHash: 'hash', roles: [] }, new Date()));

it('keeps an account as it is, and finds it by id and by email', async () => {
  const user = await created('Ada@example.com');
  expect(await store.find(user.id)).toEqual(user);
  expect(await store.byEmail('ADA@EXAMPLE.COM')).toEqual(user);
  expect(await store.find('nonsense')).toBeNull();
});

it('refuses a taken email, for a new account and for a renamed one', async () => {
  await created('first@example.com');
  const second = await created('second@example.com');
  await expect(created('FIRST@example.com')).rejects.toBeInstanceOf(EmailTaken);
  await expect(store.save(renameUser(second, 'Ada', 'First@example.com'))).rejects.toBeInstanceOf(EmailTaken);
});

it('does not overwrite what somebody else saved in between', async () => {
  const user = await created('stale@example.com');
  await store.save(renameUser(user, 'Countess', user.email));
  await expect(store.save(renameUser(user, 'Ada', user.email))).rejects.toBeInstanceOf(StaleVersion);
});

test.each([
  ['by email', { emailKey: 'ada@example.com' }],
  ['by how a word begins', { searchKeys: /^lov/ }],
  ['by role', { roles: 'admin' }],
])('finds %s by an index', async (_, filter) => {
  const users = shop.app.get<Connection>(getConnectionToken()).collection('users');
  const plan = JSON.stringify(await users.find(filter).explain('queryPlanner'));
  expect(plan).toContain('IXSCAN');
  expect(plan).not.toContain('COLLSCAN');
});
