import { pino } from 'pino';
import { withoutCardNumbers } from '../http/card-numbers';

const hidden = '[redacted]';

/** Fields that never reach a log line, wherever they stand: secrets, and what tells who somebody is or where he lives. Compared without case, `-` and `_`. */
const hiddenFields = new Set([
  ...['apikey', 'authorization', 'card', 'cookie', 'cookies', 'credentials', 'cvc', 'cvv', 'setcookie', 'number'],
  ...[
    'address',
    'addresses',
    'city',
    'dateofbirth',
    'email',
    'firstname',
    'fullname',
    'lastname',
    'phone',
    'pincode',
    'postalcode',
    'recipient',
    'zip',
  ],
  ...['line1', 'line2', 'accesskey', 'privatekey', 'keyvalue'],
]);
/** So are `newPassword`, `passwordHash`, `refreshToken`, `clientSecret`, `secretKey`, `shippingAddress` and their like. */
const hiddenPart = /password|secret|token$|address$|addresses$|cookie$|email$/;

const deepest = 8;
const mostItems = 100;

/** A copy of what is to be logged, without secrets and personal data; an Error becomes what the log shows of it. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null) return typeof value === 'bigint' ? String(value) : value;
  if (depth > deepest) return '[deep]';
  if (value instanceof Error) return fieldsOf(pino.stdSerializers.err(value), depth);
  if (Buffer.isBuffer(value)) return `[${value.length} bytes]`;
  if (Array.isArray(value)) return value.slice(0, mostItems).map((item) => redact(item, depth + 1));
  if (value instanceof Map) return fieldsOf(Object.fromEntries(value) as object, depth);
  if (value instanceof Set) return redact([...value], depth);
  const { toJSON } = value as { toJSON?: () => unknown };
  if (typeof toJSON === 'function') return redact(toJSON.call(value), depth + 1);
  return fieldsOf(value, depth);
}

function fieldsOf(value: object, depth: number): Record<string, unknown> {
  const shown: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) shown[key] = isHidden(key) && item !== undefined ? hidden : redact(item, depth + 1);
  return shown;
}

/** Whether what a field of this name holds is never written down: in no log line, nor in the audit log. */
export function isHidden(key: string): boolean {
  const plain = key.toLowerCase().replace(/[-_]/g, '');
  return hiddenFields.has(plain) || hiddenPart.test(plain);
}

/** What gives itself away by its shape, in the middle of a message as well: it is put in place of each. */
const shapes: readonly (readonly [RegExp, string])[] = [
  [/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@"\\]+@/gi, `$1${hidden}@`],
  [/[\w.+-]+@(?:[\w-]+\.)+[a-z]{2,}/gi, '[email]'],
  [/\beyJ[\w-]{5,}\.[\w-]+\.[\w-]*/g, '[token]'],
  [/\b(Bearer|Basic) +[\w.~+/=-]{8,}/gi, `$1 ${hidden}`],
  [/\b(?:(?:sk|rk|rzp)_(?:live|test)|whsec)_\w+/g, hidden],
  [/\b\w+_secret_\w+/g, hidden],
];
/** Most lines have nothing of the kind, and are let through at the first look. */
const suspicious = /@|eyJ|earer|asic |_live_|_test_|whsec_|_secret_|\d(?:[ -]?\d){13}/;

/** A log line without e-mail addresses, tokens, keys, passwords in addresses of servers, and card numbers. JSON stays JSON. */
export function redactText(line: string): string {
  if (!suspicious.test(line)) return line;
  return withoutCardNumbers(shapes.reduce((text, [shape, instead]) => text.replace(shape, instead), line));
}
