import { QueryBus } from '@nestjs/cqrs';
import { getConnectionToken } from '@nestjs/mongoose';
import { JwtService } from '@nestjs/jwt';
import type { Connection } from 'mongoose';
import { startTestApp, type TestApp } from '../../../platform/src/testing/test-app';
import { GetPasswordLetter, GetUserByEmail, GetVerificationLetter, GetVerifiedEmail } from '../contract/user-queries';
import { IdentityModule } from '../identity.module';
import { Client, password, type Answer } from '../testing/client';
import { TokenSecret } from '../usecases/access-tokens';

let shop: TestApp;
let client: Client;
beforeAll(async () => {
  const config = { AUTH_RATE_LIMIT_PER_MINUTE: 0, RATE_LIMIT_PER_MINUTE: 0 };
  shop = await startTestApp({ imports: [IdentityModule], config, delivery: { deliver: false } });
  client = new Client(shop);
});
afterAll(() => shop.stop());

const forgot = (email: string): Promise<Answer> => client.ask('POST', '/api/auth/password/forgot', { body: { email } });
const reset = (token: string, newPassword = 'another long password'): Promise<Answer> =>
  client.ask('POST', '/api/auth/password/reset', { body: { token, newPassword } });
const verify = (token: string): Promise<Answer> => client.ask('POST', '/api/auth/email/verify', { body: { token } });
const queries = (): QueryBus => shop.app.get(QueryBus);
const idOf = async (email: string): Promise<string> => String((await queries().execute(new GetUserByEmail({ email })))?.id);
const passwordLetter = async (email: string): Promise<string> =>
  (await queries().execute(new GetPasswordLetter({ userId: await idOf(email) })))?.token ?? 'no letter';
const verificationLetter = async (userId: string, email: string): Promise<string> =>
  (await queries().execute(new GetVerificationLetter({ userId, email })))?.token ?? 'no letter';
const verifiedEmail = (userId: string): Promise<string | null> => queries().execute(new GetVerifiedEmail({ userId }));
/** How often a letter was asked for, by an account or by an address that has none. */
const asked = (userId: string | null): Promise<number> =>
  shop.app
    .get<Connection>(getConnectionToken())
    .collection('outbox')
    .countDocuments({ name: 'identity.password_reset_asked.v2', 'data.userId': userId });

async function somebody(): Promise<{ id: string; email: string; accessToken: string; refreshToken: string }> {
  const { user, accessToken, refreshToken } = (await client.register()).body;
  return { id: user.id, email: user.email, accessToken, refreshToken };
}

const refused = { status: 400, body: { code: 'invalid_letter_token' } };

describe('a forgotten password', () => {
  it('is asked about in the same words whether or not there is an account, at most three times an hour', async () => {
    const { id, email } = await somebody();
    for (const address of [email, 'nobody@example.com'])
      for (let time = 0; time < 5; time += 1) expect(await forgot(address)).toMatchObject({ status: 202, body: undefined });
    expect([await asked(id), await asked(null)]).toEqual([3, 3]);
    const typed = await shop.app
      .get<Connection>(getConnectionToken())
      .collection('outbox')
      .find({ name: /password/ })
      .toArray();
    expect(JSON.stringify(typed)).not.toMatch(/@/);
    // Whoever asks for it, it does not fill the database.
    for (const row of typed) expect(row).toMatchObject({ passing: true, expiresAt: expect.any(Date) });
  });

  it('is replaced by the token of a letter, once, and ends every session', async () => {
    const { email, refreshToken } = await somebody();
    const [token, another] = [await passwordLetter(email), await passwordLetter(email)];
    expect((await reset(token)).status).toBe(204);
    expect((await client.login(email)).status).toBe(401);
    expect((await client.login(email, 'another long password')).status).toBe(200);
    expect((await client.refresh(refreshToken)).status).toBe(401);
    expect(await reset(token, 'a third long password')).toMatchObject(refused);
    expect(await reset(another, 'a third long password')).toMatchObject(refused);
  });

  it('is replaced by one of ten who hold the same token', async () => {
    const { email } = await somebody();
    const token = await passwordLetter(email);
    const answers = await Promise.all(Array.from({ length: 10 }, (_, index) => reset(token, `long password number ${index}`)));
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(9);
  });

  it('is not replaced by a password that is too short, and the token stays good', async () => {
    const { email } = await somebody();
    const token = await passwordLetter(email);
    expect(await reset(token, 'short')).toMatchObject({ status: 400, body: { errors: [{ path: 'newPassword' }] } });
    expect((await reset(token)).status).toBe(204);
  });

  it('is not replaced by the letter to an address that the account has no longer', async () => {
    const { email, accessToken: token } = await somebody();
    const letter = await passwordLetter(email);
    const body = { name: 'Ada', email: `new.${email}`, currentPassword: password };
    expect((await client.ask('PUT', '/api/users/me/profile', { token, body })).status).toBe(200);
    expect(await reset(letter)).toMatchObject(refused);
  });
});

describe('an email', () => {
  it('is confirmed by the token of its letter; twice is once', async () => {
    const { id, email, accessToken: token } = await somebody();
    const letter = await verificationLetter(id, email);
    expect(await verifiedEmail(id)).toBeNull();
    expect([(await verify(letter)).status, (await verify(letter)).status]).toEqual([204, 204]);
    expect(await verifiedEmail(id)).toBe(email);
    const { body } = await client.ask('GET', '/api/users/me/profile', { token });
    expect(body.emailVerifiedAt).toEqual(expect.any(String));
    expect(await queries().execute(new GetVerificationLetter({ userId: id, email }))).toBeNull();
  });

  it('is unconfirmed when it becomes another one, to which the old letter does not speak', async () => {
    const { id, email, accessToken: token } = await somebody();
    const letter = await verificationLetter(id, email);
    await verify(letter);
    const body = { name: 'Ada', email: `new.${email}`, currentPassword: password };
    const changed = await client.ask('PUT', '/api/users/me/profile', { token, body });
    expect([changed.body.emailVerifiedAt, await verifiedEmail(id)]).toEqual([undefined, null]);
    expect(await verify(letter)).toMatchObject(refused);
    expect((await verify(await verificationLetter(id, `new.${email}`))).status).toBe(204);
  });
});

test('letters, access tokens and forgeries are never taken for each other', async () => {
  const { id, email, accessToken } = await somebody();
  const letter = await passwordLetter(email);
  const key = shop.app.get(TokenSecret, { strict: false }).key as unknown as Buffer;
  const jwt = shop.app.get(JwtService, { strict: false });
  const claims = { sub: id, typ: 'password', state: `0 ${email}` };
  const rules = { issuer: 'cartwright', audience: 'cartwright-letters' };
  const forged = [
    'nonsense',
    accessToken,
    await verificationLetter(id, email),
    jwt.sign(claims, { ...rules, secret: 'another key', expiresIn: 60 }),
    jwt.sign(claims, { ...rules, secret: key, expiresIn: -1 }),
    jwt.sign(claims, { ...rules, secret: key }),
    jwt.sign(claims, { ...rules, audience: 'cartwright-api', secret: key, expiresIn: 60 }),
    jwt.sign({ ...claims, sub: { $ne: '' } as unknown as string }, { ...rules, secret: key, expiresIn: 60 }),
    `${letter.slice(0, -2)}xx`,
  ];
  for (const token of forged) expect(await reset(token)).toMatchObject(refused);
  expect((await client.ask('GET', '/api/users/me/profile', { token: letter })).status).toBe(401);
  expect((await reset(letter)).status).toBe(204);
});

describe('another letter about an email', () => {
  const ask = (token?: string): Promise<Answer> => client.ask('POST', '/api/users/me/email/verification', { token });
  const lettersTo = (userId: string): Promise<number> =>
    shop.app
      .get<Connection>(getConnectionToken())
      .collection('outbox')
      .countDocuments({ name: 'identity.verification_asked.v1', 'data.userId': userId });

  it('goes to the account of the token, at most three times an hour', async () => {
    const [{ id, accessToken }, other] = [await somebody(), await somebody()];
    for (let time = 0; time < 3; time += 1) expect((await ask(accessToken)).status).toBe(202);
    const fourth = await ask(accessToken);
    expect(fourth).toMatchObject({ status: 429, body: { code: 'too_many_requests' } });
    expect(Number(fourth.headers.get('retry-after'))).toBeGreaterThan(3500);
    expect(await lettersTo(id)).toBe(3);
    expect((await ask(other.accessToken)).status).toBe(202);
    expect((await ask()).status).toBe(401);
  });

  it('is not sent when the email is confirmed', async () => {
    const { id, email, accessToken } = await somebody();
    await verify(await verificationLetter(id, email));
    expect((await ask(accessToken)).status).toBe(202);
    expect(await lettersTo(id)).toBe(0);
  });
});
