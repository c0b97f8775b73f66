// `npm run bench -- --jobs`: what becomes of an order once it is paid, by each transport. For each, a shop of processes of its own: the embedded database (or a database of its own on
// MONGODB_URI), an API process with the payment sandbox, and where there is Redis (a redis-server is started), one or two workers. Times are those that the documents bear, from the event of a captured
// payment to the fulfilment that follows from it: without the commit of the latter, and by the clock of one machine. BENCH_SECONDS (6) is how long each load lasts.
import { MongoClient } from 'mongodb';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { admin, clientOf, pause, percentile, round, rssMb } from './bench-client.mjs';

const dist = join(import.meta.dirname, '../dist');
const seconds = Number(process.env.BENCH_SECONDS ?? 6);
const buyers = 16;
/** So many orders are paid while no worker runs, by so many at once: each waits two seconds for what does not come. */
const backlog = { orders: 256, atOnce: 64 };

const ways = [
  { name: 'in memory, the API alone', workers: 0 },
  { name: 'Bull, one worker', workers: 1 },
  { name: 'Bull, two workers', workers: 2 },
];

export async function benchJobs() {
  const loadBefore = round(loadavg()[0]);
  const rows = [];
  for (const way of ways) rows.push(await measure(way));
  print({
    at: new Date().toISOString(),
    machine: `${cpus().length} x ${cpus()[0].model}, Node ${process.version}`,
    loadBefore,
    seconds,
    rows,
  });
}

async function measure({ name, workers }) {
  const shop = await Shop.start(workers);
  try {
    const idle = shop.memory();
    const products = await shop.client.newProducts(buyers);
    await shop.buy(products, 1, 2); // warm
    const alone = await shop.buy(products, 1, seconds);
    const together = await shop.buy(products, buyers, seconds);
    const drained = workers > 0 ? await shop.drain(products) : undefined;
    return { name, workers, alone, together, drained, idle, after: shop.memory() };
  } finally {
    await shop.stop();
  }
}

class Shop {
  children = [];
  folder = mkdtempSync(join(tmpdir(), 'cartwright-bench-'));

  static async start(workers) {
    const shop = new Shop();
    await shop.boot(workers);
    return shop;
  }

  async boot(workers) {
    const [port, sandboxPort, databasePort] = [await freePort(), await freePort(), await freePort()];
    this.url = `http://127.0.0.1:${port}`;
    this.client = clientOf(this.url);
    const uri = `mongodb://127.0.0.1:${databasePort}/bench?replicaSet=rs0&directConnection=true`;
    const program = 'libs/embedded-mongodb/src/server/program.js';
    await this.run('database', [join(dist, program), '--dbpath', join(this.folder, 'db'), '--port', databasePort], /./);
    this.env = {
      PATH: process.env.PATH,
      PORT: String(port),
      PAYMENT_SANDBOX_PORT: String(sandboxPort),
      DATA_DIR: join(this.folder, 'data'),
      MONGODB_URI: uri,
      LOG_LEVEL: 'warn',
      DEMO_DATA: 'false',
      AUTH_RATE_LIMIT_PER_MINUTE: '0', // every cart is a new guest's, and all of them ask from here
      ADMIN_EMAIL: admin.email,
      ADMIN_PASSWORD: admin.password,
      ...(workers > 0 && { REDIS_URL: await this.redis() }),
    };
    await this.run('api', [join(dist, 'apps/api/src/main.js')], /Ready after/);
    await this.startWorkers(workers);
    this.workers = workers;
    this.mongo = await MongoClient.connect(uri);
    this.db = this.mongo.db();
    await pause(1_500);
  }

  async redis() {
    const port = await freePort();
    const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--maxmemory-policy', 'noeviction', '--dir', this.folder];
    await this.run('redis', args, /Ready to accept/, 'redis-server');
    return `redis://127.0.0.1:${port}`;
  }

  async startWorkers(count) {
    const start = async (_, index) => {
      const metricsPort = await freePort();
      const env = { METRICS_PORT: String(metricsPort) };
      const worker = await this.run(`worker ${index + 1}`, [join(dist, 'apps/worker/src/main.js')], /at work/, process.execPath, env);
      worker.metrics = `http://127.0.0.1:${metricsPort}/metrics`;
    };
    await Promise.all(Array.from({ length: count }, start));
  }

  /** Starts a program and waits until it says that it is ready. */
  async run(name, args, ready, program = process.execPath, env = {}) {
    const child = spawn(program, args.map(String), {
      env: { ...this.env, ...env, PATH: process.env.PATH },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const member = { name, child };
    this.children.push(member);
    await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`${name} ended with ${code}.`)));
      child.stdout.on('data', (chunk) => ready.test(chunk.toString()) && resolve());
    });
    return member;
  }

  /** Orders by so many buyers, each one after the other, and how long each then took from paid to the start of its fulfilment. */
  async buy(products, atOnce, forSeconds) {
    const [from, before] = [new Date(), await this.deliveries()];
    const until = Date.now() + forSeconds * 1_000;
    let orders = 0;
    const lane = async (_, index) => {
      const product = products[index % products.length];
      for (; Date.now() < until; orders += 1) await this.client.place(await this.client.newCart(product, product.variants[0]));
    };
    await Promise.all(Array.from({ length: atOnce }, lane));
    await this.settled();
    const tookSeconds = (Date.now() - from) / 1_000;
    const waits = await this.paidToFulfilment(from);
    return {
      orders,
      ordersPerSecond: round(orders / tookSeconds),
      deliveriesPerSecond: round(((await this.deliveries()) - before) / tookSeconds),
      p50: percentile(waits, 50),
      p99: percentile(waits, 99),
      measured: waits.length,
    };
  }

  /** How fast workers get through what piled up while there was none. */
  async drain(products) {
    const ended = this.children.filter(({ name }) => name.startsWith('worker'));
    await Promise.all(ended.map((member) => this.end(member)));
    const lane = async (_, index) => {
      const product = products[index % products.length];
      for (let n = index; n < backlog.orders; n += backlog.atOnce)
        await this.client.place(await this.client.newCart(product, product.variants[0]));
    };
    await Promise.all(Array.from({ length: backlog.atOnce }, lane));
    await this.startWorkers(this.workers);
    const [startedAt, before] = [Date.now(), await this.deliveries()];
    await this.settled();
    const tookSeconds = (Date.now() - startedAt) / 1_000;
    const deliveries = (await this.deliveries()) - before;
    return {
      orders: backlog.orders,
      deliveries,
      tookSeconds: round(tookSeconds),
      perWorker: round(deliveries / tookSeconds / this.workers),
    };
  }

  /** Waits until no payment is under way and nothing waits to be delivered. */
  async settled() {
    const [orders, outbox] = [this.db.collection('orders'), this.db.collection('outbox')];
    while ((await orders.findOne({ status: 'PaymentPending' })) || (await outbox.findOne({ dueAt: { $exists: true } }))) await pause(20);
  }

  async paidToFulfilment(from) {
    const captured = await this.db
      .collection('outbox')
      .find({ name: 'payments.payment_captured.v1', at: { $gte: from } })
      .toArray();
    const started = await this.db
      .collection('fulfilments')
      .find({ createdAt: { $gte: from } })
      .toArray();
    const startedAt = new Map(started.map(({ orderId, createdAt }) => [String(orderId), createdAt.getTime()]));
    return captured.flatMap(({ data, at }) => {
      const then = startedAt.get(String(data.orderId));
      return then === undefined ? [] : [then - at.getTime()];
    });
  }

  /** How many reactions have been through an event, in all processes that are there. */
  async deliveries() {
    const urls = [`${this.url}/metrics`, ...this.children.flatMap(({ metrics }) => metrics ?? [])];
    const counts = await Promise.all(
      urls.map(async (url) => Number(/^outbox_delivery_seconds_count (\d+)/m.exec(await (await fetch(url)).text())?.[1] ?? 0)),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** Megabytes by process. */
  memory() {
    return Object.fromEntries(this.children.map(({ name, child }) => [name, rssMb(child.pid)]));
  }

  async end(member) {
    this.children.splice(this.children.indexOf(member), 1);
    member.child.removeAllListeners('exit');
    const gone = once(member.child, 'exit');
    member.child.kill('SIGTERM');
    await gone;
  }

  async stop() {
    await this.mongo?.close();
    for (const member of this.children.toReversed()) await this.end(member);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

function print(result) {
  console.log(`\n${result.at}, ${result.machine}, load before ${result.loadBefore}; ${result.seconds} s for each load\n`);
  console.log(
    '| jobs | one buyer: paid to fulfilment p50, p99 ms | 16 buyers: p50, p99 ms | orders a second | deliveries a second | after a pause of the workers: deliveries a second and worker | memory idle, after (MB) |',
  );
  console.log('| --- | --- | --- | --- | --- | --- | --- |');
  for (const { name, alone, together, drained, idle, after } of result.rows) {
    const memory = Object.keys(after).map((process) => `${process} ${idle[process] ?? ''}, ${after[process]}`);
    const cells = [name, `${alone.p50}, ${alone.p99} (${alone.measured})`, `${together.p50}, ${together.p99} (${together.measured})`];
    cells.push(together.ordersPerSecond, together.deliveriesPerSecond, drained?.perWorker ?? '', memory.join('; '));
    console.log(`| ${cells.join(' | ')} |`);
  }
  console.log(`\n${JSON.stringify(result)}`);
}
