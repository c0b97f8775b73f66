import { gzipSync } from 'node:zlib';
import { getConnectionToken } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { bearer } from '../../../platform/src/testing/test-callers';
import { admin, startCatalog, vendor, type Answer, type CatalogApp } from '../testing/catalog-app';
import { ImportStore } from '../store/import.store';
import { RunImports } from '../usecases/run-imports';

type Line = Record<string, unknown>;
const line = (externalId: string, more: Line = {}): Line => ({
  externalId,
  name: `Product ${externalId}`,
  variants: [{ sku: `SKU-${externalId}`, options: {}, price: 100, currency: 'USD', stock: 5 }],
  ...more,
});
const text = (lines: readonly (Line | string)[]): string =>
  `${lines.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join('\n')}\n`;

/** Sends a file to a shop. */
async function send(shop: CatalogApp, body: string | Buffer, query = '', headers: Record<string, string> = {}): Promise<Answer> {
  const all = { authorization: bearer(admin), 'content-type': 'application/x-ndjson', ...headers };
  const response = await fetch(`${shop.url}/api/products/import${query}`, {
    method: 'POST',
    headers: all,
    body: body as RequestInit['body'],
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

async function look(shop: CatalogApp, id: string): Promise<Answer['body']> {
  return (await shop.ask('GET', `/admin/imports/${id}`, { as: admin })).body;
}

async function until<T>(look: () => Promise<T | undefined | false>): Promise<T> {
  for (let tries = 0; tries < 500; tries += 1) {
    const found = await look();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('It never came.');
}

/** The import when it has come to its end. */
async function ended(shop: CatalogApp, { body }: Answer): Promise<Answer['body']> {
  return until(async () => {
    const job = await look(shop, body.id as string);
    return ['done', 'failed'].includes(job.status as string) && job;
  });
}

describe('an import over HTTP', () => {
  let shop: CatalogApp;
  const count = (name: string): Promise<number> => shop.app.get<Connection>(getConnectionToken()).collection(name).countDocuments();
  beforeAll(async () => {
    shop = await startCatalog();
  });
  afterAll(() => shop.stop());

  it('is received, worked through, and tells what became of each line', async () => {
    const broken = Buffer.concat([Buffer.from('{"name":"'), Buffer.from([0xc3]), Buffer.from('"}\n')]);
    const lines = [line('a'), '{"broken', line('b', { type: 'bundle' }), '', line('c', { name: 'x'.repeat(1_100_000) }), line('a')];
    const accepted = await send(shop, Buffer.concat([Buffer.from(text(lines)), broken]));
    expect(accepted).toMatchObject({
      status: 202,
      body: { status: expect.stringMatching(/waiting|running/), by: admin.id, format: 'ndjson' },
    });
    expect(accepted.headers.get('location')).toBe(`/api/admin/imports/${accepted.body.id}`);
    const done = await ended(shop, accepted);
    expect(done).toMatchObject({ status: 'done', processed: 7, created: 1, updated: 1, refused: 5, read: done.size });
    expect(done.errors.map(({ line: at, externalId, code }: Line) => [at, externalId, code])).toEqual([
      [2, undefined, 'malformed_json'],
      [3, 'b', 'unsupported_type'],
      [4, undefined, 'blank_line'],
      [5, undefined, 'line_too_long'],
      [7, undefined, 'malformed_utf8'],
    ]);
    expect(Date.parse(done.finishedAt as string)).toBeGreaterThanOrEqual(Date.parse(done.startedAt as string));
    expect((await shop.ask('GET', '/products/product-a')).body).toMatchObject({ variants: [{ sku: 'SKU-a', stock: 5 }] });
    await until(async () => (await count('uploadParts')) === 0 && (await count('uploads')) === 0);
  });

  it('takes gzip, a vendor, a stock for what says none, and recounts when asked', async () => {
    const [one] = line('g')['variants'] as Line[];
    const silent = line('g2', { variants: [{ ...one, sku: 'SKU-g2', stock: undefined }] });
    const packed = gzipSync(text([line('g'), silent]));
    const query = `?vendor=${vendor.id}&stock=9`;
    const done = await ended(shop, await send(shop, packed, query, { 'content-encoding': 'gzip' }));
    expect(done).toMatchObject({ created: 2, vendor: vendor.id, stock: 9, setStock: false, size: packed.length });
    expect((await shop.ask('GET', '/products/product-g')).body).toMatchObject({ vendor: { id: vendor.id }, variants: [{ stock: 5 }] });
    expect((await shop.ask('GET', '/products/product-g2')).body).toMatchObject({ variants: [{ stock: 9 }] });
    const recounted = text([line('g', { variants: [{ ...one, stock: 2 }] })]);
    expect(await ended(shop, await send(shop, recounted))).toMatchObject({ created: 0, updated: 1 });
    expect((await shop.ask('GET', '/products/product-g')).body).toMatchObject({ variants: [{ stock: 5 }] });
    await ended(shop, await send(shop, recounted, '?setStock=true'));
    expect((await shop.ask('GET', '/products/product-g')).body).toMatchObject({ variants: [{ stock: 2 }] });
  });

  it('keeps the first thousand refusals, and counts all', async () => {
    const done = await ended(shop, await send(shop, text(Array.from({ length: 1_234 }, () => '{'))));
    expect(done).toMatchObject({ status: 'done', processed: 1_234, refused: 1_234 });
    expect(done.errors).toHaveLength(1_000);
    expect(done.errors.at(-1)).toMatchObject({ line: 1_000 });
  });

  it('that cannot be read to its end has failed, and those behind it have their turn', async () => {
    const packed = gzipSync(text(Array.from({ length: 300 }, (_, index) => line(`z${index}`))));
    const [broken, next] = [await send(shop, packed.subarray(0, packed.length - 200)), await send(shop, text([line('after')]))];
    expect(await ended(shop, broken)).toMatchObject({ status: 'failed', failure: { code: 'unreadable_import' } });
    expect(await ended(shop, next)).toMatchObject({ status: 'done', created: 1 });
  });

  it('takes CSV, and refuses what it would have to guess', async () => {
    const csv = [
      'externalId,name,sku,options,price,currency,stock',
      'c1,"Pot, big",C1-B,Colour=Blue,100,EUR,1',
      'c1,,C1-G,Colour=Grey,100,EUR,2',
      ',,,,,,',
      'c2,Cup,C2,,cheap,EUR,1',
      'c3,Bowl,C3-A,Size=S,1,EUR,1',
      'c3,,"C3"-B,Size=M,1,EUR,1',
      'c4,Dish,C4,,1,EUR,1',
      'c5,Fork,C5,,1,EUR,1',
      'c1,Pot,C1-R,Colour=Red,100,EUR,1',
    ].join('\r\n');
    const done = await ended(shop, await send(shop, csv, '', { 'content-type': 'text/csv; charset=utf-8' }));
    expect(done).toMatchObject({ status: 'done', format: 'csv', created: 2, updated: 0, refused: 6 });
    expect(done.errors.map(({ line: at, externalId, code }: Line) => [at, externalId, code])).toEqual([
      [4, undefined, 'blank_line'],
      [5, 'c2', 'bad_price'],
      [6, 'c3', 'broken_row'],
      [7, undefined, 'malformed_csv'],
      [8, 'c4', 'broken_row'],
      [10, 'c1', 'rows_apart'],
    ]);
    expect((await shop.ask('GET', '/products/pot-big')).body).toMatchObject({
      options: [{ name: 'Colour', values: ['Blue', 'Grey'] }],
      variants: [{ sku: 'C1-B', stock: 1 }, { sku: 'C1-G' }],
    });
    const wrong = await ended(shop, await send(shop, 'externalId,Preis\nx,1\n', '', { 'content-type': 'text/csv' }));
    expect(wrong).toMatchObject({ status: 'failed', failure: { message: expect.stringMatching(/no column "Preis"/) }, processed: 0 });
  });

  it('is the same one under the same key, and nothing else goes under it', async () => {
    const key = { 'idempotency-key': 'catalogue-1' };
    const [first, again] = [await send(shop, text([line('k')]), '', key), await send(shop, text([line('k')]), '', key)];
    expect(again).toMatchObject({ status: 202, body: { id: first.body.id } });
    expect([again.headers.get('idempotent-replayed'), again.headers.get('location')]).toEqual(['true', first.headers.get('location')]);
    expect(await send(shop, text([line('k2')]), '', key)).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
    expect(await send(shop, text([line('k')]), '?stock=1', key)).toMatchObject({ status: 422 });
  });

  it('is only tried, when asked to', async () => {
    const before = await count('imports');
    const rehearsed = await send(shop, text([line('dry')]), '', { prefer: 'handling=dry-run' });
    expect(rehearsed).toMatchObject({ status: 200, body: { status: 'waiting', size: text([line('dry')]).length } });
    expect(await count('imports')).toBe(before);
  });

  it.each([
    ['a vendor who is none', `?vendor=${'d'.repeat(24)}`, 'vendor', 'unknown_vendor'],
    ['a stock below zero', '?stock=-1', 'stock', 'min'],
    ['an unknown wish', '?dryRun=true', 'dryRun', 'unknown_field'],
  ])('is refused with %s', async (_, query, path, code) => {
    const refused = { status: 400, body: { code: 'invalid_input', errors: [{ path, code }] } };
    expect(await send(shop, text([line('x')]), query)).toMatchObject(refused);
  });

  it('is listed with others, the newest first, and by status', async () => {
    const { id } = await ended(shop, await send(shop, text([line('newest')])));
    const { body } = await shop.ask('GET', '/admin/imports?limit=2', { as: admin });
    expect(body.data[0]).toMatchObject({ id, status: 'done', created: 1 });
    expect(body.data[0]).not.toHaveProperty('errors');
    expect(body.pagination).toMatchObject({ total: await count('imports'), nextCursor: expect.any(String) });
    const failed = await shop.ask('GET', '/admin/imports?status=failed', { as: admin });
    expect(failed.body.pagination.total).toBe(2);
    expect((await shop.ask('GET', `/admin/imports/${'e'.repeat(24)}`, { as: admin })).body).toMatchObject({ code: 'import_not_found' });
  });
});

describe('an import whose process ends', () => {
  let one: CatalogApp;
  let two: CatalogApp;
  const lines = Array.from({ length: 1_000 }, (_, index) => (index % 10 === 7 ? '{' : line(`p${index}`)));
  const report = { status: 'done', processed: 1_000, created: 900, updated: 0, refused: 100 };
  beforeEach(async () => {
    one = await startCatalog({ deliver: false });
    two = await startCatalog({ deliver: false, mongoUri: one.mongoUri });
  });
  afterEach(async () => {
    await two.stop();
    await one.stop();
  });

  type Meanwhile = (step: number) => Promise<void> | void;
  const nothing: Meanwhile = () => undefined;
  const steps = (shop: CatalogApp, before: Meanwhile = nothing, behind: Meanwhile = nothing): jest.SpyInstance => {
    const store = shop.app.get(ImportStore);
    const advance = store.advance.bind(store);
    let step = 0;
    return jest.spyOn(store, 'advance').mockImplementation(async (...given) => {
      await before((step += 1));
      await advance(...given);
      await behind(step);
    });
  };

  it('goes on where that one stopped, and every product is counted once', async () => {
    const { body } = await send(one, text(lines));
    steps(one, undefined, (step) => {
      if (step === 4) throw new Error('The power is cut.');
    });
    await expect(one.app.get(RunImports).run()).rejects.toThrow('cut');
    const halfway = await look(one, body.id as string);
    expect(halfway).toMatchObject({ status: 'running', processed: expect.any(Number) });
    expect(halfway.processed).toBeGreaterThan(200);
    expect(halfway.processed).toBeLessThan(700);
    const others = steps(two);
    await two.app.get(RunImports).run();
    const done = await look(two, body.id as string);
    expect(done).toMatchObject(report);
    expect(done.errors.map((error: Line) => error['line'])).toEqual(Array.from({ length: 100 }, (_, index) => index * 10 + 8));
    const again = others.mock.calls.reduce((sum, [, step]) => sum + (step as { created: number }).created, 0);
    expect(again).toBe(900 - (halfway.created as number));
    expect((await two.ask('GET', '/products?limit=1')).body.pagination.total).toBe(900);
  });

  it('is left alone by a process that was only thought dead, and what that had in hand is undone', async () => {
    const { body } = await send(one, text(lines));
    let wake = (): void => undefined;
    const asleep = new Promise<void>((resolve) => (wake = resolve));
    steps(one, (step) => (step === 3 ? asleep : undefined));
    const paused = one.app.get(RunImports).run();
    await until(async () => ((await look(one, body.id as string)).processed as number) > 100);
    const resumed = two.app.get(RunImports).run();
    await new Promise((resolve) => setTimeout(resolve, 300));
    wake();
    await Promise.all([paused, resumed]);
    expect(await look(two, body.id as string)).toMatchObject(report);
    const { body: list } = await two.ask('GET', '/products?limit=1');
    expect(list.pagination.total).toBe(900);
  });

  it('stops after a step when it ends in peace, and another one goes on', async () => {
    const { body } = await send(one, text(lines));
    const running = one.app.get(RunImports);
    steps(one, (step) => (step === 2 ? running.onModuleDestroy() : undefined));
    await running.run();
    expect(await look(one, body.id as string)).toMatchObject({ status: 'running' });
    await two.app.get(RunImports).run();
    expect(await look(two, body.id as string)).toMatchObject(report);
  });

  it('is given up when it does not get on, whoever tries', async () => {
    const { body } = await send(one, text(lines));
    const next = await send(one, text([line('next')]));
    const failing = steps(one, (step) => {
      if (step <= 10) throw new Error('It always fails.');
    });
    for (let round = 1; round <= 10; round += 1) await expect(one.app.get(RunImports).run()).rejects.toThrow('always');
    await one.app.get(RunImports).run();
    expect(failing).toHaveBeenCalledTimes(11);
    expect(await look(one, body.id as string)).toMatchObject({ status: 'failed', failure: { code: 'gave_up' }, processed: 0 });
    expect(await look(one, next.body.id as string)).toMatchObject({ status: 'done', created: 1 });
  });

  it('is one of twenty at most that wait', async () => {
    for (let sent = 0; sent < 20; sent += 1) expect((await send(one, text([line('w')]))).status).toBe(202);
    expect(await send(one, text([line('w')]))).toMatchObject({ status: 409, body: { code: 'too_many_imports', most: 20 } });
    const parts = one.app.get<Connection>(getConnectionToken()).collection('uploadParts');
    expect(await parts.countDocuments()).toBe(20);
  });
});
