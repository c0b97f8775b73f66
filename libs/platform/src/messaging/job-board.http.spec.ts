import { newId } from '@cartwright/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller, Role } from '../http/access';
import { bearer } from '../testing/test-callers';
import { startTestApp, type TestApp } from '../testing/test-app';
import { TestRedis } from '../testing/test-redis';
import { JobTransport } from './jobs';
import { boardPath } from './job-board';
import { JobBoardController } from './job-board.controller';
import type { JobBoardSessions } from './job-board-sessions';

let redis: TestRedis;
let shop: TestApp;

beforeAll(async () => {
  redis = await TestRedis.start();
  shop = await startTestApp({ imports: [], config: { REDIS_URL: redis.url, REDIS_PREFIX: redis.prefix }, delivery: { deliver: false } });
}, 60_000);
afterAll(async () => {
  await shop.stop();
  await redis.stop();
});

/** What the board is made of: pages, scripts, and the requests that its scripts send, each of which must be closed to strangers. */
const reads = [
  '',
  '/',
  '/queue/events',
  '/queue/events/1',
  '/static/images/logo.svg',
  '/api/queues',
  '/api/redis/stats',
  '/api/queues/events/1',
];
const writes = [
  ['POST', '/api/queues/events/add'],
  ['PUT', '/api/queues/pause'],
  ['PUT', '/api/queues/events/obliterate'],
  ['PUT', '/api/queues/events/1/retry'],
  ['PATCH', '/api/queues/events/1/update-data'],
] as const;

const ask = (path: string, options: RequestInit = {}): Promise<Response> => fetch(shop.url + boardPath + path, options);
const as = (...roles: Role[]): Record<string, string> => ({ authorization: bearer({ kind: 'user', id: newId(), roles } satisfies Caller) });

async function open(headers: Record<string, string> = as('admin')): Promise<string> {
  const response = await ask('', { method: 'POST', headers });
  expect(response.status).toBe(204);
  return response.headers.get('set-cookie') ?? '';
}

async function cookie(): Promise<Record<string, string>> {
  return { cookie: `theme=dark; ${(await open()).split(';')[0]}` };
}

describe('the job board', () => {
  test.each([
    ['nobody', {}],
    ["a made-up session's cookie", { cookie: 'cartwright_board=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }],
    ['an empty cookie', { cookie: 'cartwright_board=' }],
    ['a user', as('user')],
    ['an admin without a session', as('admin')],
  ])('shows nothing of itself to %s', async (_, headers) => {
    const answers = [
      ...(await Promise.all(reads.map((path) => ask(path, { headers })))),
      ...(await Promise.all(writes.map(([method, path]) => ask(path, { method, headers })))),
    ];
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 401));
    for (const answer of answers) expect(await answer.json()).toMatchObject({ code: 'unauthenticated' });
  });

  test.each([
    ['nobody', 401, {}],
    ['a user', 403, as('user')],
    ['a vendor', 403, as('user', 'vendor')],
    ['a guest', 403, { authorization: bearer({ kind: 'guest', id: newId(), roles: ['guest'] }) }],
  ])('begins no session for %s', async (_, status, headers) => {
    const answer = await ask('', { method: 'POST', headers });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('set-cookie')).toBeNull();
  });

  test('is there for an admin who has begun a session, with all of its parts', async () => {
    const headers = await cookie();
    shop.app.get<JobTransport>(JobTransport).send({ kind: 'event', ids: ['aa'], at: new Date(Date.now() + 60_000) });
    const page = await ask('/', { headers });
    expect(page.status).toBe(200);
    const html = await page.text();
    expect(html).toContain(`<base href="${boardPath}/"`);
    const scripts = [...html.matchAll(/(?:src|href)="(static\/[^"]+)"/g)].map(([, path]) => `/${path}`);
    expect(scripts.length).toBeGreaterThan(3);
    for (const path of [...scripts, '/queue/events']) expect((await ask(path, { headers })).status).toBe(200);
    const answer = await ask('/api/queues?activeQueue=events&status=latest', { headers });
    const [events, timers] = [
      { name: 'events', readOnlyMode: true, counts: { delayed: 1 } },
      { name: 'timers', readOnlyMode: true },
    ];
    expect(await answer.json()).toMatchObject({ queues: [events, timers] });
  });

  test('changes nothing, whoever asks', async () => {
    const headers = await cookie();
    for (const [method, path] of writes) {
      const body = { name: 'x', data: {}, options: {} };
      const answer = await ask(path, { method, headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) });
      expect([path, answer.status]).toEqual([path, 405]);
    }
  });

  test('gives its cookie to nothing but itself: not to scripts, not to other sites, not to the API', async () => {
    const rules = (await open()).split('; ').slice(1);
    expect(rules).toEqual([`Path=${boardPath}`, 'Max-Age=900', 'HttpOnly', 'SameSite=Strict']);
    const elsewhere = await fetch(`${shop.url}/api/admin/jobs/failed`, { headers: await cookie() });
    expect(elsewhere.status).toBe(401);
  });

  test.each([
    ['http', undefined, false],
    ['https', undefined, true],
    ['http', 'https://shop.example', true], // behind a proxy that does not say so
  ])('sends its cookie by TLS alone where there is TLS: %s, PUBLIC_URL %s', async (protocol, PUBLIC_URL, secure) => {
    const sessions = { begin: () => Promise.resolve('token') } as JobBoardSessions;
    const header = jest.fn();
    const controller = new JobBoardController(sessions, { ...shop.config, PUBLIC_URL });
    await controller.openJobBoard({ protocol } as FastifyRequest, { header } as unknown as FastifyReply);
    expect(header).toHaveBeenCalledWith('Set-Cookie', secure ? expect.stringMatching(/; Secure$/) : expect.not.stringContaining('Secure'));
  });

  test('runs no scripts but its own, and stands in no frame', async () => {
    const policy = (await ask('/', { headers: await cookie() })).headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'; script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
  });

  test('asks a browser to sign in, by a page that runs one script', async () => {
    const page = await ask('/queue/events', { headers: { accept: 'text/html,*/*;q=0.8' } });
    expect(page.status).toBe(401);
    expect(await page.text()).toContain('<form');
    expect(page.headers.get('content-security-policy')).toMatch(/script-src 'sha256-[^']+';/);
  });

  test('says that Redis is away, instead of waiting for it, and is back with it', async () => {
    const headers = await cookie();
    redis.cut();
    while (redis.connections > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const [board, session] = [await ask('/', { headers }), await ask('', { method: 'POST', headers: as('admin') })];
    redis.mend();
    expect([board.status, session.status]).toEqual([503, 503]);
    while ((await ask('/', { headers })).status !== 200) await new Promise((resolve) => setTimeout(resolve, 20));
  });
});
