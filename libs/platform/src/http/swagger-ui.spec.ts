import { createContext, runInContext } from 'node:vm';
import { swaggerUi } from './swagger-ui';

interface Stored {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly until: number;
}

const origin = 'http://shop.example';
/** An access token as the shop makes them, as far as a page can tell. */
const tokenOf = (sub: string, version: number): string =>
  `head.${Buffer.from(JSON.stringify({ sub, version })).toString('base64url')}.signature`;
const soon = (): number => Date.now() + 10_000;
const late = (): number => Date.now() + 600_000;

/** A page with what a browser has, in which the functions run as the text that is sent to it. */
function aPage(stored?: Stored) {
  const kept = new Map<string, string>(stored && [['cartwright', JSON.stringify(stored)]]);
  const [renewals, authorised]: [string[], string[]] = [[], []];
  let turn: Promise<unknown> = Promise.resolve();
  const context = createContext({
    ...{ URL, atob, location: { origin } },
    localStorage: {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
      removeItem: (key: string) => void kept.delete(key),
    },
    navigator: { locks: { request: (_name: string, work: () => Promise<unknown>) => (turn = turn.then(work)) } },
    ui: {
      authActions: {
        authorizeWithPersistOption: ({ bearer }: { bearer: { value: string } }) => authorised.push(bearer.value),
        logoutWithPersistOption: () => authorised.push('nobody'),
      },
      getConfigs: () => ({ responseInterceptor: heed }),
    },
    fetch: async (_url: string, { body }: { body: string }) => {
      renewals.push((JSON.parse(body) as Stored).refreshToken);
      const answer = { accessToken: tokenOf('ada', renewals.length + 1), refreshToken: `refresh-${renewals.length + 1}`, expiresIn: 900 };
      return { ok: true, json: async () => answer };
    },
  });
  const { requestInterceptor, responseInterceptor } = swaggerUi.swaggerOptions as Record<string, (...args: never[]) => unknown>;
  const heed = runInContext(`(${String(responseInterceptor)})`, context) as (answer: object) => void;
  const renew = runInContext(`(${String(requestInterceptor)})`, context) as (
    request: object,
  ) => Promise<{ headers: Record<string, string> }>;
  const send = async (token?: string): Promise<string | undefined> => {
    const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
    return (await renew({ url: `${origin}/api/cart`, headers })).headers['Authorization']?.replace('Bearer ', '');
  };
  return { heed, send, renewals, authorised, kept };
}

const adas = (until: number): Stored => ({ accessToken: tokenOf('ada', 1), refreshToken: 'refresh-1', until });

test('whoever logs in is authorised and kept, and is forgotten with the logout', () => {
  const { heed, authorised, kept } = aPage();
  const body = { accessToken: tokenOf('ada', 1), refreshToken: 'refresh-1', expiresIn: 900 };
  heed({ ok: false, url: `${origin}/api/auth/login`, body });
  heed({ ok: true, url: `${origin}/api/cart`, body });
  expect([authorised, kept.size]).toEqual([[], 0]);
  heed({ ok: true, url: `${origin}/api/auth/login`, body });
  expect([authorised, kept.size]).toEqual([[tokenOf('ada', 1)], 1]);
  heed({ ok: true, url: `${origin}/api/auth/logout` });
  expect([authorised, kept.size]).toEqual([[tokenOf('ada', 1), 'nobody'], 0]);
});

test('a token that lasts is sent as it is', async () => {
  const { send, renewals } = aPage(adas(late()));
  expect(await send(tokenOf('ada', 1))).toBe(tokenOf('ada', 1));
  expect(renewals).toEqual([]);
});

test('a token that is about to expire is renewed once, whoever asks meanwhile, and an older one of the same account is replaced', async () => {
  const { send, renewals, authorised } = aPage(adas(soon()));
  const sent = await Promise.all([send(tokenOf('ada', 1)), send(tokenOf('ada', 1)), send(tokenOf('ada', 0))]);
  expect(sent).toEqual([tokenOf('ada', 2), tokenOf('ada', 2), tokenOf('ada', 2)]);
  expect([renewals, authorised]).toEqual([['refresh-1'], [tokenOf('ada', 2)]]);
});

test.each([
  ['of somebody else', tokenOf('bob', 1)],
  ['that is none', 'a.b.c'],
  ['of one word', 'word'],
])('a token %s, which was typed in, is left alone', async (_whose, token) => {
  const { send, renewals } = aPage(adas(soon()));
  expect(await send(token)).toBe(token);
  expect(renewals).toEqual([]);
});

test('without a token nothing is renewed, and without a session a token is sent as it is', async () => {
  const { send, renewals } = aPage(adas(soon()));
  expect(await send()).toBeUndefined();
  expect(await aPage().send('word')).toBe('word');
  expect(renewals).toEqual([]);
});
