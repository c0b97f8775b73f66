import { Injectable } from '@nestjs/common';
import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { setTimeout as sleep } from 'node:timers/promises';
import { startTestApp, type TestApp } from '../../../platform/src/testing/test-app';
import { GuestJoined } from '../contract/identity-events';
import { IdentityModule } from '../identity.module';
import { Client, password } from '../testing/client';
import { Passwords } from '../usecases/passwords';

const joined: GuestJoined['data'][] = [];

/** Slower than a cart, to see whether answers wait for it. */
@Injectable()
@EventsHandler(GuestJoined)
class SlowCart implements IEventHandler<GuestJoined> {
  async handle({ data }: GuestJoined): Promise<void> {
    await sleep(50);
    joined.push(data);
  }
}

let shop: TestApp;
let client: Client;
beforeAll(async () => {
  shop = await startTestApp({ imports: [IdentityModule], providers: [SlowCart], config: { REFRESH_TOKEN_DAYS: 7 } });
  client = new Client(shop);
});
afterAll(() => shop.stop());

describe('registering', () => {
  it('makes an account of the role user, signed in', async () => {
    const { status, body, headers } = await client.register({ name: 'Grace Hopper', email: 'Grace@Example.com' });
    expect(status).toBe(201);
    expect(body).toEqual({
      user: expect.objectContaining({ name: 'Grace Hopper', email: 'Grace@Example.com', roles: ['user'] }),
      accessToken: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      refreshToken: expect.any(String),
      tokenType: 'Bearer',
      expiresIn: 900,
    });
    expect(Object.keys(body.user).sort()).toEqual(['createdAt', 'email', 'id', 'name', 'roles', 'updatedAt']);
    expect(headers.get('cache-control')).toBe('no-store');
    expect((await client.ask('GET', '/api/users/me/profile', { token: body.accessToken })).body).toEqual(body.user);
  });

  it('refuses an email that is taken, in whatever case', async () => {
    await client.register({ email: 'taken@example.com' });
    const again = await client.register({ email: 'TAKEN@Example.COM' });
    expect([again.status, again.body.code]).toEqual([409, 'email_taken']);
  });

  it('makes one account of ten registrations at once', async () => {
    const all = await Promise.all(
      Array.from({ length: 10 }, (_, i) => client.register({ email: i % 2 ? 'RACE@example.com' : 'race@example.com' })),
    );
    expect(all.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(9).fill(409)]);
  });

  test.each([
    ['roles', ['admin']],
    ['role', 'admin'],
    ['id', '6565f0c2a1b2c3d4e5f60718'],
    ['passwordHash', 'x'],
    ['isAdmin', true],
  ])('refuses to be given %s', async (field, value) => {
    const body = { name: 'Eve', email: 'eve@example.com', password, [field]: value };
    const answer = await client.ask('POST', '/api/auth/register', { body });
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toEqual([expect.objectContaining({ path: field, code: 'unknown_field' })]);
  });

  test.each([
    ['name', { $ne: null }],
    ['email', { $gt: '' }],
    ['email', ['a@example.com']],
    ['email', 'no email'],
    ['password', { $regex: '.*' }],
    ['password', 'nine char'],
    ['password', 'x'.repeat(201)],
    ['password', undefined],
  ])('names %s when it is bad', async (field, value) => {
    const body = { name: 'Eve', email: 'eve@example.com', password, [field]: value };
    const answer = await client.ask('POST', '/api/auth/register', { body });
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid_input']);
    expect(answer.body.errors.map(({ path }: { path: string }) => path)).toContain(field);
  });

  it('names every field when there is no body at all', async () => {
    const { status, body } = await client.ask('POST', '/api/auth/register');
    expect(status).toBe(400);
    expect(new Set(body.errors.map(({ path }: { path: string }) => path))).toEqual(new Set(['name', 'email', 'password']));
  });
});

describe('logging in', () => {
  it('takes the email in whatever case, and shows it as it was typed', async () => {
    await client.register({ email: 'Mixed.Case@example.com' });
    const { status, body } = await client.login('mixed.CASE@EXAMPLE.com');
    expect([status, body.user.email]).toEqual([200, 'Mixed.Case@example.com']);
  });

  it('answers a wrong password and an unknown email alike, after checking a password both times', async () => {
    await client.register({ email: 'known@example.com' });
    const matches = jest.spyOn(shop.app.get(Passwords, { strict: false }), 'matches');
    const wrong = await client.login('known@example.com', 'not the password');
    const unknown = await client.login('unknown@example.com', 'not the password');
    expect(matches).toHaveBeenCalledTimes(2);
    matches.mockRestore();
    const shown = ({ status, body: { requestId: _, ...rest } }: typeof wrong) => ({ status, ...rest });
    expect(shown(wrong)).toEqual(shown(unknown));
    expect([wrong.status, wrong.body.code]).toEqual([401, 'invalid_credentials']);
    expect(wrong.headers.get('www-authenticate')).toMatch(/^Bearer/);
  });

  it('takes about as long for an unknown email as for a wrong password', async () => {
    await client.register({ email: 'timed@example.com' });
    const timed = async (email: string): Promise<number> => {
      const startedAt = performance.now();
      await client.login(email, 'not the password');
      return performance.now() - startedAt;
    };
    const fastest = { known: Infinity, unknown: Infinity };
    for (let i = 0; i < 6; i += 1) {
      fastest.known = Math.min(fastest.known, await timed('timed@example.com'));
      fastest.unknown = Math.min(fastest.unknown, await timed('nobody@example.com'));
    }
    expect(fastest.unknown / fastest.known).toBeGreaterThan(0.5);
    expect(fastest.unknown / fastest.known).toBeLessThan(2);
  });

  test.each([
    ['email', { $ne: null }],
    ['password', { $ne: null }],
    ['password', ['a', 'b']],
    ['email', null],
  ])('refuses operators in place of the %s', async (field, value) => {
    const body = { email: 'known@example.com', password, [field]: value };
    expect((await client.ask('POST', '/api/auth/login', { body })).status).toBe(400);
  });

  it('stops listening after ten failures, even to a hundred guesses at once, and says for how long', async () => {
    await client.register({ email: 'guessed@example.com' });
    const guesses = await Promise.all(Array.from({ length: 100 }, (_, i) => client.login('guessed@example.com', `guess number ${i}`)));
    expect(guesses.filter(({ status }) => status === 401)).toHaveLength(10);
    expect(guesses.filter(({ status }) => status === 429)).toHaveLength(90);
    const right = await client.login('GUESSED@example.com');
    expect([right.status, right.body.code]).toEqual([429, 'too_many_requests']);
    expect(Number(right.headers.get('retry-after'))).toBeGreaterThan(800);
    expect((await client.login('known@example.com')).status).toBe(200);
  });
});

describe('a guest', () => {
  it('gets tokens and a guestId, and nothing of an account', async () => {
    const { status, body } = await client.guest();
    expect([status, Object.keys(body).sort()]).toEqual([201, ['accessToken', 'expiresIn', 'guestId', 'refreshToken', 'tokenType']]);
    expect((await client.ask('GET', '/api/users/me/profile', { token: body.accessToken })).status).toBe(403);
    expect((await client.ask('GET', '/api/admin/users', { token: body.accessToken })).status).toBe(403);
    const refreshed = await client.refresh(body.refreshToken);
    expect([refreshed.status, refreshed.body.guestId]).toEqual([200, body.guestId]);
  });

  it('is joined to the account it registers, before the answer', async () => {
    const guest = (await client.guest()).body;
    const { body } = await client.register({}, guest.accessToken);
    expect(joined).toContainEqual({ guestId: guest.guestId, userId: body.user.id });
    expect((await client.refresh(guest.refreshToken)).status).toBe(401);
  });

  it('is joined to the account it logs in to, once for each login', async () => {
    const { user } = (await client.register()).body;
    const guest = (await client.guest()).body;
    for (const times of [1, 2]) {
      await client.login(user.email, password, guest.accessToken);
      expect(joined.filter(({ guestId, userId }) => guestId === guest.guestId && userId === user.id)).toHaveLength(times);
    }
  });

  it('is not joined by a login that fails', async () => {
    const { user } = (await client.register()).body;
    const guest = (await client.guest()).body;
    await client.login(user.email, 'not the password', guest.accessToken);
    expect(joined.some(({ guestId }) => guestId === guest.guestId)).toBe(false);
  });
});

describe('logging in with what is no guest token', () => {
  it('works with that of an account, and joins nobody', async () => {
    const first = (await client.register()).body;
    const before = joined.length;
    expect((await client.login(first.user.email, password, first.accessToken)).status).toBe(200);
    expect(joined).toHaveLength(before);
  });

  it('is refused with one that is not good any more, because what the guest had would stay behind unnoticed', async () => {
    const { user } = (await client.register()).body;
    const refused = { status: 401, body: { code: 'unauthenticated' } };
    expect(await client.login(user.email, password, 'expired.or.nonsense')).toMatchObject(refused);
    expect(await client.register({}, 'expired.or.nonsense')).toMatchObject(refused);
  });
});
