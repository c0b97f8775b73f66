import { QueryBus } from '@nestjs/cqrs';
import { startTestApp, type TestApp } from '../../../platform/src/testing/test-app';
import { GetAddress, GetUser, GetUserByEmail } from '../contract/user-queries';
import { IdentityModule } from '../identity.module';
import { anAddress, Client, password, type Answer } from '../testing/client';
import { Sessions } from '../usecases/sessions';

const profile = '/api/users/me/profile';
const addresses = '/api/users/me/addresses';

let shop: TestApp;
let client: Client;
beforeAll(async () => {
  shop = await startTestApp({ imports: [IdentityModule] });
  client = new Client(shop);
});
afterAll(() => shop.stop());

const signedUp = async (): Promise<{ token: string; user: { id: string; email: string }; refreshToken: string }> => {
  const { accessToken: token, user, refreshToken } = (await client.register()).body;
  return { token, user, refreshToken };
};

describe('the profile', () => {
  it('takes another name without further ado', async () => {
    const { token, user } = await signedUp();
    const { status, body } = await client.ask('PUT', profile, { token, body: { name: 'Countess' } });
    expect([status, body.name, body.email]).toEqual([200, 'Countess', user.email]);
  });

  it('takes another email from whoever knows the password', async () => {
    const { token, user } = await signedUp();
    const change = (currentPassword?: string) =>
      client.ask('PUT', profile, { token, body: { name: 'Ada', email: `new.${user.email}`, currentPassword } });
    const without = await change();
    expect([without.status, without.body.errors[0].path]).toEqual([400, 'currentPassword']);
    const wrong = await change('not the password');
    expect([wrong.status, wrong.body.code]).toEqual([403, 'wrong_password']);
    expect((await change(password)).body.email).toBe(`new.${user.email}`);
    expect((await client.login(user.email)).status).toBe(401);
    expect((await client.login(`NEW.${user.email}`)).status).toBe(200);
  });

  it('does not take an email of somebody else', async () => {
    const [somebody, { token }] = [await signedUp(), await signedUp()];
    const body = { name: 'Ada', email: somebody.user.email.toUpperCase(), currentPassword: password };
    const answer = await client.ask('PUT', profile, { token, body });
    expect([answer.status, answer.body.code]).toEqual([409, 'email_taken']);
  });

  it('does not change under a reader: ETag, If-Match, If-None-Match', async () => {
    const { token } = await signedUp();
    const etag = (await client.ask('GET', profile, { token })).headers.get('etag') as string;
    expect((await client.ask('GET', profile, { token, headers: { 'if-none-match': etag } })).status).toBe(304);
    const put = (tag: string) => client.ask('PUT', profile, { token, body: { name: 'Ada' }, headers: { 'if-match': tag } });
    expect((await put(etag)).status).toBe(200);
    const stale = await put(etag);
    expect([stale.status, stale.body.code]).toEqual([412, 'precondition_failed']);
  });

  test.each(['roles', 'id', 'passwordHash', 'sessionEpoch', 'emailKey'])('cannot be given %s', async (field) => {
    const { token } = await signedUp();
    expect((await client.ask('PUT', profile, { token, body: { name: 'Ada', [field]: ['admin'] } })).status).toBe(400);
  });

  it('stops believing who guesses at the current password', async () => {
    const { token } = await signedUp();
    const guess = () =>
      client.ask('PUT', '/api/users/me/password', { token, body: { currentPassword: 'wrong', newPassword: 'whatever it is' } });
    for (let i = 0; i < 10; i += 1) expect((await guess()).status).toBe(403);
    expect((await guess()).status).toBe(429);
  });
});

describe('another password', () => {
  it('ends all sessions but the one that asked', async () => {
    const { token, user, refreshToken } = await signedUp();
    const other = (await client.login(user.email)).body.refreshToken;
    const body = { currentPassword: password, newPassword: 'another long password' };
    expect((await client.ask('PUT', '/api/users/me/password', { token, body })).status).toBe(204);
    expect((await client.refresh(other)).status).toBe(401);
    expect((await client.refresh(refreshToken)).status).toBe(200);
    expect((await client.login(user.email)).status).toBe(401);
    expect((await client.login(user.email, 'another long password')).status).toBe(200);
  });

  it('ends even the session that a login with the former one opens a moment too late', async () => {
    const { token, user } = await signedUp();
    const body = { currentPassword: password, newPassword: 'another long password' };
    await client.ask('PUT', '/api/users/me/password', { token, body });
    const sessions = shop.app.get(Sessions, { strict: false });
    const { refreshToken } = await sessions.open({ kind: 'user', id: user.id, roles: ['user'] }, 0);
    expect((await client.refresh(refreshToken)).status).toBe(401);
  });

  it('needs the current one, and ten characters', async () => {
    const { token } = await signedUp();
    const put = (body: object) => client.ask('PUT', '/api/users/me/password', { token, body });
    expect((await put({ currentPassword: 'wrong', newPassword: 'another long password' })).body.code).toBe('wrong_password');
    expect((await put({ currentPassword: password, newPassword: 'short' })).status).toBe(400);
    expect((await put({ newPassword: 'another long password' })).body.errors[0].path).toBe('currentPassword');
  });
});

describe('the addresses', () => {
  const defaults = async (token: string): Promise<string[]> =>
    (await client.ask('GET', addresses, { token })).body.data
      .filter((a: { isDefault: boolean }) => a.isDefault)
      .map((a: { id: string }) => a.id);
  const add = async (token: string, more: object = {}): Promise<Answer> =>
    client.ask('POST', addresses, { token, body: { ...anAddress, ...more } });

  it('are saved, shown, replaced and deleted', async () => {
    const { token } = await signedUp();
    const { status, body: saved, headers } = await add(token);
    expect([status, headers.get('location')]).toEqual([201, `${addresses}/${saved.id}`]);
    expect(saved).toEqual({ ...anAddress, id: expect.any(String), isDefault: true });
    expect((await client.ask('GET', `${addresses}/${saved.id}`, { token })).body).toEqual(saved);
    const moved = await client.ask('PUT', `${addresses}/${saved.id}`, { token, body: { ...anAddress, city: 'Paris', country: 'FR' } });
    expect(moved.body).toEqual({ ...saved, city: 'Paris', country: 'FR' });
    expect((await client.ask('DELETE', `${addresses}/${saved.id}`, { token })).status).toBe(204);
    const left = (await client.ask('GET', addresses, { token })).body;
    expect(left).toEqual({ data: [], pagination: { limit: 20, total: 0, page: 1 } });
  });

  it('have one default at most: the first, until another is chosen', async () => {
    const { token } = await signedUp();
    const first = (await add(token, { isDefault: false })).body.id;
    const second = (await add(token)).body.id;
    expect(await defaults(token)).toEqual([first]);
    await client.ask('PUT', `${addresses}/${second}`, { token, body: { ...anAddress, isDefault: true } });
    expect(await defaults(token)).toEqual([second]);
    const third = (await add(token, { isDefault: true })).body.id;
    expect(await defaults(token)).toEqual([third]);
  });

  it('keep one default when many are added at once', async () => {
    const { token } = await signedUp();
    const all = await Promise.all(Array.from({ length: 6 }, () => add(token, { isDefault: true })));
    expect(all.every(({ status }) => status === 201)).toBe(true);
    expect(await defaults(token)).toHaveLength(1);
  });

  it('carry ETags and mind If-Match', async () => {
    const { token } = await signedUp();
    const { body, headers } = await add(token);
    await add(token);
    const ask = (method: string) =>
      client.ask(method, `${addresses}/${body.id}`, {
        token,
        body: method === 'PUT' ? anAddress : undefined,
        headers: { 'if-match': headers.get('etag') as string },
      });
    expect((await ask('PUT')).status).toBe(412);
    expect((await ask('DELETE')).status).toBe(412);
  });

  test.each(['6565f0c2a1b2c3d4e5f60718', 'nonsense', '%24ne'])('of the id %s do not exist', async (id) => {
    const { token } = await signedUp();
    for (const [method, body] of [['GET'], ['PUT', anAddress], ['DELETE']] as const) {
      const answer = await client.ask(method, `${addresses}/${id}`, { token, body });
      expect([answer.status, answer.body.code]).toEqual([404, 'address_not_found']);
    }
  });

  it('of others are as if they did not exist', async () => {
    const [{ token }, other] = [await signedUp(), await signedUp()];
    const { id } = (await add(other.token)).body;
    expect((await client.ask('GET', `${addresses}/${id}`, { token })).status).toBe(404);
    expect((await client.ask('DELETE', `${addresses}/${id}`, { token })).status).toBe(404);
    expect((await client.ask('GET', `${addresses}/${id}`, { token: other.token })).status).toBe(200);
  });

  test.each([
    ['country', 'Britain'],
    ['line1', { $gt: '' }],
    ['name', '4242 4242 4242 4242'],
    ['isDefault', 'yes'],
    ['id', '6565f0c2a1b2c3d4e5f60718'],
  ])('are refused with a bad %s', async (field, value) => {
    const { token } = await signedUp();
    const { status, body } = await add(token, { [field]: value });
    expect([status, body.errors[0].path]).toEqual([400, field]);
  });

  it('are fifty at most', async () => {
    const { token } = await signedUp();
    for (let i = 0; i < 50; i += 1) expect((await add(token)).status).toBe(201);
    const one = await add(token);
    expect([one.status, one.body.code]).toEqual([409, 'too_many_addresses']);
  });
});

describe('what other contexts may ask', () => {
  it('is a user by id or email, and an address of a user', async () => {
    const ask = shop.app.get(QueryBus);
    const { token, user } = await signedUp();
    const { id } = (await client.ask('POST', addresses, { token, body: anAddress })).body;
    const view = { id: user.id, name: 'Ada Lovelace', email: user.email, roles: ['user'] };
    expect(await ask.execute(new GetUser({ userId: user.id }))).toEqual(view);
    expect(await ask.execute(new GetUserByEmail({ email: user.email.toUpperCase() }))).toEqual(view);
    expect(await ask.execute(new GetAddress({ userId: user.id, addressId: id }))).toEqual(anAddress);
    const other = await signedUp();
    expect(await ask.execute(new GetAddress({ userId: other.user.id, addressId: id }))).toBeNull();
    expect(await ask.execute(new GetUser({ userId: 'nonsense' }))).toBeNull();
    expect(await ask.execute(new GetUserByEmail({ email: 'nobody@example.com' }))).toBeNull();
  });
});
