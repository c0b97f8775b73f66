import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigurationRefused, loadConfig, variables } from './config';
import type { Variable } from './variables';

const production = {
  NODE_ENV: 'production',
  MONGODB_URI: 'mongodb://db/cartwright?replicaSet=rs0',
  STRIPE_SECRET_KEY: 'sk_live_x',
  STRIPE_WEBHOOK_SECRET: 'whsec_x',
  JWT_SECRET: '9f2k-Qm41-zzPw-77ab-Lr0c-83hX-tv5n',
};

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigurationRefused) return error.problems;
    throw error;
  }
  return [];
}

test('an empty environment is a complete configuration', () => {
  expect(loadConfig({})).toMatchObject({
    PORT: 3000,
    DATA_DIR: './.data',
    NODE_ENV: 'development',
    DEMO_DATA: true,
    PAYMENT_SANDBOX_PORT: 12111,
  });
});

test('production limits callers and loads no demonstration data, unless it is told otherwise', () => {
  const unset = { RATE_LIMIT_PER_MINUTE: 6_000, AUTH_RATE_LIMIT_PER_MINUTE: 30, DEMO_DATA: false };
  expect(loadConfig(production)).toMatchObject(unset);
  expect(loadConfig({ ...production, RATE_LIMIT_PER_MINUTE: '', AUTH_RATE_LIMIT_PER_MINUTE: '', DEMO_DATA: '' })).toMatchObject(unset);
  const told = { RATE_LIMIT_PER_MINUTE: 600_000, AUTH_RATE_LIMIT_PER_MINUTE: 600, DEMO_DATA: true };
  const texts = Object.entries(told).map(([name, value]) => [name, String(value)]);
  expect(loadConfig({ ...production, ...Object.fromEntries(texts) })).toMatchObject(told);
  expect(loadConfig({})).toMatchObject(told);
});

test('every problem is told at once, a line each, naming the variable', () => {
  const problems = problemsOf({
    PORT: '99999',
    DEMO_DATA: 'yes',
    MONGODB_URI: 'localhost',
    CURRENCY: 'XX',
    ADMIN_EMAIL: 'a@b.example',
    JWT_SECRET: 'short',
  });
  expect(problems.map((line) => line.split(' ')[0])).toEqual(['PORT', 'MONGODB_URI', 'JWT_SECRET', 'DEMO_DATA', 'CURRENCY', 'ADMIN_EMAIL']);
});

test('production starts with its secrets and names each one that is missing', () => {
  expect(problemsOf(production)).toEqual([]);
  expect(problemsOf({ NODE_ENV: 'production' }).map((line) => line.split(' ')[0])).toEqual([
    'MONGODB_URI',
    'STRIPE_SECRET_KEY',
    'STRIPE_WEBHOOK_SECRET',
    'JWT_SECRET',
  ]);
});

test.each([
  ['payments', ['MONGODB_URI', 'JWT_SECRET']],
  ['database', ['STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRET', 'JWT_SECRET']],
  ['database, payments', ['JWT_SECRET']],
])('production runs an embedded part only when it is asked for by name: %s', (parts, missing) => {
  const problems = problemsOf({ NODE_ENV: 'production', EMBEDDED_PARTS: parts });
  expect(problems.map((line) => line.split(' ')[0])).toEqual(missing);
});

test('an embedded part that there is not is refused', () => {
  expect(problemsOf({ EMBEDDED_PARTS: 'payments,mail' })).toEqual(['EMBEDDED_PARTS knows database and payments, not mail.']);
});

/** In production, while it is developed, and where production asks for a stand-in. */
const shops: readonly Record<string, string>[] = [{}, { NODE_ENV: 'development' }, { EMBEDDED_PARTS: 'payments' }];

test.each([
  ['sk_live_x', 'http://127.0.0.1:12111'],
  ['rk_live_x', 'https://api.stripe.com.evil.example'],
  ['sk_live_x', 'http://api.stripe.com'],
  ['sk_live_x', 'https://user@evil.example'],
])('the live key %s does not go to %s', (key, url) => {
  const live = { ...production, STRIPE_SECRET_KEY: key, STRIPE_API_URL: url };
  const refused = [expect.stringMatching(/^STRIPE_API_URL must be/)];
  for (const where of shops) expect([where, problemsOf({ ...live, ...where })]).toEqual([where, refused]);
});

test('a live key goes to Stripe, a test key anywhere but in production, and an address without a key nowhere', () => {
  expect(problemsOf({ ...production, STRIPE_API_URL: 'https://api.stripe.com' })).toEqual([]);
  const sandbox = { STRIPE_API_URL: 'http://127.0.0.1:12111' };
  expect(problemsOf({ ...sandbox, STRIPE_SECRET_KEY: 'sk_test_x', STRIPE_WEBHOOK_SECRET: 'whsec_x' })).toEqual([]);
  expect(problemsOf(sandbox)).toEqual(['STRIPE_API_URL needs STRIPE_SECRET_KEY: set both or neither.']);
});

test('production takes no test key and no stand-in for a provider, unless it asks for one by name: it would sell goods for no money', () => {
  const test = { ...production, STRIPE_SECRET_KEY: 'sk_test_x' };
  expect(problemsOf(test)).toEqual([expect.stringMatching(/^STRIPE_SECRET_KEY is a test key/)]);
  expect(problemsOf({ ...production, STRIPE_SECRET_KEY: 'anything', STRIPE_API_URL: 'http://127.0.0.1:12111' })).toEqual([
    expect.stringMatching(/^STRIPE_API_URL must be https:\/\/api.stripe.com in production/),
  ]);
  expect(problemsOf({ ...test, STRIPE_API_URL: 'http://127.0.0.1:12111', EMBEDDED_PARTS: 'payments' })).toEqual([]);
});

const razorpay = { RAZORPAY_KEY_ID: 'rzp_live_x', RAZORPAY_KEY_SECRET: 'secret', RAZORPAY_WEBHOOK_SECRET: 'whsec' };

test('Razorpay is as good as Stripe in production, with the whole of its key', () => {
  const { STRIPE_SECRET_KEY: _key, STRIPE_WEBHOOK_SECRET: _secret, ...rest } = production;
  expect(problemsOf({ ...rest, ...razorpay })).toEqual([]);
  expect(problemsOf({ ...production, ...razorpay })).toEqual([]);
  expect(problemsOf({ ...production, RAZORPAY_KEY_ID: 'rzp_live_x' })).toEqual([
    'RAZORPAY_KEY_ID, RAZORPAY_KEY_SECRET and RAZORPAY_WEBHOOK_SECRET go together: set all or none.',
  ]);
});

test.each([
  'http://127.0.0.1:12111/razorpay',
  'https://api.razorpay.com.evil.example',
  'http://api.razorpay.com',
  'https://api.stripe.com',
])('a live key of Razorpay does not go to %s, a test key does where production asks for a stand-in, and no key goes nowhere', (url) => {
  for (const where of shops)
    expect(problemsOf({ ...production, ...razorpay, RAZORPAY_API_URL: url, ...where })).toEqual([
      expect.stringMatching(/^RAZORPAY_API_URL must be/),
    ]);
  const tried = { ...production, ...razorpay, RAZORPAY_KEY_ID: 'rzp_test_x', RAZORPAY_API_URL: url };
  expect(problemsOf({ ...tried, EMBEDDED_PARTS: 'payments' })).toEqual([]);
  expect(problemsOf({ ...tried, NODE_ENV: 'development' })).toEqual([]);
  expect(problemsOf(tried)).toEqual([
    expect.stringMatching(/^RAZORPAY_API_URL must be https:\/\/api.razorpay.com in production/),
    expect.stringMatching(/^RAZORPAY_KEY_ID is a test key/),
  ]);
  expect(problemsOf({ RAZORPAY_API_URL: url })).toEqual(['RAZORPAY_API_URL needs RAZORPAY_KEY_ID: set both or neither.']);
});

test('a live key of Razorpay goes to Razorpay', () => {
  expect(problemsOf({ ...production, ...razorpay, RAZORPAY_API_URL: 'https://api.razorpay.com' })).toEqual([]);
});

test.each([
  ['JWT_SECRET', 'x'.repeat(40), 'repeats'],
  ['JWT_SECRET', 'abcabcabcabcabcabcabcabcabcabcabcabc', 'repeats'],
  ['JWT_SECRET', 'please-change-me-0123456789-abcdef', 'others know'],
  ['JWT_SECRET', String(variables.JWT_SECRET.example), '.env.example'],
  ['ADMIN_PASSWORD', String(variables.ADMIN_PASSWORD.example), '.env.example'],
  ['ADMIN_PASSWORD', 'Admin12345!', 'first that are tried'],
  ['ADMIN_PASSWORD', 'password2026', 'first that are tried'],
  ['ADMIN_PASSWORD', '1212121212', 'repeats'],
  ['STRIPE_WEBHOOK_SECRET', String(variables.STRIPE_WEBHOOK_SECRET.example), '.env.example'],
])('production refuses the weak %s "%s", development does not', (name, value, why) => {
  const env = { ...production, ...(name === 'ADMIN_PASSWORD' ? { ADMIN_EMAIL: 'a@b.example' } : {}), [name]: value };
  expect(problemsOf(env)).toEqual([expect.stringContaining(`${name} `)]);
  expect(problemsOf(env)[0]).toContain(why);
  expect(problemsOf({ ...env, NODE_ENV: 'development' })).toEqual([]);
});

test('production takes secrets made by chance, and a long password', () => {
  const made = Array.from({ length: 200 }, () => randomBytes(24).toString('hex'));
  expect(made.flatMap((JWT_SECRET) => problemsOf({ ...production, JWT_SECRET }))).toEqual([]);
  expect(problemsOf({ ...production, ADMIN_EMAIL: 'a@b.example', ADMIN_PASSWORD: 'correct horse battery' })).toEqual([]);
});

test('docs/operations.md tells of every variable what it means and what it is when unset', () => {
  const documented = readFileSync(join(__dirname, '../../../../docs/operations.md'), 'utf8')
    .split('\n')
    .filter((line) => /^\| `[A-Z_]+` \|/.test(line));
  const expected = Object.entries<Variable<unknown>>(variables).map(([name, { fallback, production, help }]) => {
    const text = Array.isArray(fallback) ? fallback.join(',') : String(fallback ?? '');
    const unset = [text && `\`${text}\``, ...(production === undefined ? [] : [`in production \`${String(production)}\``])].join(', ');
    return `| \`${name}\` | ${unset} | ${help} |`.replace('|  |', '| |');
  });
  expect(documented).toEqual(expected);
});

test.each([
  [{ SMTP_URL: 'smtp://mail.example' }, ['SMTP_URL needs MAIL_FROM: no mail server takes mail from nobody.']],
  [{ SMTP_URL: 'smtp://:0', MAIL_FROM: 'orders@shop.example' }, [expect.stringMatching(/^SMTP_URL must be a URL/)]],
  [{ SMTP_URL: 'http://mail.example', MAIL_FROM: 'orders@shop.example' }, [expect.stringMatching(/^SMTP_URL must be a URL/)]],
  [{ MAIL_FROM: 'The Shop' }, [expect.stringMatching(/^MAIL_FROM must be an address/)]],
  [{ SMTP_URL: 'smtps://user:p%40ss@mail.example', MAIL_FROM: 'The Shop <orders@shop.example>' }, []],
])('the mail settings %j are told what is wrong with them', (env, problems) => {
  expect(problemsOf(env as Record<string, string>)).toEqual(problems);
});

test('a secret may stand in a file, and so may an address that holds one', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'config-')), 'jwt');
  writeFileSync(file, `${'s'.repeat(40)}\n`);
  expect(loadConfig({ JWT_SECRET_FILE: file }).JWT_SECRET).toBe('s'.repeat(40));
  expect(problemsOf({ JWT_SECRET_FILE: '/no/such/file' })[0]).toMatch(/^JWT_SECRET /);
  for (const [name, address] of Object.entries({
    MONGODB_URI: 'mongodb://shop:s@db/x',
    REDIS_URL: 'redis://:s@redis',
    SMTP_URL: 'smtp://u:s@mail.example',
  })) {
    writeFileSync(file, `${address}\n`);
    expect(loadConfig({ [`${name}_FILE`]: file, MAIL_FROM: 'a@shop.example' })).toMatchObject({ [name]: address });
  }
});

test('.env.example names every variable, nothing else, and is itself a valid configuration', () => {
  const lines = readFileSync(join(__dirname, '../../../../.env.example'), 'utf8').split('\n');
  const settings = lines
    .filter((line) => /^#?[A-Z_]+=/.test(line))
    .map((line) => line.replace(/^#/, '').split(/=(.*)/s).slice(0, 2) as [string, string]);
  expect(settings.map(([name]) => name)).toEqual(Object.keys(variables));
  expect(problemsOf(Object.fromEntries(settings))).toEqual([]);
});

test('the configuration cannot be changed afterwards', () => {
  expect(Object.isFrozen(loadConfig({}))).toBe(true);
});
