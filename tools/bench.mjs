// What the shop does per second: `npm run bench [-- catalogue.ndjson.gz]`. Starts the built shop on a data folder of its own, loads it from this process with 16
// connections, and prints a table and one JSON line. Rates are also given as a ratio to a bare Fastify server that sends the same bytes, measured in the same run.
// `npm run bench -- --hot` measures whole checkouts of one SKU against those of 64 SKUs instead, in turns within one run; `npm run bench -- --jobs` what becomes of an
// order once it is paid, by each transport (`bench-jobs.mjs`).
import autocannon from 'autocannon';
import Fastify from 'fastify';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { admin, clientOf, pause, percentile, round, rssMb } from './bench-client.mjs';

if (process.argv.includes('--jobs')) {
  await (await import('./bench-jobs.mjs')).benchJobs();
  process.exit();
}

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const connections = 16;
const seconds = Number(process.env.BENCH_SECONDS ?? 6);
const hot = process.argv.includes('--hot');
const catalogue = process.argv.slice(2).find((argument) => !argument.startsWith('--'));
const dataDir = mkdtempSync(join(tmpdir(), 'cartwright-bench-'));
const [port, sandboxPort] = [3987, 12987];
const url = `http://127.0.0.1:${port}`;
const env = {
  PATH: process.env.PATH,
  PORT: String(port),
  PAYMENT_SANDBOX_PORT: String(sandboxPort),
  DATA_DIR: dataDir,
  LOG_LEVEL: 'warn',
  DEMO_DATA: String(!catalogue),
  AUTH_RATE_LIMIT_PER_MINUTE: '0', // every cart is a new guest's, and all of them ask from here
  ADMIN_EMAIL: admin.email,
  ADMIN_PASSWORD: admin.password,
};

const { send, newCart, place, newProducts } = clientOf(url);

async function main() {
  const { child, coldStartMs } = await start();
  try {
    if (hot) return printHot(await hotAgainstMany());
    if (catalogue)
      spawnSync(process.execPath, [join(root, 'dist/apps/cli/src/main.js'), 'import', catalogue, '--stock', '1000000'], {
        env,
        stdio: 'inherit',
      });
    await pause(1500);
    const idleMb = rssMb(child.pid);
    const { data, pagination } = await get('/api/products?inStock=true&limit=100');
    const product = data.find((candidate) => candidate.variants.some((variant) => variant.price > 50));
    const variant = product.variants.find((candidate) => candidate.price > 50);
    await stockUp(variant.sku);
    const rows = [
      await readRate('product list (20)', '/api/products'),
      await readRate('product detail', `/api/products/${product.id}`),
      await loopRate('new cart with one item', () => newCart(product, variant)),
      await loopRate('whole checkout, to Processing', () => checkout(product, variant)),
    ];
    const race = await raceForFifty(product, variant);
    const result = { products: pagination.total, coldStartMs, idleMb, peakMb: rssMb(child.pid), rows, race };
    print(result);
  } finally {
    child.kill('SIGTERM');
    await new Promise((resolve) => child.once('exit', resolve));
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function start() {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [join(root, 'dist/apps/api/src/main.js')], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  while (
    !(await fetch(`${url}/health/ready`).then(
      (r) => r.ok,
      () => false,
    ))
  )
    await pause(20);
  return { child, coldStartMs: Math.round(performance.now() - startedAt) };
}

/** Requests per second of a GET, beside a bare Fastify server that sends the same bytes. */
async function readRate(name, path) {
  const body = await (await fetch(url + path)).text();
  const bare = Fastify();
  bare.get('/', (_request, reply) => reply.type('application/json').send(body));
  const bareUrl = await bare.listen({ port: 0, host: '127.0.0.1' });
  await autocannon({ url: url + path, connections, duration: 2 });
  const shop = await autocannon({ url: url + path, connections, duration: seconds });
  const reference = await autocannon({ url: bareUrl, connections, duration: 3 });
  await bare.close();
  if (shop.non2xx > 0) throw new Error(`${name}: ${shop.non2xx} answers were not 2xx.`);
  return {
    name,
    perSecond: Math.round(shop.requests.average),
    p50: shop.latency.p50,
    p99: shop.latency.p99,
    ofBareFastify: round(shop.requests.average / reference.requests.average),
  };
}

/** How often a story of several requests is lived through per second, by 16 buyers at once. */
async function loopRate(name, story) {
  await Promise.all(Array.from({ length: connections }, () => story()));
  const times = [];
  const endsAt = performance.now() + seconds * 1000;
  const startedAt = performance.now();
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (performance.now() < endsAt) {
        const begun = performance.now();
        await story();
        times.push(performance.now() - begun);
      }
    }),
  );
  const took = (performance.now() - startedAt) / 1000;
  return {
    name,
    perSecond: Math.round(times.length / took),
    p50: percentile(times, 50),
    p99: percentile(times, 99),
    stories: times.length + connections,
  };
}

async function checkout(product, variant) {
  const token = await newCart(product, variant);
  const { orderNumber } = await place(token);
  for (;;) {
    const { status } = await send('GET', `/api/orders/${orderNumber}`, token);
    if (status === 'Processing') return;
    await pause(50);
  }
}

/** Whole checkouts per second of one SKU and of 64, in turns, so that a noisy machine troubles both alike. */
async function hotAgainstMany() {
  const products = await newProducts(64);
  const story = (choice) => () => checkout(choice, choice.variants[0]);
  let served = 0;
  const one = () => story(products[0])();
  const many = () => story(products[(served += 1) % products.length])();
  const rounds = [];
  for (let turn = 0; turn < 3; turn += 1) {
    rounds.push({ one: await loopRate('one SKU', one), many: await loopRate('64 SKUs', many) });
  }
  return rounds;
}

function printHot(rounds) {
  console.log('\n| round | one SKU per second | p50 ms | p99 ms | 64 SKUs per second | p50 ms | p99 ms | ratio |');
  console.log('| --- | --- | --- | --- | --- | --- | --- | --- |');
  rounds.forEach(({ one, many }, index) => {
    const half = ({ perSecond, p50, p99 }) => [perSecond, p50, p99];
    const cells = [index + 1, ...half(one), ...half(many), round(one.stories / many.stories)];
    console.log(`| ${cells.join(' | ')} |`);
  });
  console.log(`\n${JSON.stringify(rounds)}`);
}

/** Two hundred buyers at once for fifty pieces: how many got one, and how long until everybody had an answer. */
async function raceForFifty(product, variant) {
  const tokens = [];
  for (let i = 0; i < 200; i += 20) tokens.push(...(await Promise.all(Array.from({ length: 20 }, () => newCart(product, variant)))));
  await stockUp(variant.sku, 50);
  const startedAt = performance.now();
  const answers = await Promise.all(
    tokens.map((token) =>
      place(token).then(
        () => 'sold',
        (error) => error.code,
      ),
    ),
  );
  const tookMs = Math.round(performance.now() - startedAt);
  return {
    buyers: 200,
    pieces: 50,
    sold: answers.filter((answer) => answer === 'sold').length,
    refused: answers.filter((answer) => answer === 'out_of_stock').length,
    tookMs,
  };
}

async function stockUp(sku, onHand = 10_000_000) {
  const { accessToken } = await send('POST', '/api/auth/login', undefined, admin);
  await settled(accessToken, sku);
  await send('POST', '/api/admin/inventory/adjustments', accessToken, { sku, onHand, reason: 'bench' });
}

/** Waits until no open order holds the SKU. */
async function settled(token, sku) {
  for (;;) {
    const { data } = await send('GET', `/api/admin/inventory?sku=${encodeURIComponent(sku)}`, token);
    if (data[0].reserved === 0) return;
    await pause(50);
  }
}

async function get(path) {
  return send('GET', path);
}

function print({ products, coldStartMs, idleMb, peakMb, rows, race }) {
  console.log(
    `\n${products} products in stock; cold start ${coldStartMs} ms; memory ${idleMb} MB idle, ${peakMb} MB after the load (whole process: API, database thread, sandbox)\n`,
  );
  console.log('| what | per second | p50 ms | p99 ms | of bare Fastify |\n| --- | --- | --- | --- | --- |');
  for (const { name, perSecond, p50, p99, ofBareFastify } of rows)
    console.log(`| ${name} | ${perSecond} | ${p50} | ${p99} | ${ofBareFastify ?? ''} |`);
  console.log(
    `\n${race.buyers} buyers at once for ${race.pieces} pieces: ${race.sold} sold, ${race.refused} refused, in ${race.tookMs} ms\n`,
  );
  console.log(JSON.stringify({ products, coldStartMs, idleMb, peakMb, rows, race }));
}

await main();
