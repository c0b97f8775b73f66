/** What stands in every guide and every list of guesses. */
const known = /change.?me|secret|password|example|random/i;
const guessed = /^(admin|administrator|cartwright|changeme|demo|letmein|password|passw0rd|qwerty|root|shop|test|welcome)[\d\W_]*$/i;

/** Fewer different characters than these are a pattern, not chance: 32 random hex digits have fewer than eight once in ten million times. */
const leastDifferent = { key: 8, password: 5 };

/** What is wrong with a key that nobody must guess; ends the sentence "NAME ...". Undefined when nothing is. */
export function weaknessOfKey(key: string): string | undefined {
  if (known.test(key)) return 'is a phrase that others know: make one with `openssl rand -base64 48`';
  if (new Set(key).size < leastDifferent.key) return 'repeats a few characters: make one with `openssl rand -base64 48`';
  return undefined;
}

/** The same of a password that a person types. */
export function weaknessOfPassword(password: string): string | undefined {
  if (guessed.test(password)) return 'is among the first that are tried: choose another';
  if (new Set(password).size < leastDifferent.password) return 'repeats a few characters: choose another';
  return undefined;
}
