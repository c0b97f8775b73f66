import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const algorithm = 'aes-256-gcm';
const ivBytes = 12;
const tagBytes = 16;

/** A value as text that only who knows the phrase can read (AES-256-GCM under a key derived from it by HKDF). */
export function seal(value: unknown, phrase: string): string {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv(algorithm, keyFrom(phrase), iv);
  const content = Buffer.concat([cipher.update(JSON.stringify(value ?? null), 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), content]).toString('base64');
}

/** The way back. Throws when the phrase is another one or the text was changed; nothing sealed is `null`. */
export function unseal(sealed: string | undefined, phrase: string): unknown {
  if (sealed === undefined) return null;
  const bytes = Buffer.from(sealed, 'base64');
  const decipher = createDecipheriv(algorithm, keyFrom(phrase), bytes.subarray(0, ivBytes), { authTagLength: tagBytes });
  decipher.setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
  const content = Buffer.concat([decipher.update(bytes.subarray(ivBytes + tagBytes)), decipher.final()]);
  return JSON.parse(content.toString('utf8')) as unknown;
}

function keyFrom(phrase: string): Buffer {
  return Buffer.from(hkdfSync('sha256', phrase, '', 'cartwright sealed answer', 32));
}
