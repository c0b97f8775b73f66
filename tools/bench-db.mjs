// What the embedded database does per second: `npm run bench:db [-- --write --documents 50000 --seconds 2 --clients 1,16,64 --hosts thread,process]`.
// Starts it on a data folder of its own as a thread and as a child process, over TCP and over a Unix socket, and loads it from this process with the
// real driver. Each rate is also given as a ratio to the driver's own `ping`, measured right before and after with as many clients, because the
// machine is noisy; and with the CPU time that the server itself spent per operation. Then how long others wait during a long read, and what memory
// the server takes for how many documents. Prints tables and one JSON line; `--write` also puts them into libs/embedded-mongodb/BENCHMARKS.md.
import { MongoClient } from 'mongodb';
import { createRequire } from 'node:module';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { product } from './bench-db/product.mjs';
import { memoryOf } from './bench-db/memory.mjs';
import { markdown, writeReport } from './bench-db/report.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { startEmbeddedMongo } = createRequire(import.meta.url)(join(root, 'dist/libs/embedded-mongodb/src/index.js'));

const { values: options } = parseArgs({
  options: {
    documents: { type: 'string', default: '50000' },
    seconds: { type: 'string', default: '2' },
    clients: { type: 'string', default: '1,16,64' },
    hosts: { type: 'string', default: 'thread,process' },
    only: { type: 'string' },
    memory: { type: 'string', default: '50000,200000' },
    write: { type: 'boolean', default: false },
  },
});
const documents = Number(options.documents);
const seconds = Number(options.seconds);
const groups = 100;

/** One operation each; `lane` is the client's number, so that writers of different clients do not wait for each other's documents. */
const operations = {
  'findOne by _id': ({ products }) => products.findOne({ _id: random(documents) }),
  'find 20 by index, sorted': ({ products }) =>
    products
      .find({ group: random(groups) })
      .sort({ rank: 1 })
      .limit(20)
      .toArray(),
  'updateOne $inc': ({ products }) => products.updateOne({ _id: random(documents) }, { $inc: { counter: 1 } }),
  insertOne: ({ inserted }) => inserted.insertOne({ ...product(random(documents), documents), _id: undefined, at: new Date() }),
  'transaction of three': ({ client, products, inserted }, lane) =>
    client.withSession((session) =>
      session.withTransaction(async () => {
        const mine = lane * 500 + random(500);
        await products.findOne({ _id: mine }, { session });
        await products.updateOne({ _id: mine }, { $inc: { counter: 1 } }, { session });
        await inserted.insertOne({ lane, at: new Date() }, { session });
      }),
    ),
};

/** Reads of all documents: a filter that no index answers, and sums by group, for which every document is decoded. */
const longReads = {
  [`scan of ${documents}`]: ({ products }) => products.find({ price: -1, name: /nowhere/ }).toArray(),
  [`group of ${documents}`]: ({ products }) => products.aggregate([{ $group: { _id: '$group', sum: { $sum: '$price' } } }]).toArray(),
};

async function main() {
  const results = [];
  for (const mode of options.hosts.split(',')) {
    for (const transport of ['tcp', 'socket']) results.push(...(await benchHost(mode, transport)));
  }
  const memory = await memoryOf(startEmbeddedMongo, options.memory.split(',').map(Number));
  const [{ model }] = cpus();
  const report = {
    at: new Date().toISOString(),
    node: process.version,
    cpu: model,
    cores: cpus().length,
    documents,
    seconds,
    results,
    memory,
  };
  console.log(`${markdown(report)}\n${JSON.stringify(report)}`);
  if (options.write) await writeReport(root, report);
}

async function benchHost(mode, transport) {
  const dataDir = mkdtempSync(join(tmpdir(), 'bench-db-'));
  const socket = transport === 'socket' ? join(dataDir, 'bench.sock') : undefined;
  const begun = performance.now();
  const server = await startEmbeddedMongo({ dataDir, mode, socket });
  const results = [];
  try {
    const first = new MongoClient(server.uri);
    await first.db('bench').command({ ping: 1 });
    const startMs = performance.now() - begun;
    await fill(first);
    await first.close();
    for (const clients of options.clients.split(',').map(Number))
      results.push(...(await benchClients({ mode, transport, startMs, clients }, server.uri)));
  } finally {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
  return results;
}

async function fill(client) {
  const products = client.db('bench').collection('products');
  await products.createIndexes([{ key: { group: 1, rank: 1 } }, { key: { sku: 1 }, unique: true }]);
  for (let from = 0; from < documents; from += 1000)
    await products.insertMany(Array.from({ length: Math.min(1000, documents - from) }, (_, i) => product(from + i, documents)));
}

async function benchClients(where, uri) {
  const client = new MongoClient(uri, { maxPoolSize: where.clients + 1, minPoolSize: where.clients });
  const database = client.db('bench');
  const shop = { client, database, products: database.collection('products'), inserted: database.collection('inserted') };
  const ping = () => database.command({ ping: 1 });
  const results = [];
  try {
    await measure(shop, ping, where.clients, 0.5);
    let before = await measure(shop, ping, where.clients, seconds / 2);
    results.push({ ...where, name: 'ping', ...before });
    for (const [name, operation] of Object.entries(operations)) {
      if (options.only && !name.startsWith(options.only)) continue;
      await measure(shop, operation, where.clients, 0.3);
      const measured = await measure(shop, operation, where.clients, seconds);
      const after = await measure(shop, ping, where.clients, seconds / 2);
      results.push({ ...where, name, ...measured, ofPing: measured.perSecond / ((before.perSecond + after.perSecond) / 2) });
      before = after;
    }
    const find = results.find(({ name }) => name.startsWith('find 20'));
    if (!find) return results;
    for (const [name, read] of Object.entries(longReads))
      results.push({ ...where, ...(await longRead(shop, name, () => read(shop), find.p50)) });
  } finally {
    await client.close();
  }
  return results;
}

/** One client's read of all documents, as a multiple of how long as many clients waited for a find of 20. */
async function longRead(shop, name, read, findMs) {
  const times = [];
  const before = await serverCpu(shop);
  for (let round = 0; round < 15; round++) times.push(await timed(read));
  const serverMicros = ((await serverCpu(shop)) - before) / times.length;
  const p50 = median(times);
  const slowest = await slowestPing(shop, read);
  return { name, perSecond: 1000 / p50, p50, p99: Math.max(...times), serverMicros, ofFind: p50 / findMs, slowestPing: slowest };
}

/** How long another client waits at most for a `ping` while three such reads run, in milliseconds. */
async function slowestPing({ database }, read) {
  let slowest = 0;
  for (let round = 0; round < 3; round++) {
    let done = false;
    const reading = read().finally(() => (done = true));
    while (!done) slowest = Math.max(slowest, await timed(() => database.command({ ping: 1 })));
    await reading;
  }
  return slowest;
}

async function measure(shop, operation, clients, duration) {
  const times = [];
  const cpuBefore = await serverCpu(shop);
  const begun = performance.now();
  const end = begun + duration * 1000;
  await Promise.all(
    Array.from({ length: clients }, async (_, lane) => {
      while (performance.now() < end) times.push(await timed(() => operation(shop, lane)));
    }),
  );
  const tookMs = performance.now() - begun;
  const cpu = (await serverCpu(shop)) - cpuBefore;
  times.sort((a, b) => a - b);
  return {
    perSecond: (times.length / tookMs) * 1000,
    p50: median(times),
    p99: times[Math.floor(times.length * 0.99)],
    serverMicros: cpu / times.length,
  };
}

/** Microseconds of CPU that the server has used so far. */
async function serverCpu({ database }) {
  const { extra_info: info } = await database.command({ serverStatus: 1 });
  return Number(info.user_time_us) + Number(info.system_time_us);
}

async function timed(action) {
  const begun = performance.now();
  await action();
  return performance.now() - begun;
}

function median(times) {
  return times.toSorted((a, b) => a - b)[times.length >> 1];
}

function random(limit) {
  return Math.floor(Math.random() * limit);
}

await main();
