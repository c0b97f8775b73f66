import { connect } from 'node:net';
import { Body, Controller, Delete, Get, Module, Param, Post, Query } from '@nestjs/common';
import { startTestApp, type TestApp } from '../testing/test-app';
import { Public } from './access';
import { Amount, Flag, ListOf, Text, TextMap, Texts, Whole } from './fields';

class PartDto {
  @Text()
  name!: string;
}

class ThingDto {
  @Text({ optional: true })
  name?: string;
  @Whole({ optional: true })
  count?: number;
  @Amount({ optional: true })
  price?: number;
  @TextMap({ optional: true })
  options?: Record<string, string>;
  @ListOf(() => PartDto, { optional: true })
  parts?: PartDto[];
}

class ThingQuery {
  @Text({ optional: true })
  q?: string;
  @Whole({ optional: true })
  limit?: number;
  @Flag({ optional: true })
  flag?: boolean;
  @Texts({ optional: true })
  tags?: string[];
  @TextMap({ optional: true })
  options?: Record<string, string>;
}

@Public()
@Controller('things')
class ThingsController {
  @Post()
  make(@Body() thing: ThingDto): object {
    return { thing };
  }

  @Post('bodyless')
  ring(): object {
    return { rung: true };
  }

  @Delete('bodyless')
  unring(): object {
    return { rung: false };
  }

  @Get()
  list(@Query() query: ThingQuery): object {
    return { query };
  }

  @Get(':id')
  get(@Param('id') id: string): object {
    return { id };
  }
}

@Module({ controllers: [ThingsController] })
class ThingsModule {}

let shop: TestApp;
beforeAll(async () => {
  shop = await startTestApp({ imports: [ThingsModule], delivery: { deliver: false }, config: { RATE_LIMIT_PER_MINUTE: 0 } });
});
afterAll(() => shop.stop());

interface Answer {
  readonly status: number;
  readonly code?: string;
  readonly errors?: readonly { readonly path: string; readonly code: string }[];
  readonly body: Record<string, unknown>;
}

async function send(path: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(`${shop.url}/api/things${path}`, init);
  const body = (await response.json()) as Record<string, unknown> & Pick<Answer, 'code' | 'errors'>;
  if (response.status >= 400) {
    expect(response.headers.get('content-type')).toMatch('application/problem+json');
    expect([response.headers.get('api-version'), response.headers.get('x-request-id')]).toEqual(['1', body['requestId']]);
    expect(body).toMatchObject({ status: response.status, type: `urn:cartwright:problem:${body.code}` });
  }
  return { status: response.status, code: body.code, errors: body.errors, body };
}

function post(body: string | Buffer, type = 'application/json', path = ''): Promise<Answer> {
  return send(path, { method: 'POST', headers: { 'content-type': type }, body: body as RequestInit['body'] });
}

const nested = (depth: number): string => `${'{"name":['.repeat(depth / 2)}1${']}'.repeat(depth / 2)}`;

test.each<[string, string | Buffer, number, string]>([
  ['cut off', '{"name":', 400, 'malformed_request'],
  ['JavaScript, not JSON', '{"count":NaN}', 400, 'malformed_request'],
  ['two values', '{}{}', 400, 'malformed_request'],
  ['a string that never ends', '{"name":"a', 400, 'malformed_request'],
  ['two fields of one name', '{"name":"a","count":1,"name":"b"}', 400, 'duplicate_name'],
  ['two fields of one name, spelled differently', String.raw`{"name":"a","n\u0061me":"b"}`, 400, 'duplicate_name'],
  ['two fields of one name further in', '{"parts":[{"name":"a"},{"name":"b","name":"c"}]}', 400, 'duplicate_name'],
  ['__proto__', '{"__proto__":{"isAdmin":true}}', 400, 'forbidden_name'],
  ['__proto__, escaped', String.raw`{"__pr\u006fto__":{"isAdmin":true}}`, 400, 'forbidden_name'],
  ['constructor.prototype', '{"constructor":{"prototype":{"isAdmin":true}}}', 400, 'forbidden_name'],
  ['__proto__ in a map', '{"options":{"__proto__":"x"}}', 400, 'forbidden_name'],
  ['34 levels', nested(34), 400, 'body_too_deep'],
  ['a million brackets', '['.repeat(1_000_000), 400, 'body_too_deep'],
  ['half a character of UTF-8', Buffer.from([...Buffer.from('{"name":"'), 0xc3, ...Buffer.from('"}')]), 400, 'malformed_encoding'],
  ['Latin-1', Buffer.from('{"name":"Zoë"}', 'latin1'), 400, 'malformed_encoding'],
  ['UTF-16', Buffer.from('{"name":"a"}', 'utf16le').subarray(0, -1), 400, 'malformed_request'],
  ['over 1 MiB', JSON.stringify({ name: 'a'.repeat(1024 * 1024) }), 413, 'body_too_large'],
])('a body that is %s is refused as what it is', async (_, body, status, code) => {
  expect(await post(body)).toMatchObject({ status, code });
});

test.each<[string, string, string]>([
  ['a number over the safe integers', '{"count":9007199254740993}', 'max'],
  ['a number beyond all', '{"count":1e400}', 'is_int'],
  ['a number below all', '{"count":-1e400}', 'is_int'],
  ['a fraction', '{"count":1.5}', 'is_int'],
  ['a number in quotes', '{"count":"5"}', 'is_int'],
  ['an amount that no cart could add up', '{"price":1000000001}', 'max'],
  ['a number below the least', '{"count":-1}', 'min'],
  ['nothing', '{"count":null}', 'is_int'],
  ['an operator', '{"count":{"$gt":0}}', 'is_int'],
])('%s in place of a count or a price is named', async (_, body, code) => {
  const { status, errors = [] } = await post(body);
  expect([status, errors.map((error) => error.code)]).toEqual([400, [code]]);
});

test.each(['[]', '"text"', '5', 'null', 'true'])('a body that is no object is refused: %s', async (body) => {
  expect(await post(body)).toMatchObject({ status: 400, code: 'invalid_input', errors: [{ path: '', code: 'is_object' }] });
});

test.each([
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'text/xml',
  'application/json; charset=iso-8859-1',
  'json',
])('a body of the type %s is 415', async (type) => {
  expect(await post('{"name":"a"}', type)).toMatchObject({ status: 415, code: 'unsupported_media_type' });
});

test('what looks like any of these and is none is taken: same names in different objects, colons, brackets and quotes in texts, 32 levels', async () => {
  const thing = {
    name: String.raw`{"name":"a\\","name":[[[[` + '"'.repeat(100),
    parts: [{ name: 'a' }, { name: '\\' }],
    options: { a: ':', b: '{}' },
  };
  expect(await post(JSON.stringify(thing), 'application/json; charset=UTF-8')).toMatchObject({ status: 201, body: { thing } });
  expect(await post(nested(32))).toMatchObject({ status: 400, code: 'invalid_input' });
  expect(await post('{}', 'application/json;charset="utf-8"')).toMatchObject({ status: 201 });
});

test('eight times the names, or the brackets, do not cost the square of it', async () => {
  const names = (many: number): string => `{${Array.from({ length: many }, (_, n) => `"f${n}":"\\\\\\""`).join(',')},"f0":1}`;
  const fastest = async (body: string): Promise<number> => {
    let best = Infinity;
    for (let i = 0; i < 5; i += 1) {
      const startedAt = performance.now();
      await post(body);
      best = Math.min(best, performance.now() - startedAt);
    }
    return best;
  };
  expect(await fastest(names(64_000))).toBeLessThan(32 * (await fastest(names(8_000))));
  expect(await fastest('['.repeat(1_000_000))).toBeLessThan(32 * (await fastest('['.repeat(125_000))));
});

test('a route without a body refuses fields, and takes an empty body or none', async () => {
  expect(await post('{"role":"admin"}', undefined, '/bodyless')).toMatchObject({
    status: 400,
    errors: [{ path: 'role', code: 'unknown_field' }],
  });
  expect((await post('{}', undefined, '/bodyless')).status).toBe(201);
  expect((await post('', undefined, '/bodyless')).status).toBe(201);
  expect((await send('/bodyless', { method: 'POST' })).status).toBe(201);
  const body = { method: 'DELETE', headers: { 'content-type': 'application/json' }, body: '{"all":true}' };
  expect((await send('/bodyless', body)).status).toBe(400);
});

test.each([
  ['read', '/some-id?expand=all', undefined],
  ['written to', '/bodyless?force=true', { method: 'POST' }],
])('a route without a query refuses fields in it, when it is %s', async (_, path, init) => {
  const [name] = path.split('?')[1]!.split('=');
  expect(await send(path, init)).toMatchObject({ status: 400, errors: [{ path: name, code: 'unknown_field' }] });
});

test.each<[string, string, number, string]>([
  ['a % and no digits in the path', '/%zz', 400, 'malformed_url'],
  ['half a character in the path', '/%c3', 400, 'malformed_url'],
  ['a % and no digits in the query', '?q=100%', 400, 'malformed_url'],
  ['half a character in the query', '?q=%c3%28', 400, 'malformed_url'],
  ['over 8,192 characters', `?q=${'a'.repeat(8_192)}`, 414, 'url_too_long'],
  ['an id of over 200 characters', `/${'a'.repeat(201)}`, 414, 'url_too_long'],
])('a URL with %s is refused as what it is', async (_, path, status, code) => {
  expect(await send(path)).toMatchObject({ status, code });
});

test.each<[string, string, string, string]>([
  ['a text twice', '?q=a&q=b', 'q', 'repeated'],
  ['a number twice', '?limit=1&limit=2', 'limit', 'repeated'],
  ['an operator in place of a text', '?q[$ne]=1', 'q', 'is_string'],
  ['an operator in place of a number', '?limit[$gt]=0', 'limit', 'is_int'],
  ['an unknown name', '?limti=1', 'limti', 'unknown_field'],
  ['__proto__', '?__proto__=1', '__proto__', 'unknown_field'],
  ['__proto__ twice', '?__proto__=1&__proto__=2', '__proto__', 'unknown_field'],
  ['__proto__ in a map', '?options[__proto__]=1', 'options', 'unknown_field'],
  ['constructor', '?constructor=1', 'constructor', 'unknown_field'],
  ['a map in a map', '?options[a][b]=1', 'options[a][b]', 'unknown_field'],
  ['a flag that is none', '?flag=yes', 'flag', 'is_boolean'],
  ['a number that is none', '?limit=0x10', 'limit', 'is_int'],
  ['a number beyond all', '?limit=9999999999999999999999', 'limit', 'is_int'],
  ['a number that is not exact', '?limit=9007199254740993', 'limit', 'max'],
])('a query with %s is refused, naming it', async (_, query, path, code) => {
  const { status, errors = [] } = await send(query);
  expect([status, errors.map((error) => [error.path, error.code])]).toEqual([400, [[path, code]]]);
});

test('a list may be given by commas or by repeating', async () => {
  expect((await send('?tags=a,b')).body).toEqual({ query: { tags: ['a', 'b'] } });
  expect((await send('?tags=a&tags=b')).body).toEqual({ query: { tags: ['a', 'b'] } });
});

test.each<[string, string, number, string]>([
  ['headers of over 16 KiB', `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'a'.repeat(20_000)}\r\n\r\n`, 431, 'headers_too_large'],
  ['something that is not HTTP', 'hello\r\n\r\n', 400, 'malformed_request'],
])('%s are answered with a problem document, too', async (_, text, status, code) => {
  const { hostname, port } = new URL(shop.url);
  const answer = await new Promise<string>((resolve, reject) => {
    let heard = '';
    const socket = connect(Number(port), hostname, () => socket.write(text));
    socket
      .setEncoding('utf8')
      .on('data', (chunk) => (heard += String(chunk)))
      .on('end', () => resolve(heard))
      .on('error', reject);
  });
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} [^]*application/problem\\+json`));
  expect(JSON.parse(body)).toMatchObject({ status, code, requestId: expect.any(String) });
});
