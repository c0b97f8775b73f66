import { Refusal } from '../http/refusal';

/** Refuses a call without the secret key, as bearer token or basic user name (API reference, "Authentication"): 401. */
export function checkSecretKey(header: string | undefined, expected: string | undefined): void {
  const key = keyIn(header);
  if (key === '') {
    throw unauthorized(
      "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
    );
  }
  const accepted = expected === undefined ? /^(sk|rk)_test_\w+$/.test(key) : key === expected;
  if (!accepted) throw unauthorized(`Invalid API Key provided: ${masked(key)}`);
}

function keyIn(header = ''): string {
  const [scheme = '', value = ''] = header.split(' ');
  if (/^bearer$/i.test(scheme)) return value;
  if (/^basic$/i.test(scheme)) return Buffer.from(value, 'base64').toString('utf8').split(':')[0] ?? '';
  return '';
}

function masked(key: string): string {
  return key.length < 12 ? '*'.repeat(key.length) : `${key.slice(0, 8)}${'*'.repeat(key.length - 12)}${key.slice(-4)}`;
}

function unauthorized(message: string): Refusal {
  return new Refusal(401, { type: 'invalid_request_error', message }, false);
}
