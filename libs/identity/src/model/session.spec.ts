import { randomToken } from '@cartwright/kernel';
import { expiryFrom, hashesOf } from './session';

it('knows a refresh token by hashes that do not tell what it is', () => {
  const [handle, secret] = [randomToken(16), randomToken(32)];
  const hashes = hashesOf(`${handle}.${secret}`);
  expect(hashes).toEqual({ handleHash: expect.stringMatching(/^[\w-]{43}$/), secretHash: expect.stringMatching(/^[\w-]{43}$/) });
  expect(JSON.stringify(hashes)).not.toContain(handle);
  expect(JSON.stringify(hashes)).not.toContain(secret);
  expect(hashesOf(`${handle}.${randomToken(32)}`)?.handleHash).toBe(hashes?.handleHash);
});

test.each(['', '.', 'a.b', randomToken(32), `${randomToken(16)}.${randomToken(32)}.`, ` ${randomToken(16)}.${randomToken(32)}`])(
  'sees at once that %p is none',
  (text) => {
    expect(hashesOf(text)).toBeNull();
  },
);

it('ends a session some days after its last use', () => {
  expect(expiryFrom(new Date('2026-01-31T12:00:00Z'), 30)).toEqual(new Date('2026-03-02T12:00:00Z'));
});
