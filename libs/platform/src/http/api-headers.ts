import { isSuccess, type Described } from './api-document';
import { PreconditionFailed, PreconditionRequired, statusOf } from './problem';

interface RequestHeader {
  /** When it is not the entry's. */
  readonly name?: string;
  readonly description: string;
  readonly schema: object;
  readonly required?: boolean;
  /** Which operations take it. */
  readonly for: (described: Described) => boolean;
}

interface ResponseHeader {
  readonly description: string;
  readonly schema: object;
  /** Which answers carry it. */
  readonly on: (status: string, described: Described) => boolean;
}

const etag = { type: 'string', pattern: '^"[^"]*"$', maxLength: 200 };
const requestId = { type: 'string', pattern: '^[\\x21-\\x7e]{1,128}$', maxLength: 128 };

/** The headers of requests that mean something to the shop. One more is one line more here. */
const requestHeaders: Readonly<Record<string, RequestHeader>> = {
  'API-Version': {
    description: 'The version of the API that the caller speaks; the newest, when not given.',
    schema: { type: 'string', enum: ['1'] },
    for: () => true,
  },
  'X-Request-Id': {
    description: 'A name for the request, which the answer and the log repeat; one is made when none is given.',
    schema: requestId,
    for: () => true,
  },
  'Idempotency-Key': {
    description:
      'Makes repeating the request safe for 24 hours: the same key with the same body is answered as the first time. Any unique text, such as a UUID, new for each thing that is to be done.',
    schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[\\x21-\\x7e]+$' },
    for: ({ method }) => method === 'post',
  },
  'If-Match': {
    description: 'The `ETag` of what was read: nothing is changed when somebody else changed it in between (412). `*` stands for any.',
    schema: { type: 'string', maxLength: 200 },
    for: ({ refuses }) => refuses.includes(PreconditionFailed) && !refuses.includes(PreconditionRequired),
  },
  'If-Match-Required': {
    name: 'If-Match',
    required: true,
    description:
      'The `ETag` of what was read: nothing is changed when somebody else changed it in between (412). `*` stands for any; without the header nothing is changed at all (428).',
    schema: { type: 'string', maxLength: 200, example: '*' },
    for: ({ refuses }) => refuses.includes(PreconditionRequired),
  },
  Prefer: {
    description:
      '`handling=dry-run`: the answer that would come, with nothing kept. `return=minimal`: no body where `Location` or `ETag` says how to read it. ' +
      '`Preference-Applied` says what was heeded.',
    schema: { type: 'string', maxLength: 200 },
    for: ({ method }) => method !== 'get',
  },
  'If-None-Match': {
    description: 'The `ETag` of what the caller has: answered with 304 and no body while it is still so.',
    schema: { type: 'string', maxLength: 1000 },
    for: ({ method, facts }) => method === 'get' && facts.tagged === true,
  },
};

/** The headers of answers. */
const responseHeaders: Readonly<Record<string, ResponseHeader>> = {
  'API-Version': { description: 'The version that answers.', schema: { type: 'string', enum: ['1'] }, on: () => true },
  'X-Request-Id': { description: 'Names the request; the log has it, too.', schema: requestId, on: () => true },
  'RateLimit-Policy': {
    description: 'The limit that counts the request: its name, how many (`q`) in how many seconds (`w`).',
    schema: { type: 'string', maxLength: 100, example: '"general";q=600;w=60' },
    on: () => true,
  },
  RateLimit: {
    description: 'What is left of the limit (`r`), and in how many seconds it is full again (`t`).',
    schema: { type: 'string', maxLength: 100, example: '"general";r=599;t=42' },
    on: () => true,
  },
  ETag: {
    description: 'The version of what is shown, for `If-Match` and `If-None-Match`.',
    schema: { ...etag, example: '"7"' },
    on: (status, { facts }) => isSuccess(status) && facts.tagged === true,
  },
  Location: {
    description: 'Where to find what was made.',
    schema: { type: 'string', format: 'uri-reference', maxLength: 500 },
    on: (status, { facts }) => isSuccess(status) && facts.location !== undefined,
  },
  'Idempotent-Replayed': {
    description: '`true`: this is the answer that the first request with the Idempotency-Key got.',
    schema: { type: 'string', enum: ['true'] },
    on: (status, { method, refuses }) =>
      method === 'post' && (isSuccess(status) || refuses.some(({ kind }) => String(statusOf[kind]) === status)),
  },
  'Retry-After': {
    description: 'In how many seconds to try again.',
    schema: { type: 'integer', minimum: 0, example: 12 },
    on: (status, { method }) => status === '429' || status === '503' || (status === '409' && method === 'post'),
  },
  'Preference-Applied': {
    description: 'What was heeded of `Prefer`.',
    schema: { type: 'string', maxLength: 100, example: 'handling=dry-run' },
    on: (status, { method }) => method !== 'get' && isSuccess(status),
  },
  Deprecation: {
    description: 'Since when clients should use something else: `@` and a Unix time (RFC 9745).',
    schema: { type: 'string', maxLength: 20, example: '@1769817600' },
    on: (status, { operation }) => operation.deprecated === true && isSuccess(status),
  },
  Sunset: {
    description: 'From when on the operation may be gone (RFC 8594).',
    schema: { type: 'string', maxLength: 40, example: 'Sun, 31 Jan 2027 00:00:00 GMT' },
    on: (status, { operation }) => operation.deprecated === true && isSuccess(status),
  },
  Link: {
    description: 'What to use instead, as `rel="successor-version"`.',
    schema: { type: 'string', maxLength: 300, example: '</api/products>; rel="successor-version"' },
    on: (status, { operation }) => operation.deprecated === true && isSuccess(status),
  },
  'WWW-Authenticate': {
    description: 'How to authenticate: with a bearer token.',
    schema: { type: 'string', maxLength: 200, example: 'Bearer realm="cartwright"' },
    on: (status) => status === '401',
  },
};

/** The headers that browsers let pages of other origins read, as all of them mean something to clients. */
export const namesOfResponseHeaders = Object.keys(responseHeaders);

/** Says which headers an operation takes. */
export function addRequestHeaders(described: Described): void {
  const taken = Object.entries(requestHeaders).filter(([, header]) => header.for(described));
  const references = taken.map(([name]) => ({ $ref: `#/components/parameters/${name}` }));
  described.operation.parameters = [...(described.operation.parameters ?? []), ...references];
}

/** Says which headers come with each of an operation's answers. */
export function addResponseHeaders(described: Described): void {
  for (const [status, response] of Object.entries(described.operation.responses)) {
    if (!response.$ref) response.headers = headersOf(status, described);
  }
}

export function headersOf(status: string, described: Described): Record<string, unknown> {
  const carried = Object.entries(responseHeaders).filter(([, header]) => header.on(status, described));
  return Object.fromEntries(carried.map(([name]) => [name, { $ref: `#/components/headers/${name}` }]));
}

/** The headers themselves, for the document's components: those that a text of the document refers to. */
export function headerComponents(said: string): { parameters: Record<string, unknown>; headers: Record<string, unknown> } {
  const used = Object.entries(responseHeaders).filter(([name]) => said.includes(`"#/components/headers/${name}"`));
  return {
    parameters: mapEntries(requestHeaders, ({ name, description, schema, required = false }, key) => ({
      name: name ?? key,
      in: 'header',
      required,
      description,
      schema,
    })),
    headers: mapEntries(Object.fromEntries(used), ({ description, schema }) => ({ description, schema })),
  };
}

function mapEntries<T, U>(entries: Readonly<Record<string, T>>, change: (value: T, name: string) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(entries).map(([name, value]) => [name, change(value, name)]));
}
