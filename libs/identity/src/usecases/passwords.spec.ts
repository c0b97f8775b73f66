import { Passwords } from './passwords';

const passwords = new Passwords();

it('hashes with argon2id, 19 MiB, two passes and one lane, and a salt of its own each time', async () => {
  const [first, second] = await Promise.all([passwords.hash('correct horse'), passwords.hash('correct horse')]);
  expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(first).not.toBe(second);
});

it('knows the right password from a wrong one', async () => {
  const hash = await passwords.hash('pässword ½');
  expect(await passwords.matches(hash, 'pässword ½')).toBe(true);
  expect(await passwords.matches(hash, 'pa\u0308ssword ½')).toBe(true);
  expect(await passwords.matches(hash, 'Pässword ½')).toBe(false);
});

it('matches nothing without a hash, after as much work', async () => {
  const hash = await passwords.hash('correct horse');
  const timed = async (given: string | undefined): Promise<number> => {
    const startedAt = performance.now();
    expect(await passwords.matches(given, 'wrong')).toBe(false);
    return performance.now() - startedAt;
  };
  const times = { known: Infinity, unknown: Infinity };
  // On a busy machine it takes a while until both have once run undisturbed; one without the work stays far below for ever.
  const alike = (): boolean => times.unknown > times.known / 2 && times.unknown < times.known * 2;
  for (let i = 0; i < 100 && (i < 8 || !alike()); i += 1) {
    times.known = Math.min(times.known, await timed(hash));
    times.unknown = Math.min(times.unknown, await timed(undefined));
  }
  expect({ ...times, alike: alike() }).toMatchObject({ alike: true });
});
