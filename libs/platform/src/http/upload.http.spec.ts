import { createHash, randomBytes } from 'node:crypto';
import { request as send } from 'node:http';
import { Readable } from 'node:stream';
import { Controller, Module, Post, Query } from '@nestjs/common';
import { getConnectionToken } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { Transactions } from '../store/transactions';
import { Uploads } from '../store/uploads';
import { startTestApp, type TestApp } from '../testing/test-app';
import { bearer } from '../testing/test-callers';
import { Allow, type Caller } from './access';
import { Whole } from './fields';
import { TakesUpload, UploadedBody, type ReceivedUpload } from './upload';

const limit = 1024 * 1024;

class HowDto {
  @Whole({ min: 0, max: 1, optional: true })
  keep?: number;
}

@Controller('files')
class FilesController {
  constructor(
    private readonly uploads: Uploads,
    private readonly transactions: Transactions,
  ) {}

  @Post()
  @Allow('admin')
  @TakesUpload({ types: { 'text/csv': 'a,b' }, limit, description: 'Anything.' })
  async take(@UploadedBody() upload: ReceivedUpload, @Query() { keep = 0 }: HowDto): Promise<object> {
    if (keep === 1) await this.uploads.keep(upload.id);
    return { ...upload, inside: this.transactions.session !== undefined };
  }

  @Post('json')
  @Allow('admin')
  json(): object {
    return {};
  }
}

@Module({ controllers: [FilesController] })
class FilesModule {}

let shop: TestApp;
let connection: Connection;
beforeAll(async () => {
  shop = await startTestApp({ imports: [FilesModule], delivery: { deliver: false }, config: { RATE_LIMIT_PER_MINUTE: 0 } });
  connection = shop.app.get<Connection>(getConnectionToken());
});
afterAll(() => shop.stop());
beforeEach(async () => {
  for (const name of ['uploads', 'uploadParts', 'idempotencyKeys']) await connection.collection(name).deleteMany({});
});

const admin: Caller = { kind: 'user', id: 'a'.repeat(24), roles: ['admin'] };
const signedIn = { authorization: bearer(admin) };
const csv = { ...signedIn, 'content-type': 'text/csv' };

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- answers of every shape are looked into
type Answer = { status: number; headers: Headers; body: any };

async function post(body: RequestInit['body'], headers: Record<string, string> = csv, path = ''): Promise<Answer> {
  const stream = body instanceof ReadableStream ? ({ duplex: 'half' } as object) : {};
  const response = await fetch(`${shop.url}/api/files${path}`, { method: 'POST', headers, body, ...stream });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

const left = async (): Promise<number[]> =>
  Promise.all(['uploads', 'uploadParts'].map((name) => connection.collection(name).countDocuments()));

async function until(what: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await what()); tries += 1) {
    if (tries === 300) throw new Error('It never came.');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('an upload', () => {
  it('comes through as it was sent, in parts, and is there for whoever kept it', async () => {
    const bytes = randomBytes(700_001);
    const { status, body } = await post(bytes, csv, '?keep=1');
    const digest = createHash('sha256').update(bytes).digest('base64url');
    expect([status, body]).toEqual([201, { id: expect.any(String), size: bytes.length, digest, type: 'text/csv', inside: false }]);
    const parts = [];
    for await (const part of shop.app.get(Uploads).read(body.id as string)) parts.push(part);
    expect(parts.map(({ length }) => length)).toEqual([262_144, 262_144, 175_713]);
    expect(Buffer.concat(parts).equals(bytes)).toBe(true);
    await shop.app.get(Uploads).release(body.id as string);
    await until(async () => (await left()).every((count) => count === 0));
  });

  it('leaves nothing behind where nobody kept it, or where that was only tried', async () => {
    expect((await post('a,b')).status).toBe(201);
    const rehearsed = await post('a,b', { ...csv, prefer: 'handling=dry-run' }, '?keep=1');
    expect(rehearsed).toMatchObject({ status: 200, body: { size: 3, inside: true } });
    expect(await left()).toEqual([0, 0]);
  });

  it.each<[string, Record<string, string>, number, RegExp]>([
    ['nobody', { 'content-type': 'text/csv' }, 401, /token/],
    ['a user', { authorization: bearer({ ...admin, roles: ['user'] }), 'content-type': 'text/csv' }, 403, /role/],
    ['an admin as JSON', { ...signedIn, 'content-type': 'application/json' }, 415, /The body is text\/csv/],
    ['an admin as NDJSON, which others take', { ...signedIn, 'content-type': 'application/x-ndjson' }, 415, /The body is text\/csv/],
    ['an admin in Latin-1', { ...csv, 'content-type': 'text/csv; charset=latin1' }, 415, /UTF-8/],
    ['an admin in another packing', { ...csv, 'content-encoding': 'br' }, 415, /gzip/],
  ])('of %s is refused before any of it is received', async (_, headers, status, detail) => {
    const insert = jest.spyOn(Uploads.prototype, 'receive');
    const answer = await post('{}', headers);
    expect(answer).toMatchObject({ status, body: { status, detail: expect.stringMatching(detail) } });
    expect(insert).not.toHaveBeenCalled();
    insert.mockRestore();
  });

  it('is refused when it is empty', async () => {
    expect(await post('')).toMatchObject({ status: 400, body: { code: 'invalid_input', detail: expect.stringMatching(/empty/) } });
    expect(await left()).toEqual([0, 0]);
  });

  it('is refused by the length that it says it has, and by the length that it turns out to have', async () => {
    const tooLarge = { status: 413, body: { code: 'body_too_large', detail: expect.stringMatching(/1048576 bytes \(1 MiB\)/) } };
    expect(await post(Buffer.alloc(limit + 1))).toMatchObject(tooLarge);
    expect((await post(Buffer.alloc(limit))).status).toBe(201);
    let sent = 0;
    const endless = Readable.from(
      (function* () {
        for (; sent < 500; sent += 1) yield Buffer.alloc(100_000);
      })(),
    );
    expect(await post(Readable.toWeb(endless) as ReadableStream)).toMatchObject(tooLarge);
    expect(sent).toBeLessThan(500);
    expect(await left()).toEqual([0, 0]);
  });

  it('that breaks off leaves nothing behind', async () => {
    const { port } = new URL(shop.url);
    const headers = { ...csv, 'content-length': '900000' };
    const broken = send({ host: '127.0.0.1', port, path: '/api/files', method: 'POST', headers });
    broken.on('error', () => undefined);
    broken.write(Buffer.alloc(600_000));
    await until(async () => (await left())[1] === 2);
    broken.destroy();
    await until(async () => (await left()).every((count) => count === 0));
  });

  it('is swept an hour after its receiver died, and not before', async () => {
    const uploads = shop.app.get(Uploads);
    const kept = (await post('a,b', csv, '?keep=1')).body.id as string;
    const dead = await uploads.receive(Readable.from([Buffer.from('a')]), 10);
    await uploads.sweep();
    expect(await left()).toEqual([2, 2]);
    await connection.collection('uploads').updateMany({}, { $set: { createdAt: new Date(Date.now() - 3_601_000) } });
    await uploads.sweep();
    expect(await left()).toEqual([1, 1]);
    await expect(uploads.keep(dead.id)).rejects.toThrow('no upload');
    await uploads.release(kept);
  });

  it('is kept by one, and not when it was given up', async () => {
    const uploads = shop.app.get(Uploads);
    const taken = (await post('a,b', csv, '?keep=1')).body.id as string;
    await expect(uploads.keep(taken)).rejects.toThrow('no upload');
    const { id } = await uploads.receive(Readable.from([Buffer.from('a')]), 10);
    await connection.collection('uploads').updateOne({ status: 'received' }, { $set: { status: 'discarded' } });
    await expect(uploads.keep(id)).rejects.toThrow('no upload');
  });

  it('is told from another one by its bytes under an Idempotency-Key', async () => {
    const keyed = { ...csv, 'idempotency-key': 'one' };
    const first = await post('a,b', keyed, '?keep=1');
    expect(first.body.inside).toBe(true);
    const again = await post('a,b', keyed, '?keep=1');
    expect(again).toMatchObject({ status: 201, body: first.body });
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    for (const [body, path] of [
      ['a,c', '?keep=1'],
      ['a,b', ''],
    ] as const)
      expect(await post(body, keyed, path)).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
    expect(await left()).toEqual([1, 1]);
  });

  it('is nothing that other routes take', async () => {
    expect(await post('a,b', csv, '/json')).toMatchObject({ status: 415, body: { detail: expect.stringMatching(/application\/json/) } });
  });
});
