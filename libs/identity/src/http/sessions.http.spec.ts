import { createHmac } from 'node:crypto';
import { getConnectionToken } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { startTestApp, type TestApp } from '../../../platform/src/testing/test-app';
import { IdentityModule } from '../identity.module';
import { Client, password, type Answer } from '../testing/client';

const secret = 'a secret of the specs that nobody else knows';
const key = Buffer.from(secret);
const id = '6565f0c2a1b2c3d4e5f60718';
const inAnHour = Math.floor(Date.now() / 1000) + 3600;
const claims = {
  sub: id,
  kind: 'user',
  roles: ['user', 'admin'],
  typ: 'access',
  sid: id,
  jti: 'x',
  iss: 'cartwright',
  aud: 'cartwright-api',
  exp: inAnHour,
};

let shop: TestApp;
let client: Client;
beforeAll(async () => {
  shop = await startTestApp({ imports: [IdentityModule], config: { JWT_SECRET: secret } });
  client = new Client(shop);
});
afterAll(() => shop.stop());

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token as somebody would make it by hand. */
function forge(
  changes: object,
  { header = {}, signedBy = key, digest = 'sha256' }: { header?: object; signedBy?: Buffer; digest?: string } = {},
): string {
  const content = `${part({ alg: 'HS256', typ: 'JWT', ...header })}.${part({ ...claims, ...changes })}`;
  return `${content}.${createHmac(digest, signedBy).update(content).digest('base64url')}`;
}

const refused = async (token: string): Promise<void> => {
  const { status, body, headers } = await client.ask('GET', '/api/admin/users', { token });
  expect([status, body.code]).toEqual([401, 'unauthenticated']);
  expect(headers.get('www-authenticate')).toMatch(/^Bearer/);
};

describe('an access token', () => {
  it('is believed when this shop signed it', async () => {
    expect((await client.ask('GET', '/api/admin/users', { token: forge({}) })).status).toBe(200);
  });

  test.each<[string, string]>([
    ['is signed with another key', forge({}, { signedBy: Buffer.from('another key that is long enough') })],
    ['is signed with an empty key', forge({}, { signedBy: Buffer.alloc(0) })],
    ['says that it is not signed', `${part({ alg: 'none', typ: 'JWT' })}.${part(claims)}.`],
    ['says that it is not signed, but is', forge({}, { header: { alg: 'none' } })],
    ['is signed by another algorithm', forge({}, { header: { alg: 'HS512' }, digest: 'sha512' })],
    ['claims an algorithm with public keys', forge({}, { header: { alg: 'RS256' } })],
    ['never ends', forge({ exp: undefined })],
    ['has ended', forge({ exp: Math.floor(Date.now() / 1000) - 1 })],
    ['ends at no number', forge({ exp: 'never' })],
    ['is not valid yet', forge({ nbf: inAnHour })],
    ['is meant for somebody else', forge({ aud: 'another-api' })],
    ['is meant for nobody', forge({ aud: undefined })],
    ['comes from somebody else', forge({ iss: 'another-shop' })],
    ['is of another type', forge({ typ: 'refresh' })],
    ['is of no type', forge({ typ: undefined })],
    ['is about nobody', forge({ sub: undefined })],
    ['is about an operator', forge({ sub: { $ne: null } })],
    ['has roles that do not exist', forge({ roles: ['root', 'admin'] })],
    ['has roles that are no list', forge({ roles: 'admin' })],
    ['is of a guest who would be admin', forge({ kind: 'guest', roles: ['guest', 'admin'] })],
    ['is of a user who would be a guest too', forge({ roles: ['guest', 'admin'] })],
    ['is of no kind', forge({ kind: undefined })],
    ['belongs to no session', forge({ sid: undefined })],
    ['has changed claims under the old signature', forge({}).replace(/\.[^.]+\./, `.${part({ ...claims, sub: '0'.repeat(24) })}.`)],
    ['has no signature', forge({}).replace(/[^.]+$/, '')],
    ['is in pieces', 'a.b'],
    ['is empty', ''],
  ])('is refused when it %s', async (_, token) => {
    await refused(token);
  });

  it('cannot be a refresh token', async () => {
    await refused((await client.register()).body.refreshToken as string);
  });

  it('cannot be used for refreshing', async () => {
    const { accessToken } = (await client.register()).body;
    expect((await client.refresh(accessToken as string)).status).toBe(401);
  });
});

describe('a refresh token', () => {
  it('is exchanged for new tokens', async () => {
    const { user, refreshToken } = (await client.register()).body;
    const { status, body } = await client.refresh(refreshToken);
    expect([status, body.user.id, body.tokenType]).toEqual([200, user.id, 'Bearer']);
    expect(body.refreshToken).not.toBe(refreshToken);
    expect((await client.ask('GET', '/api/users/me/profile', { token: body.accessToken })).status).toBe(200);
    expect((await client.refresh(body.refreshToken)).status).toBe(200);
  });

  it('used twice ends its session, and no other', async () => {
    const { user, refreshToken: first } = (await client.register()).body;
    const elsewhere = (await client.login(user.email)).body.refreshToken;
    const second = (await client.refresh(first)).body.refreshToken;
    const again = await client.refresh(first);
    expect([again.status, again.body.code]).toEqual([401, 'invalid_refresh_token']);
    expect((await client.refresh(second)).status).toBe(401);
    expect((await client.refresh(elsewhere)).status).toBe(200);
  });

  it('used twice with two keys ends its session, too, and with the same key has the same answer', async () => {
    const { refreshToken } = (await client.guest()).body;
    const refresh = (key: string): Promise<Answer> =>
      client.ask('POST', '/api/auth/refresh', { body: { refreshToken }, headers: { 'idempotency-key': key } });
    const first = await refresh(`${refreshToken.slice(0, 20)}-1`);
    expect((await refresh(`${refreshToken.slice(0, 20)}-1`)).body).toEqual(first.body);
    expect((await refresh(`${refreshToken.slice(0, 20)}-2`)).status).toBe(401);
    expect((await client.refresh(first.body.refreshToken)).status).toBe(401);
  });

  it('used by several at once is good for one at most, and ends the session', async () => {
    const { refreshToken } = (await client.guest()).body;
    const answers = await Promise.all(Array.from({ length: 8 }, () => client.refresh(refreshToken)));
    const won = answers.filter(({ status }) => status === 200);
    expect(won).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(7);
    expect((await client.refresh((won[0] as Answer).body.refreshToken)).status).toBe(401);
  });

  it('is refused once it has expired, though the database has not swept it away yet', async () => {
    const { guestId, refreshToken } = (await client.guest()).body;
    await sessions().updateOne({ ownerId: idOf(guestId) }, { $set: { expiresAt: new Date(Date.now() - 1) } });
    expect((await client.refresh(refreshToken)).status).toBe(401);
  });

  it('lives for the configured days from each use', async () => {
    const { guestId, refreshToken } = (await client.guest()).body;
    await sessions().updateOne({ ownerId: idOf(guestId) }, { $set: { expiresAt: new Date(Date.now() + 1000) } });
    await client.refresh(refreshToken);
    const session = await sessions().findOne({ ownerId: idOf(guestId) });
    expect((session?.expiresAt as Date).getTime() - Date.now()).toBeGreaterThan(29 * 24 * 3600 * 1000);
  });

  it('stands nowhere in the database, nor does an access token or a password', async () => {
    const { accessToken, refreshToken } = (await client.register()).body;
    const stored = JSON.stringify(
      await Promise.all(['users', 'sessions', 'outbox'].map((name) => connection().collection(name).find().toArray())),
    );
    for (const hidden of [accessToken, refreshToken, ...refreshToken.split('.'), password]) expect(stored).not.toContain(hidden);
  });

  it('stands nowhere in the database either when the login is made safe to repeat', async () => {
    const { user } = (await client.register()).body;
    const body = { email: user.email, password };
    const login = () => client.ask('POST', '/api/auth/login', { body, headers: { 'idempotency-key': 'the-same-login' } });
    const [first, again] = [await login(), await login()];
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    const other = await client.ask('POST', '/api/auth/login', {
      body: { ...body, password: 'another password' },
      headers: { 'idempotency-key': 'the-same-login' },
    });
    expect([other.status, other.body.code]).toEqual([422, 'idempotency_key_reused']);
    const stored = JSON.stringify(await connection().collection('idempotencyKeys').find().toArray());
    for (const hidden of [first.body.accessToken, first.body.refreshToken, user.email, password]) expect(stored).not.toContain(hidden);
  });

  test.each([[''], ['nonsense'], ['a.b'], [`${'a'.repeat(22)}.${'b'.repeat(43)}`]])('is not %p', async (token) => {
    expect((await client.refresh(token)).status).toBe(token ? 401 : 400);
  });

  it('is no operator', async () => {
    expect((await client.ask('POST', '/api/auth/refresh', { body: { refreshToken: { $ne: null } } })).status).toBe(400);
  });
});

describe('logging out', () => {
  it('ends the session of the access token, without any body', async () => {
    const { accessToken, refreshToken } = (await client.register()).body;
    expect((await client.ask('POST', '/api/auth/logout', { token: accessToken })).status).toBe(204);
    expect((await client.refresh(refreshToken)).status).toBe(401);
    expect((await client.ask('POST', '/api/auth/logout', { token: accessToken })).status).toBe(204);
  });

  it('ends the session of the refresh token', async () => {
    const { refreshToken } = (await client.guest()).body;
    expect((await client.ask('POST', '/api/auth/logout', { body: { refreshToken } })).status).toBe(204);
    expect((await client.refresh(refreshToken)).status).toBe(401);
  });

  it('needs one of them', async () => {
    expect((await client.ask('POST', '/api/auth/logout')).status).toBe(401);
  });
});

const connection = (): Connection => shop.app.get<Connection>(getConnectionToken());
const sessions = () => connection().collection('sessions');
const idOf = (text: string) => new (connection().base.Types.ObjectId)(text);
