import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { startEmbeddedMongo } from '@cartwright/embedded-mongodb';
import { catalogue } from './support/catalogues';
import { Client, type Answer, type Json } from './support/client';
import { eventually, Shop } from './support/shop';

let shop: Shop;
let back: Client;

beforeAll(async () => {
  shop = await Shop.start();
  back = await Client.admin(shop);
}, 120_000);
afterAll(() => shop.stop());

async function look(location: string, client = back): Promise<Json> {
  return (await client.get(location)).body;
}

/** The import when it has come to its end. */
async function ended({ status, headers, body }: Answer, client = back): Promise<Json> {
  if (status !== 202) throw new Error(`Not accepted: ${JSON.stringify(body)}`);
  const finished = async (): Promise<Json> => {
    const job = await look(String(headers.get('location')), client);
    return ['done', 'failed'].includes(job.status as string) && job;
  };
  return eventually('the end of the import', finished, 120);
}

test.each(['catalog-magento-luma', 'catalog-livostyle', 'catalog-bestbuy-algolia', 'catalog-alko'])(
  '%s comes over HTTP as it does from a file: the same is taken, the same is refused, and the second time all of it is known',
  async (name) => {
    const file = catalogue(name);
    const bytes = readFileSync(file.path);
    const first = await ended(await back.upload('/api/products/import', bytes));
    expect(first).toMatchObject({ status: 'done', processed: file.lines, updated: 0, size: bytes.length, read: bytes.length });
    expect(first.created).toBeGreaterThan(0);
    const report = join(shop.dataDir, 'report.json');
    expect((await shop.cli('import', file.path, '--report', report)).code).toBe(0);
    const { created, updated, refused, errors } = JSON.parse(readFileSync(report, 'utf8'));
    expect([created, updated, refused]).toEqual([0, first.created, first.refused]);
    expect(first.errors).toEqual(errors);
    const second = await ended(await back.upload('/api/products/import', bytes));
    expect(second).toMatchObject({ status: 'done', processed: file.lines, created: 0, updated: first.created, refused: first.refused });
  },
  240_000,
);

test('all of it is exported, and sent back it changes nothing', async () => {
  const exported = async (): Promise<string> => {
    const { status, body } = await back.get('/api/products/export');
    expect(status).toBe(200);
    return String(body);
  };
  const first = await exported();
  const lines = first.trim().split('\n');
  expect(lines).toHaveLength((await back.get('/api/products?limit=1')).body.pagination.total as number);
  for (const query of ['', '?setStock=true']) {
    const job = await ended(await back.upload(`/api/products/import${query}`, gzipSync(first)));
    expect(job).toMatchObject({ status: 'done', processed: lines.length, created: 0, updated: lines.length, errors: [] });
  }
  expect((await exported()) === first).toBe(true);
}, 240_000);

/** Lines of products that are not in the shop yet. */
function linesOf(prefix: string, count: number, more: object = {}): string {
  const lines = Array.from({ length: count }, (_, index) => {
    const variants = [{ sku: `${prefix}-${index}`, price: 100 + index, currency: 'EUR', stock: 3 }];
    return JSON.stringify({ externalId: `${prefix}-${index}`, name: `${prefix} ${index}`, categoryPath: [prefix], variants, ...more });
  });
  return `${lines.join('\n')}\n`;
}

test('kill -9 in the midst of an import: it goes on by itself, and each product is counted and there once', async () => {
  const accepted = await back.upload('/api/products/import', linesOf('killed', 8_000));
  const location = String(accepted.headers.get('location'));
  await eventually('some progress', async () => ((await look(location)).processed as number) >= 300);
  await shop.kill();
  await shop.boot();
  const before = await look(location);
  expect(before).toMatchObject({ status: 'running' });
  expect(before.processed).toBeLessThan(8_000);
  const job = await ended(accepted);
  expect(job).toMatchObject({ status: 'done', processed: 8_000, created: 8_000, updated: 0, refused: 0 });
  expect((await back.get('/api/categories/killed/products?limit=1')).body.pagination.total).toBe(8_000);
  expect(await shop.cli('doctor')).toMatchObject({ code: 0 });
}, 180_000);

test('of 60 MiB no process holds more than a little at a time', async () => {
  // On a database of its own, as its memory is not what is looked at.
  const dataDir = mkdtempSync(join(tmpdir(), 'import-memory-'));
  const mongo = await startEmbeddedMongo({ dataDir, mode: 'inline', durable: false });
  const roomy = await Shop.start({ MONGODB_URI: mongo.uri }, { cluster: false });
  const used = async (): Promise<number> => {
    const { body } = await new Client(roomy).get('/metrics');
    return Number(/^process_resident_memory_bytes (\S+)$/m.exec(String(body))?.[1]) / 1024 / 1024;
  };
  const admin = await Client.admin(roomy);
  await ended(await admin.upload('/api/products/import', linesOf('warm', 500)), admin);
  const big = linesOf('big', 3_000, { description: 'x'.repeat(19_900) });
  expect(big.length).toBeGreaterThan(57 * 1024 * 1024);
  const before = await used();
  const seen: number[] = [];
  const watch = setInterval(() => void used().then((mib) => seen.push(mib)), 100);
  const accepted = await admin.upload('/api/products/import', big);
  const whileComing = Math.max(...seen);
  const job = await ended(accepted, admin);
  clearInterval(watch);
  await roomy.stop();
  await mongo.stop();
  rmSync(dataDir, { recursive: true });
  expect(job).toMatchObject({ status: 'done', created: 3_000, refused: 0 });
  const [at, coming, working] = [before, whileComing, Math.max(...seen)].map(Math.round);
  process.stdout.write(`60 MiB: the API has ${at} MiB before, at most ${coming} while it comes, ${working} while it is worked through.\n`);
  expect(whileComing).toBeLessThan(before + 50);
  expect(Math.max(...seen)).toBeLessThan(before + 150);
}, 180_000);

test('what is too large, of a wrong type, empty, or a stranger’s is refused, and leaves nothing behind', async () => {
  const tooLarge = Buffer.alloc(64 * 1024 * 1024 + 1, 0x20);
  expect(await back.upload('/api/products/import', tooLarge)).toMatchObject({ status: 413, body: { code: 'body_too_large' } });
  const json = await back.upload('/api/products/import', '[]', 'application/json');
  expect(json).toMatchObject({ status: 415, body: { detail: expect.stringContaining('application/x-ndjson') } });
  expect(await back.upload('/api/products/import', '')).toMatchObject({ status: 400, body: { code: 'invalid_input' } });
  const guest = await Client.guest(shop);
  expect((await guest.upload('/api/products/import', tooLarge)).status).toBe(403);
  expect((await new Client(shop).upload('/api/products/import', '{}')).status).toBe(401);
  let left = -1;
  await shop.tamper('uploadParts', async (parts) => (left = await parts.countDocuments()));
  expect(left).toBe(0);
});
