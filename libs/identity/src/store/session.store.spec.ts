import { newId } from '@cartwright/kernel';
import { getConnectionToken } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { startTestApp, type TestApp } from '../../../platform/src/testing/test-app';
import { IdentityModule } from '../identity.module';
import type { Session } from '../model/session';
import { SessionStore } from './session.store';

let shop: TestApp;
let store: SessionStore;
beforeAll(async () => {
  shop = await startTestApp({ imports: [IdentityModule] });
  store = shop.app.get(SessionStore, { strict: false });
});
afterAll(() => shop.stop());

const now = new Date();
const later = new Date(now.getTime() + 60_000);
const aSession = (changes: Partial<Session> = {}): Session => ({
  id: newId(),
  kind: 'user',
  ownerId: newId(),
  handleHash: newId(),
  secretHash: 'first',
  epoch: 0,
  createdAt: now,
  usedAt: now,
  expiresAt: later,
  ...changes,
});
const opened = async (changes: Partial<Session> = {}): Promise<Session> => {
  const session = aSession(changes);
  await store.open(session);
  return session;
};
const next = (secretHash: string) => ({ secretHash, usedAt: now, expiresAt: later });

it('gives a session to one of many that rotate it at once', async () => {
  const session = await opened();
  const all = await Promise.all(Array.from({ length: 20 }, (_, i) => store.rotate(session, next(`next ${i}`))));
  const won = all.filter((rotated) => rotated !== null);
  expect(won).toHaveLength(1);
  expect(won[0]).toMatchObject({ id: session.id, ownerId: session.ownerId, secretHash: expect.stringMatching(/^next/) });
});

it('rotates neither an unknown secret nor an expired session', async () => {
  const session = await opened();
  const expired = await opened({ expiresAt: now });
  expect(await store.rotate({ ...session, secretHash: 'another' }, next('second'))).toBeNull();
  expect(await store.rotate(expired, next('second'))).toBeNull();
});

it('ends all sessions of an owner but the one that is spared', async () => {
  const ownerId = newId();
  const [spared, ...others] = [await opened({ ownerId }), await opened({ ownerId }), await opened({ ownerId })] as [Session, ...Session[]];
  const stranger = await opened();
  await store.endAllOf(ownerId, spared.id);
  for (const other of others) expect(await store.endByHandle(other.handleHash)).toBeNull();
  for (const left of [spared, stranger]) expect(await store.endByHandle(left.handleHash)).toMatchObject({ id: left.id });
});

it('has a unique handle, and indexes for what is asked and for what is to be swept', async () => {
  const { handleHash } = await opened();
  await expect(store.open(aSession({ handleHash }))).rejects.toMatchObject({ code: 11000 });
  const indexes = await shop.app.get<Connection>(getConnectionToken()).collection('sessions').indexes();
  expect(indexes).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ key: { handleHash: 1 }, unique: true }),
      expect.objectContaining({ key: { ownerId: 1, _id: 1 } }),
      expect.objectContaining({ key: { expiresAt: 1 }, expireAfterSeconds: 0 }),
    ]),
  );
});
