import { readFileSync } from 'node:fs';
import { isCurrency } from '@cartwright/kernel';
import { flag, list, oneOf, proxies, secret, text, url, whole, type Variable } from './variables';
import { weaknessOfKey, weaknessOfPassword } from './weak-secrets';

/** Every variable that the shop reads, in the order of `.env.example`. */
export const variables = {
  NODE_ENV: oneOf(['development', 'test', 'production'], {
    help: 'production refuses missing and weak secrets, and embedded parts that EMBEDDED_PARTS does not name',
    fallback: 'development',
  }),
  HOST: text({ help: 'address to listen on; 0.0.0.0 for all of them', fallback: '127.0.0.1' }),
  PORT: whole({ help: 'port to listen on; 0 for any free one', min: 0, max: 65535, fallback: 3000 }),
  PUBLIC_URL: url(['http', 'https'], {
    help: 'how buyers reach this server: the host that the Message-Id of mails names; with https, the cookie of the job board is sent by TLS alone',
    fallback: undefined,
    example: 'https://shop.example',
  }),
  STOREFRONT_URL: url(['http', 'https'], {
    help: 'where buyers shop; mails link to its pages /reset-password and /verify-email, each with ?token=, and name the token when it is unset',
    fallback: undefined,
    example: 'https://shop.example',
  }),
  DATA_DIR: text({ help: 'where the embedded parts keep their data', fallback: './.data' }),
  MONGODB_URI: url(['mongodb', 'mongodb+srv'], {
    help: 'a MongoDB replica set; unset, the embedded database runs',
    fallback: undefined,
    example: 'mongodb://shop:password@localhost:27017/cartwright?replicaSet=rs0&authSource=admin',
    secret: true,
  }),
  REDIS_URL: url(['redis', 'rediss'], {
    help: 'a Redis for jobs and for what several processes share; unset, both stay in the memory of one process',
    fallback: undefined,
    example: 'redis://:password@localhost:6379',
    secret: true,
  }),
  REDIS_PREFIX: text({ help: 'what the keys in Redis begin with, so that several shops can share one', fallback: 'cartwright' }),
  STRIPE_SECRET_KEY: secret({
    help: 'secret key of the Stripe account; without it and RAZORPAY_KEY_ID, the payment sandbox runs',
    example: 'sk_test_...',
  }),
  STRIPE_WEBHOOK_SECRET: secret({ help: 'signing secret of the Stripe webhook endpoint', example: 'whsec_...' }),
  PAYMENT_CAPTURE: oneOf(['automatic', 'manual'], {
    help: 'when money is taken: with the order, or (manual) held first and taken when the first parcel leaves',
    fallback: 'automatic',
  }),
  STRIPE_API_URL: url(['http', 'https'], {
    help: "another server that speaks Stripe's API, such as a sandbox elsewhere; refused with a live key, and in production unless EMBEDDED_PARTS names payments",
    fallback: undefined,
    example: 'http://127.0.0.1:12111',
  }),
  RAZORPAY_KEY_ID: text({
    help: "id of the Razorpay account's key, which buyers' browsers are told; without it, Razorpay is offered by the sandbox only",
    fallback: undefined,
    example: 'rzp_test_...',
  }),
  RAZORPAY_KEY_SECRET: secret({ help: "secret of the Razorpay account's key", example: 'the-secret-of-the-key' }),
  RAZORPAY_WEBHOOK_SECRET: secret({ help: 'secret of the Razorpay webhook, as chosen there', example: 'the-secret-of-the-webhook' }),
  RAZORPAY_API_URL: url(['http', 'https'], {
    help: "another server that speaks Razorpay's API, such as a sandbox elsewhere; refused with a live key, and in production unless EMBEDDED_PARTS names payments",
    fallback: undefined,
    example: 'http://127.0.0.1:12111/razorpay',
  }),
  EMBEDDED_PARTS: list({
    help: 'embedded parts that may run in production, by name: database, payments',
    fallback: [],
    example: 'database,payments',
  }),
  PAYMENT_SANDBOX_PORT: whole({ help: 'port of the payment sandbox; 0 for any free one', min: 0, max: 65535, fallback: 12111 }),
  JWT_SECRET: secret({
    help: 'signs access tokens; unset, one is made and kept in DATA_DIR (never in production)',
    minLength: 32,
    example: 'at-least-32-random-characters-here',
  }),
  ACCESS_TOKEN_MINUTES: whole({ help: 'life of an access token', min: 1, max: 1440, fallback: 15 }),
  REFRESH_TOKEN_DAYS: whole({ help: 'life of a refresh token', min: 1, max: 365, fallback: 30 }),
  SMTP_URL: url(['smtp', 'smtps'], {
    help: 'the mail server; unset, mails are written to DATA_DIR/outbox',
    fallback: undefined,
    example: 'smtp://user:password@mail.example:587',
    secret: true,
  }),
  MAIL_FROM: text({ help: 'whom mails come from', fallback: undefined, example: 'The Shop <orders@shop.example>' }),
  ADMIN_EMAIL: text({
    help: 'with ADMIN_PASSWORD: the first admin, made when there is none',
    fallback: undefined,
    example: 'admin@shop.example',
  }),
  ADMIN_PASSWORD: secret({ help: 'password of the first admin', minLength: 10, example: 'a-long-password' }),
  CURRENCY: text({ help: 'currency of an empty cart, ISO 4217', fallback: 'USD' }),
  CART_DAYS: whole({ help: 'days after which an untouched cart is forgotten', min: 1, max: 365, fallback: 30 }),
  RESERVATION_MINUTES: whole({ help: 'how long an unpaid order holds its stock', min: 1, max: 1440, fallback: 30 }),
  RETURN_DAYS: whole({ help: 'days after delivery in which an order can be returned', min: 0, max: 3650, fallback: 30 }),
  AUDIT_DAYS: whole({
    help: 'days that entries of the audit log are kept, from when they are written; 0 keeps them for ever',
    min: 0,
    max: 36_500,
    fallback: 0,
  }),
  DEMO_DATA: flag({ help: 'load the demonstration catalogue into an empty database', fallback: true, production: false }),
  CORS_ORIGINS: list({
    help: 'origins of browsers that may call the API, comma separated; * for any',
    fallback: [],
    example: 'https://shop.example',
  }),
  TRUST_PROXY: proxies({
    help: 'how many proxies (true: one), or which (addresses or CIDRs, comma separated), are believed about the client address in X-Forwarded-For',
    fallback: false,
    example: 'true',
  }),
  RATE_LIMIT_PER_MINUTE: whole({
    help: 'requests a minute and client; 0 switches it off',
    min: 0,
    max: 100_000_000,
    fallback: 600_000,
    production: 6_000,
  }),
  AUTH_RATE_LIMIT_PER_MINUTE: whole({
    help: 'logins, registrations and forgotten passwords a minute and client, and as many new guests; 0 switches it off',
    min: 0,
    max: 1_000_000,
    fallback: 600,
    production: 30,
  }),
  OVERLOAD_REQUESTS: whole({
    help: 'requests under way in one process beyond which new ones are refused (503); 0 switches it off',
    min: 0,
    max: 1_000_000,
    fallback: 2000,
  }),
  OVERLOAD_DELAY_MS: whole({
    help: 'mean delay of the event loop, two seconds running, in milliseconds, beyond which new requests are refused (503); 0 switches it off',
    min: 0,
    max: 60_000,
    fallback: 1000,
  }),
  DATABASE_METRICS: flag({
    help: 'measure each database command; costs the driver about a twentieth more CPU, a sixth for lists',
    fallback: true,
  }),
  METRICS_TOKEN: secret({
    help: 'bearer token for /metrics; unset, only who asks from the same machine reads them',
    minLength: 16,
    example: 'at-least-16-random-characters',
  }),
  METRICS_PORT: whole({
    help: 'port on which a worker answers /health and /metrics, at HOST; 0 for any free one',
    min: 0,
    max: 65535,
    fallback: 0,
  }),
  LOG_LEVEL: oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], { help: 'how much is logged', fallback: 'info' }),
} satisfies Record<string, Variable<unknown>>;

type Variables = typeof variables;
type Settings = { readonly [Name in keyof Variables]: ReturnType<Variables[Name]['parse']> | Variables[Name]['fallback'] };

/** The checked, frozen configuration; also its own injection token. `process.env` is read nowhere else. */
/* eslint-disable @typescript-eslint/no-unsafe-declaration-merging, @typescript-eslint/no-empty-object-type -- the fields are made from the table above */
export abstract class Config {}
export interface Config extends Settings {}
/* eslint-enable @typescript-eslint/no-unsafe-declaration-merging, @typescript-eslint/no-empty-object-type */

/** The start is refused; `problems` has one line for each thing to mend. */
export class ConfigurationRefused extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`The configuration is refused:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
  }
}

/** Reads and checks the environment. Throws {@link ConfigurationRefused} with every problem at once. */
export function loadConfig(env: Readonly<Record<string, string | undefined>> = process.env): Config {
  const problems: string[] = [];
  const entries = Object.entries<Variable<unknown>>(variables).map(([name, variable]) => [name, read(name, variable, env, problems)]);
  const config = Object.fromEntries(entries) as Config;
  problems.push(...contradictions(config));
  if (problems.length > 0) throw new ConfigurationRefused(problems);
  return Object.freeze(config);
}

function read(name: string, variable: Variable<unknown>, env: Readonly<Record<string, string | undefined>>, problems: string[]): unknown {
  try {
    const file = variable.secret ? env[`${name}_FILE`] : undefined;
    const raw = file ? readFileSync(file, 'utf8').trim() : env[name];
    return raw === undefined || raw === '' ? whenUnset(variable, env) : variable.parse(raw);
  } catch (error) {
    problems.push(`${name} ${(error as Error).message}.`);
    return variable.fallback;
  }
}

function whenUnset({ fallback, production = fallback }: Variable<unknown>, env: Readonly<Record<string, string | undefined>>): unknown {
  return env['NODE_ENV'] === 'production' ? production : fallback;
}

function contradictions(config: Config): string[] {
  const problems: string[] = [];
  if (!isCurrency(config.CURRENCY)) problems.push(`CURRENCY must be an ISO 4217 code such as EUR, not "${String(config.CURRENCY)}".`);
  if (Boolean(config.ADMIN_EMAIL) !== Boolean(config.ADMIN_PASSWORD)) {
    problems.push('ADMIN_EMAIL and ADMIN_PASSWORD go together: set both or neither.');
  }
  if (Boolean(config.STRIPE_SECRET_KEY) !== Boolean(config.STRIPE_WEBHOOK_SECRET)) {
    problems.push('STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET go together: set both or neither.');
  }
  if (new Set(razorpayVariables.map((name) => Boolean(config[name]))).size > 1) {
    problems.push(`${razorpayVariables.slice(0, -1).join(', ')} and ${razorpayVariables.at(-1)} go together: set all or none.`);
  }
  problems.push(...wrongProviders(config), ...testKeys(config), ...wrongMail(config), ...unknownParts(config));
  if (config.NODE_ENV === 'production') problems.push(...missingInProduction(config), ...weakInProduction(config));
  return problems;
}

const razorpayVariables = ['RAZORPAY_KEY_ID', 'RAZORPAY_KEY_SECRET', 'RAZORPAY_WEBHOOK_SECRET'] as const;

/** Money of a live account is asked of the provider itself: a stand-in would answer that it came, and it never would. */
const providers = [
  { url: 'STRIPE_API_URL', key: 'STRIPE_SECRET_KEY', itself: 'https://api.stripe.com' },
  { url: 'RAZORPAY_API_URL', key: 'RAZORPAY_KEY_ID', itself: 'https://api.razorpay.com' },
] as const;

function wrongProviders(config: Config): string[] {
  return providers.flatMap(({ url: name, key, itself }) => {
    const { [name]: apiUrl, [key]: secretKey } = config;
    if (!apiUrl) return [];
    if (!secretKey) return [`${name} needs ${key}: set both or neither.`];
    const foreign = !URL.canParse(apiUrl) || new URL(apiUrl).origin !== itself;
    if (foreign && isForBuyers(config))
      return [`${name} must be ${itself} in production: a stand-in would say that money came, and it never would.`];
    return /^[a-z]+_live_/.test(secretKey) && foreign
      ? [`${name} must be ${itself} with a live ${key}: a live key goes to nobody else.`]
      : [];
  });
}

/** In production goods leave for what a provider says; a shop that only tries itself out there asks for its stand-in by name. */
function isForBuyers({ NODE_ENV: environment, EMBEDDED_PARTS: asked }: Config): boolean {
  return environment === 'production' && !asked.includes('payments');
}

/** With a test key a provider takes no money, and says that it did. */
function testKeys(config: Config): string[] {
  if (!isForBuyers(config)) return [];
  return providers.flatMap(({ key }) =>
    /^[a-z]+_test_/.test(config[key] ?? '')
      ? [`${key} is a test key: in production it would sell goods for no money (or ask for EMBEDDED_PARTS=payments).`]
      : [],
  );
}

function wrongMail({ SMTP_URL: server, MAIL_FROM: from }: Config): string[] {
  const problems: string[] = [];
  if (server && !URL.canParse(server)) problems.push('SMTP_URL must be a URL such as smtp://user:password@mail.example:587.');
  if (server && !from) problems.push('SMTP_URL needs MAIL_FROM: no mail server takes mail from nobody.');
  if (from && !/^([^<>@\r\n]*<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/.test(from)) {
    problems.push('MAIL_FROM must be an address, or a name and an address such as The Shop <orders@shop.example>.');
  }
  return problems;
}

/** What an embedded part stands in for. */
const embeddedParts: Readonly<Record<string, readonly (keyof Config)[]>> = {
  database: ['MONGODB_URI'],
  payments: ['STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRET'],
};

function unknownParts({ EMBEDDED_PARTS: asked }: Config): string[] {
  const unknown = asked.filter((part) => !Object.hasOwn(embeddedParts, part));
  return unknown.length > 0 ? [`EMBEDDED_PARTS knows ${Object.keys(embeddedParts).join(' and ')}, not ${unknown.join(', ')}.`] : [];
}

function missingInProduction(config: Config): string[] {
  // One provider of payments is enough.
  const payments = config.RAZORPAY_KEY_ID ? [] : (['STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRET'] as const);
  const needed = ['MONGODB_URI', ...payments, 'JWT_SECRET'] as const;
  const stoodIn = config.EMBEDDED_PARTS.flatMap((part) => embeddedParts[part] ?? []);
  return needed
    .filter((name) => !config[name] && !stoodIn.includes(name))
    .map((name) => `${name} is missing, and production does not run without it: ${variables[name].help}.`);
}

const weaknesses: Readonly<Record<string, (value: string) => string | undefined>> = {
  JWT_SECRET: weaknessOfKey,
  METRICS_TOKEN: weaknessOfKey,
  ADMIN_PASSWORD: weaknessOfPassword,
};

/** Secrets that are no secret: those of `.env.example`, and what is guessed first. */
function weakInProduction(config: Config): string[] {
  const settings = Object.entries<Variable<unknown>>(variables).filter(([, { secret }]) => secret);
  return settings.flatMap(([name, { example }]) => {
    const value = config[name as keyof Config] as string | undefined;
    if (!value) return [];
    const weakness = value === example ? 'is the one of .env.example, which everybody knows' : weaknesses[name]?.(value);
    return weakness ? [`${name} ${weakness}.`] : [];
  });
}
