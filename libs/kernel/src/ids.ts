import { randomBytes, randomInt } from 'node:crypto';

/** Crockford's base 32: no I, L, O or U, so that a code survives being read aloud or typed from paper. */
const readableDigits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const idPattern = /^[0-9a-f]{24}$/;
const processPart = randomBytes(5).toString('hex');
let counter = randomInt(0xffffff);

/** A new id: 24 hexadecimal digits in the layout of MongoDB's ObjectId (seconds, process, counter), so ids of later things sort later. */
export function newId(now: number = Date.now()): string {
  counter = (counter + 1) & 0xffffff;
  const seconds = Math.floor(now / 1000);
  return seconds.toString(16).padStart(8, '0') + processPart + counter.toString(16).padStart(6, '0');
}

/** Whether a value has the form of an id. */
export function isId(value: unknown): value is string {
  return typeof value === 'string' && idPattern.test(value);
}

/** An unguessable secret of `bytes` random bytes, in URL-safe base 64. */
export function randomToken(bytes = 32): string {
  return randomBytes(bytes).toString('base64url');
}

/** A random code for people, `length` digits of Crockford's base 32 (5 bits each). */
export function randomCode(length: number): string {
  return Array.from({ length }, () => readableDigits[randomInt(32)]).join('');
}
