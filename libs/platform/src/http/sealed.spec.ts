import { seal, unseal } from './sealed';

it('gives back what was sealed to whoever knows the phrase, and to nobody else', () => {
  const answer = { accessToken: 'a.b.c', user: { name: 'Ada ½' } };
  const sealed = seal(answer, 'phrase');
  expect(unseal(sealed, 'phrase')).toEqual(answer);
  expect(() => unseal(sealed, 'another phrase')).toThrow();
  expect(Buffer.from(sealed, 'base64').toString('latin1')).not.toContain('a.b.c');
});

it('seals the same differently each time, and notices changes', () => {
  const sealed = seal('same', 'phrase');
  expect(seal('same', 'phrase')).not.toBe(sealed);
  const changed = Buffer.from(sealed, 'base64');
  changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
  expect(() => unseal(changed.toString('base64'), 'phrase')).toThrow();
});

it('seals nothing as null', () => {
  expect(unseal(seal(undefined, 'phrase'), 'phrase')).toBeNull();
  expect(unseal(undefined, 'phrase')).toBeNull();
});
