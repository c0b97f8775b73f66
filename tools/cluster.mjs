// `npm run cluster`: the shop as several processes on this machine, as one would run it for real: API processes behind a small round-robin port, and
// workers, all stateless, on one database and one Redis. What they stand on (the embedded database and the payment sandbox, unless the environment names
// real ones, and a redis-server, unless there is REDIS_URL) runs here, in the supervisor, so that any of them can be killed. Whoever dies is started anew.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';

const root = join(import.meta.dirname, '..');
const dist = join(process.env.CARTWRIGHT_DIST ?? join(root, 'dist'), 'apps');
const require = createRequire(import.meta.url);
require('reflect-metadata');
const { startEngines, connectSandbox, stopEngines, sandboxVariables } = require(join(dist, 'api/src/engines.js'));
const { loadConfig } = require(join(dist, '../libs/platform/src/index.js'));

const count = (text) => {
  if (!/^[1-9]\d?$/.test(text)) throw new Error('It must be a whole number from 1 to 99.');
  return Number(text);
};
const options = new Command('cluster')
  .description('Runs several API processes and workers behind PORT, until SIGTERM or Ctrl-C.')
  .option('--api <n>', 'API processes', count, 2)
  .option('--workers <n>', 'workers', count, 2)
  .option('--kill-every <seconds>', 'kill -9 one of them, picked at random, every so often (SIGUSR2 does it once)', Number)
  .parse()
  .opts();

const config = loadConfig();
let stopping = false;

const redis = config.REDIS_URL ? undefined : await startRedis();
const redisUrl = config.REDIS_URL ?? redis.url;
const engines = await startEngines(config);
const shared = {
  ...process.env,
  MONGODB_URI: engines.database.uri,
  REDIS_URL: redisUrl,
  ...(engines.sandbox ? sandboxVariables(engines.sandbox.url) : {}),
  HOST: '127.0.0.1',
};

const members = [];
for (let n = 1; n <= options.api; n += 1) members.push({ name: `api-${n}`, program: 'api', port: await freePort() });
for (let n = 1; n <= options.workers; n += 1) members.push({ name: `worker-${n}`, program: 'worker' });
for (const member of members) start(member);

const front = http.createServer((request, reply) => void pass(request, reply).catch(() => reply.destroy()));
// Longer than any client keeps a connection: one that is closed here while a request is on its way in looks like a process that died.
front.keepAliveTimeout = 120_000;
const agent = new http.Agent({ keepAlive: true, maxSockets: 256 });
front.listen(config.PORT, config.HOST);
await once(front, 'listening');
const url = `http://${config.HOST === '0.0.0.0' ? '127.0.0.1' : config.HOST}:${front.address().port}`;
connectSandbox(engines.sandbox, url);

for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => void stop());
process.on('SIGUSR2', () => void killOne());
await allReady();
process.stdout.write(
  `\n  The cluster is open: ${options.api} API processes and ${options.workers} workers behind ${url} (${url}/api/docs).\n\n`,
);
if (options.killEvery) void killAtRandom(options.killEvery * 1000);

function start(member) {
  const env = { ...shared, ...(member.port && { PORT: String(member.port) }) };
  const child = spawn(process.execPath, [join(dist, `${member.program}/src/main.js`)], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  member.child = child;
  const tell = (chunk) => process.stdout.write(chunk.toString().replace(/^(?=.)/gm, `${member.name} | `));
  child.stdout.on('data', (chunk) => {
    // Each greets as if it were alone: that says that it is ready; of the rest only the log is worth the lines.
    if (/^(Ready after|The worker is at work)/m.test(chunk.toString())) member.ready = true;
    if (/^\s*\{/.test(chunk.toString())) tell(chunk);
  });
  child.stderr.on('data', tell);
  child.once('exit', async (code, signal) => {
    member.ready = false;
    if (stopping) return;
    process.stdout.write(`${member.name} ended (${signal ?? code}); starting it anew.\n`);
    await sleep(200);
    if (!stopping) start(member);
  });
}

/**
 * Each request goes to the next API process; when that one cannot even be reached, to the one after it. So does one that was under way when its process ended, if doing it twice
 * is harmless: a question, or a request with an Idempotency-Key.
 */
let turn = 0;
async function pass(request, reply) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const apis = members.filter(({ port }) => port);
  const repeatable = request.method === 'GET' || request.headers['idempotency-key'] !== undefined;
  const first = (turn += 1);
  for (let tried = 1; ; tried += 1) {
    const { port } = apis[(first + tried) % apis.length];
    try {
      const answer = await ask(port, request, Buffer.concat(chunks));
      reply.writeHead(answer.statusCode, passedOn(answer.rawHeaders));
      answer.on('error', () => reply.destroy());
      return void answer.pipe(reply);
    } catch (error) {
      if ((repeatable || error.code === 'ECONNREFUSED') && tried < apis.length) continue;
      const detail = 'The process that had the request in hand has ended.';
      const problem = { type: 'about:blank', title: 'Bad Gateway', status: 502, code: 'bad_gateway', detail };
      return void reply.writeHead(502, { 'content-type': 'application/problem+json', 'retry-after': '1' }).end(JSON.stringify(problem));
    }
  }
}

function ask(port, { method, url: path, rawHeaders }, body) {
  return new Promise((resolve, reject) => {
    http
      .request({ host: '127.0.0.1', port, method, path, headers: passedOn(rawHeaders), agent }, resolve)
      .on('error', reject)
      .end(body);
  });
}

/** Headers without those that speak of one connection alone (RFC 9110, 7.6.1): the one behind lives by other rules than the one before. */
function passedOn(rawHeaders) {
  const ofConnection = /^(connection|keep-alive|transfer-encoding)$/i;
  return rawHeaders.filter((_, index) => !ofConnection.test(rawHeaders[index - (index % 2)]));
}

async function allReady() {
  while (!stopping && !members.every(({ ready }) => ready)) await sleep(50);
}

async function killAtRandom(everyMs) {
  while (!stopping) {
    await sleep(everyMs);
    await killOne();
  }
}

/** Whoever it is, somebody of his kind is left, as nobody is killed before all are there. Kills that are asked for meanwhile do not add up. */
let killing = false;
async function killOne() {
  if (killing) return;
  killing = true;
  await allReady();
  killing = false;
  const member = members[Math.floor(Math.random() * members.length)];
  process.stdout.write(`kill -9 ${member.name}\n`);
  member.ready = false;
  member.child.kill('SIGKILL');
}

async function stop() {
  if (stopping) return;
  stopping = true;
  front.close();
  front.closeIdleConnections();
  const gone = members.map(({ child }) => (child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined));
  for (const { child } of members) child.kill('SIGTERM');
  await Promise.all(gone);
  front.closeAllConnections();
  await stopEngines(engines);
  redis?.server.kill('SIGTERM');
  process.exit(0);
}

async function startRedis() {
  const port = await freePort();
  mkdirSync(config.DATA_DIR, { recursive: true });
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--maxmemory-policy', 'noeviction', '--dir', config.DATA_DIR];
  const server = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((resolve, reject) => {
    server.once('error', () => reject(new Error('A cluster needs Redis: install redis-server, or set REDIS_URL.')));
    server.once('exit', (code) => reject(new Error(`redis-server ended with ${code}.`)));
    server.stdout.on('data', (chunk) => chunk.includes('Ready to accept connections') && resolve());
  });
  return { url: `redis://127.0.0.1:${port}`, server };
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
