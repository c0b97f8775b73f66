import { Controller, Get, Module, Patch } from '@nestjs/common';
import { startTestApp, type TestApp } from '../testing/test-app';
import { Public } from './access';
import { Operation } from './operation';
import { IfMatch, tagged } from './versioned';

class LampDto {
  readonly id!: string;
}

@Controller('lamps')
@Public()
class LampsController {
  @Get()
  @Operation({ summary: 'Lamp', answers: LampDto, tagged: true })
  getLamp(): LampDto {
    return tagged({ id: 'lamp' }, 7);
  }

  @Patch()
  @Operation({ summary: 'Change the lamp', answers: LampDto, tagged: true })
  changeLamp(@IfMatch() version?: number): LampDto {
    return tagged({ id: `lamp of ${version}` }, 8);
  }
}

@Module({ controllers: [LampsController] })
class LampsModule {}

const storefront = 'https://shop.example';
let shop: TestApp;
const start = (config: object): Promise<TestApp> => startTestApp({ imports: [LampsModule], config, delivery: { deliver: false } });
afterEach(() => shop.stop());

function ask(method: string, headers: Record<string, string>): Promise<Response> {
  return fetch(`${shop.url}/api/lamps`, { method, headers });
}

it.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])(
  'tells browsers that a page of a named origin may %s, with the headers it needs',
  async (method) => {
    shop = await start({ CORS_ORIGINS: [storefront] });
    const wanted = 'authorization,content-type,if-match,idempotency-key';
    const asked = { Origin: storefront, 'Access-Control-Request-Method': method, 'Access-Control-Request-Headers': wanted };
    const { status, headers } = await ask('OPTIONS', asked);
    expect([status, headers.get('access-control-allow-origin')]).toEqual([204, storefront]);
    expect(headers.get('access-control-allow-methods')?.split(/, ?/)).toContain(method);
    expect(headers.get('access-control-allow-headers')).toBe(wanted);
  },
);

it('lets the page read what answers say in headers', async () => {
  shop = await start({ CORS_ORIGINS: [storefront] });
  const { headers } = await ask('PATCH', { Origin: storefront, 'If-Match': '"7"' });
  const readable = headers.get('access-control-expose-headers')?.split(/, ?/);
  expect(readable).toEqual(expect.arrayContaining(['ETag', 'Location', 'Retry-After', 'RateLimit', 'X-Request-Id', 'Idempotent-Replayed']));
  expect(headers.get('etag')).toBe('"8"');
});

it.each([[[storefront]], [['*']]])('lets no cache give an answer for one origin to another: %j', async (CORS_ORIGINS) => {
  shop = await start({ CORS_ORIGINS });
  const { headers } = await ask('GET', { Origin: storefront });
  expect(headers.get('access-control-allow-origin')).toBe(storefront);
  expect(headers.get('vary')).toBe('Origin, Authorization');
});

it('says nothing of the kind to pages of other origins, nor where none is named', async () => {
  for (const CORS_ORIGINS of [[storefront], []]) {
    await shop?.stop();
    shop = await start({ CORS_ORIGINS });
    const { headers } = await ask('GET', { Origin: 'https://evil.example' });
    expect(headers.get('access-control-allow-origin')).toBeNull();
  }
});

it.each<[string, false | number | readonly string[], readonly number[]]>([
  ['nobody', false, [200, 429]],
  ['one proxy', 1, [200, 200, 429]],
  ['the proxies of a network', ['127.0.0.0/8', '::1'], [200, 200, 429]],
])('believes %s about where a request comes from, and never the client itself', async (_who, TRUST_PROXY, statuses) => {
  shop = await start({ TRUST_PROXY, RATE_LIMIT_PER_MINUTE: 1 });
  const came: number[] = [];
  for (const [invented, real] of [
    ['192.0.2.1', '203.0.113.1'],
    ['192.0.2.2', '203.0.113.2'],
    ['192.0.2.3', '203.0.113.2'],
  ])
    came.push((await ask('GET', { 'X-Forwarded-For': `${invented}, ${real}` })).status);
  expect(came.slice(0, statuses.length)).toEqual(statuses);
});

it('counts the addresses of one IPv6 network as one client', async () => {
  shop = await start({ TRUST_PROXY: 1, RATE_LIMIT_PER_MINUTE: 1 });
  const statuses: number[] = [];
  for (const from of ['2001:db8:1:2::1', '2001:db8:1:2:ffff::9', '2001:db8:1:3::1'])
    statuses.push((await ask('GET', { 'X-Forwarded-For': from })).status);
  expect(statuses).toEqual([200, 429, 200]);
});
