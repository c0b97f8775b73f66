import { CommandBus } from '@nestjs/cqrs';
import { startTestApp, type TestApp } from '../../../platform/src/testing/test-app';
import { CreateUser, EnsureFirstAdmin } from '../contract/user-commands';
import { EmailTaken } from '../contract/refusals';
import type { AccountRole } from '../contract/user-view';
import { IdentityModule } from '../identity.module';
import { Client, password, type Answer } from '../testing/client';

let shop: TestApp;
let client: Client;
let send: CommandBus;
beforeEach(async () => {
  const config = { ADMIN_EMAIL: 'Root@example.com', ADMIN_PASSWORD: 'the password of root' };
  shop = await startTestApp({ imports: [IdentityModule], config });
  client = new Client(shop);
  send = shop.app.get(CommandBus);
});
afterEach(() => shop.stop());

const root = async (): Promise<{ token: string; id: string }> => {
  await send.execute(new EnsureFirstAdmin());
  const { accessToken, user } = (await client.login('root@example.com', 'the password of root')).body;
  return { token: accessToken, id: user.id };
};
const setRoles = (token: string, id: string, roles: unknown, headers = {}): Promise<Answer> =>
  client.ask('PUT', `/api/admin/users/${id}/roles`, { token, body: { roles }, headers });
const create = (email: string, roles: AccountRole[], name = 'Somebody') => send.execute(new CreateUser({ name, email, password, roles }));

describe('the first admin', () => {
  it('is made from the configuration, once, however many processes start', async () => {
    await Promise.all([1, 2, 3, 4].map(() => send.execute(new EnsureFirstAdmin())));
    const { token } = await root();
    const { data } = (await client.ask('GET', '/api/admin/users', { token })).body;
    expect(data).toEqual([expect.objectContaining({ email: 'Root@example.com', roles: ['user', 'admin'] })]);
  });

  it('is not made when there is another', async () => {
    await create('boss@example.com', ['admin']);
    await send.execute(new EnsureFirstAdmin());
    expect((await client.login('root@example.com', 'the password of root')).status).toBe(401);
  });

  it('takes over an account that somebody else made with that email', async () => {
    const { refreshToken } = (await client.register({ email: 'root@EXAMPLE.com' })).body;
    const { token } = await root();
    expect((await client.ask('GET', '/api/admin/users', { token })).status).toBe(200);
    expect((await client.login('root@example.com', password)).status).toBe(401);
    expect((await client.refresh(refreshToken)).status).toBe(401);
  });
});

describe('an account made by command', () => {
  it('has the given roles, and user', async () => {
    const vendor = await create('Vendor@example.com', ['vendor']);
    expect(vendor).toEqual({ id: expect.any(String), name: 'Somebody', email: 'Vendor@example.com', roles: ['user', 'vendor'] });
    expect((await client.login('vendor@example.com')).body.user.roles).toEqual(['user', 'vendor']);
  });

  it('is refused when the email is taken', async () => {
    await create('vendor@example.com', ['vendor']);
    await expect(create('VENDOR@example.com', [])).rejects.toBeInstanceOf(EmailTaken);
  });

  it('is refused with each bad field named', async () => {
    const refused = send.execute(new CreateUser({ name: ' ', email: 'no email', password: 'short', roles: [] }));
    await expect(refused).rejects.toMatchObject({
      details: { errors: ['name', 'email', 'password'].map((path) => expect.objectContaining({ path })) },
    });
  });
});

describe('the list of users', () => {
  it('is for admins only', async () => {
    const vendor = await create('vendor@example.com', ['vendor']);
    const { accessToken } = (await client.login('vendor@example.com')).body;
    expect((await client.ask('GET', '/api/admin/users', { token: accessToken })).status).toBe(403);
    expect((await setRoles(accessToken, vendor.id, ['admin'])).status).toBe(403);
    expect((await client.ask('GET', '/api/admin/users')).status).toBe(401);
  });

  it('is paged, newest first, found by beginnings of email or name, and by role', async () => {
    const { token } = await root();
    await create('grace@navy.example', ['vendor'], 'Grace Brewster Hopper');
    await create('g.hopper@example.com', [], 'Gerald');
    await create('a+b@example.com', ['vendor'], 'A (B) [C] ^D$ .*');
    const emails = async (query: string): Promise<string[]> =>
      (await client.ask('GET', `/api/admin/users?${query}`, { token })).body.data.map(({ email }: { email: string }) => email);
    expect(await emails('')).toEqual(['a+b@example.com', 'g.hopper@example.com', 'grace@navy.example', 'Root@example.com']);
    expect(await emails('limit=1&page=3')).toEqual(['grace@navy.example']);
    expect(await emails('q=G')).toEqual(['g.hopper@example.com', 'grace@navy.example']);
    expect(await emails('q=brewster%20HOP')).toEqual(['grace@navy.example']);
    expect(await emails('q=opper')).toEqual([]);
    expect(await emails('q=.*')).toEqual(['a+b@example.com']);
    expect(await emails('q=%5Ed%24')).toEqual(['a+b@example.com']);
    expect(await emails('q=a%2Bb%40')).toEqual(['a+b@example.com']);
    expect(await emails('role=vendor&q=g')).toEqual(['grace@navy.example']);
    const { pagination } = (await client.ask('GET', '/api/admin/users?role=vendor', { token })).body;
    expect(pagination).toEqual({ limit: 20, total: 2, page: 1 });
  });

  test.each(['q[$ne]=x', 'role=root', 'role[$ne]=x', 'limit=0', 'limit=101', `q=${'x'.repeat(101)}`, 'sort=email'])(
    'refuses %s',
    async (query) => {
      const { token } = await root();
      expect((await client.ask('GET', `/api/admin/users?${query}`, { token })).status).toBe(400);
    },
  );

  it('shows no hash and no inner field', async () => {
    const { token } = await root();
    const { data } = (await client.ask('GET', '/api/admin/users', { token })).body;
    expect(Object.keys(data[0]).sort()).toEqual(['createdAt', 'email', 'id', 'name', 'roles', 'updatedAt']);
  });
});

describe('changing roles', () => {
  it('ends the sessions of the account, whose next login names the new roles', async () => {
    const { token } = await root();
    const { user, refreshToken } = (await client.register()).body;
    const { status, body } = await setRoles(token, user.id, ['vendor']);
    expect([status, body.roles]).toEqual([200, ['user', 'vendor']]);
    expect((await client.refresh(refreshToken)).status).toBe(401);
    expect((await client.login(user.email)).body.user.roles).toEqual(['user', 'vendor']);
  });

  it('changes nothing, and ends no session, when the roles are the same', async () => {
    const { token } = await root();
    const { user, refreshToken } = (await client.register()).body;
    expect((await setRoles(token, user.id, [])).body.roles).toEqual(['user']);
    expect((await client.refresh(refreshToken)).status).toBe(200);
  });

  it('never takes the role from the last admin', async () => {
    const { token, id } = await root();
    const refused = await setRoles(token, id, ['vendor']);
    expect([refused.status, refused.body.code]).toEqual([409, 'last_admin']);
    const second = await create('second@example.com', ['admin']);
    expect((await setRoles(token, id, [])).body.roles).toEqual(['user']);
    const { accessToken } = (await client.login('second@example.com')).body;
    expect((await setRoles(accessToken, second.id, [])).body.code).toBe('last_admin');
  });

  it('leaves one admin when all of them take each other the role at once', async () => {
    const { token, id } = await root();
    const others = await Promise.all([1, 2, 3].map((n) => create(`admin${n}@example.com`, ['admin'])));
    const answers = await Promise.all([id, ...others.map((other) => other.id)].map((each) => setRoles(token, each, ['user'])));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 409]);
    const { data } = (await client.ask('GET', '/api/admin/users?role=admin', { token })).body;
    expect(data).toHaveLength(1);
  });

  it('is held to the version that the account was looked up in, where it is named', async () => {
    const { token } = await root();
    const { user } = (await client.register()).body;
    const look = () => client.ask('GET', `/api/admin/users/${user.id}`, { token });
    const { status, body, headers } = await look();
    expect([status, body]).toEqual([200, expect.objectContaining({ id: user.id, email: user.email, roles: ['user'] })]);
    const seen = { 'if-match': headers.get('etag') ?? '' };
    expect(seen).toEqual({ 'if-match': '"1"' });
    const changed = await setRoles(token, user.id, ['vendor'], seen);
    expect([changed.status, changed.headers.get('etag')]).toEqual([200, (await look()).headers.get('etag')]);
    expect((await setRoles(token, user.id, ['admin'], seen)).body.code).toBe('precondition_failed');
    for (const missing of ['6565f0c2a1b2c3d4e5f60718', 'nonsense'])
      expect((await client.ask('GET', `/api/admin/users/${missing}`, { token })).body.code).toBe('user_not_found');
    const { accessToken } = (await client.login(user.email)).body;
    expect((await client.ask('GET', `/api/admin/users/${user.id}`, { token: accessToken })).status).toBe(403);
  });

  it('minds If-Match, unknown users and unknown roles', async () => {
    const { token, id } = await root();
    expect((await setRoles(token, id, ['admin', 'vendor'], { 'if-match': '"99"' })).status).toBe(412);
    for (const missing of ['6565f0c2a1b2c3d4e5f60718', 'nonsense']) {
      const answer = await setRoles(token, missing, ['vendor']);
      expect([answer.status, answer.body.code]).toEqual([404, 'user_not_found']);
    }
    for (const roles of [['root'], ['guest'], 'admin', { $ne: [] }, undefined]) expect((await setRoles(token, id, roles)).status).toBe(400);
  });
});
