// What memory the server takes, as a process of its own, with more and more documents in it. Its own memory (`RssAnon`) is told apart from the
// pages of the data file that the system keeps mapped for it (`RssFile`) and takes back when somebody else needs them. Linux only.
import { MongoClient } from 'mongodb';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { product } from './product.mjs';

/** For each number of documents, ascending: the server's own memory and the mapped file, in MB, after the same reads each time. */
export async function memoryOf(startEmbeddedMongo, sizes) {
  if (!existsSync('/proc/self/status')) return [];
  const dataDir = mkdtempSync(join(tmpdir(), 'bench-db-memory-'));
  const server = await startEmbeddedMongo({ dataDir, mode: 'process' });
  const client = new MongoClient(server.uri);
  try {
    const products = client.db('bench').collection('products');
    await products.createIndex({ group: 1, rank: 1 });
    const rows = [];
    let filled = 0;
    for (const size of sizes) {
      for (; filled < size; filled += 1000)
        await products.insertMany(Array.from({ length: Math.min(1000, size - filled) }, (_, i) => product(filled + i, size)));
      for (let i = 0; i < 20_000; i++) await products.findOne({ _id: Math.floor(Math.random() * size) });
      for (let i = 0; i < 5; i++) await products.find({ price: -1 }).toArray();
      const { pid } = await client.db('admin').command({ serverStatus: 1 });
      rows.push({ documents: size, ...memoryOfProcess(Number(pid)) });
    }
    return rows;
  } finally {
    await client.close();
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

function memoryOfProcess(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1');
  const megabytes = (field) => Math.round(Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)[1]) / 1024);
  return { ownMb: megabytes('RssAnon'), mappedMb: megabytes('RssFile') };
}
