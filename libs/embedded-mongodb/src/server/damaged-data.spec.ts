import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RawConnection } from '../../test/raw-connection';
import { demand, readAll } from '../../test/torture/observe';
import { Random } from '../../test/torture/random';
import { startEmbeddedMongo, type EmbeddedMongo } from '../index';

const pageSize = 8192;
const sector = 512;

let root: string;
/** A folder that was stopped cleanly: small documents, some that need a page of their own, and an index. */
let intact: string;
let bytes: Buffer;
const documents = Array.from({ length: 400 }, (_, _id) => ({ _id, name: `name ${_id}`, text: 'x'.repeat(_id % 40 === 0 ? 6_000 : 300) }));

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'embedded-damage-'));
  intact = join(root, 'intact');
  await using(intact, async (connection) => {
    await demand(connection, 'shop', { createIndexes: 'things', indexes: [{ name: 'name', key: { name: 1 } }] });
    // In three commits, so that the file has free pages too.
    for (let at = 0; at < 400; at += 134) await demand(connection, 'shop', { insert: 'things', documents: documents.slice(at, at + 134) });
  });
  bytes = readFileSync(join(intact, 'data.mdb'));
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

async function using<T>(dataDir: string, work: (connection: RawConnection) => Promise<T>): Promise<T> {
  const server: EmbeddedMongo = await startEmbeddedMongo({ dataDir, mode: 'inline' });
  try {
    return await work(await RawConnection.to(server.port));
  } finally {
    await server.stop();
  }
}

/** A copy of the folder with another data file. */
function withData(data: Buffer): string {
  const folder = mkdtempSync(join(root, 'copy-'));
  copyFileSync(join(intact, 'embedded-mongodb.json'), join(folder, 'embedded-mongodb.json'));
  writeFileSync(join(folder, 'data.mdb'), data);
  return folder;
}

/** How a server that is started on the folder takes it: the refusal, or whether all documents are there, by each way to them. */
async function startOn(folder: string): Promise<string> {
  const before = readFileSync(join(folder, 'data.mdb'));
  try {
    return await using(folder, async (connection) => {
      const found = await readAll(connection, 'shop', { find: 'things', sort: { _id: 1 }, hint: '_id_' });
      const byName = await readAll(connection, 'shop', { find: 'things', hint: 'name' });
      expect(found).toEqual(documents);
      expect(byName).toHaveLength(documents.length);
      return 'everything is there';
    });
  } catch (error) {
    // What is refused is left as it was.
    expect(readFileSync(join(folder, 'data.mdb')).equals(before)).toBe(true);
    return (error as Error).message;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const acceptable =
  /^everything is there$|cannot be used: data\.mdb .*; (if it is damaged, )?put back a copy of the folder, or start with an empty one$/;

describe('a data file whose damage shows before LMDB meets it', () => {
  it.each([0, 1, 4095, 8192, 12_000, 16_384, 16_385, 65_536])('is refused when only %i bytes of it are left', async (size) => {
    expect(await startOn(withData(bytes.subarray(0, size)))).toMatch(/cannot be used: data\.mdb is (empty|damaged)/);
  });

  it.each([
    ['zeros', (page: Buffer) => page.fill(0)],
    ['ones', (page: Buffer) => page.fill(0xff)],
    ['another page', (page: Buffer) => bytes.copy(page, 0, 3 * pageSize, 4 * pageSize)],
  ])('is refused whichever page holds %s instead, unless nothing is lost by it', async (_what, spoil) => {
    const outcomes: string[] = [];
    for (let page = 0; page < bytes.length / pageSize; page++) {
      const data = Buffer.from(bytes);
      spoil(data.subarray(page * pageSize, (page + 1) * pageSize));
      outcomes.push(await startOn(withData(data)));
    }
    expect(outcomes.filter((outcome) => !acceptable.test(outcome))).toEqual([]);
    expect(outcomes.filter((outcome) => outcome.includes('refused') || outcome.includes('cannot be used')).length).toBeGreaterThan(20);
  });

  it('is refused wherever it is cut off, unless nothing is lost by it', async () => {
    const outcomes: string[] = [];
    for (let size = 2 * pageSize; size < bytes.length; size += pageSize)
      outcomes.push(await startOn(withData(bytes.subarray(0, size + 100))));
    expect(outcomes.filter((outcome) => !acceptable.test(outcome))).toEqual([]);
    expect(outcomes.slice(0, 20).every((outcome) => outcome.includes('cut off'))).toBe(true);
  });

  it('is refused with its first two pages changed over', async () => {
    const swapped = Buffer.concat([bytes.subarray(pageSize, 2 * pageSize), bytes.subarray(0, pageSize), bytes.subarray(2 * pageSize)]);
    expect(await startOn(withData(swapped))).toMatch(/its first pages do not describe it/);
  });

  it('is refused when it is missing or a folder', async () => {
    const folder = withData(bytes);
    rmSync(join(folder, 'data.mdb'));
    await expect(startEmbeddedMongo({ dataDir: folder, mode: 'inline' })).rejects.toThrow(/data\.mdb is missing/);
    mkdirSync(join(folder, 'data.mdb'));
    await expect(startEmbeddedMongo({ dataDir: folder, mode: 'inline' })).rejects.toThrow(/cannot be used/);
  });
});

it('goes back to the commit before when power was cut before the flush, whatever of the last one reached the disk', async () => {
  const folder = withData(bytes);
  await using(folder, (connection) =>
    demand(connection, 'shop', { update: 'things', updates: [{ q: {}, u: { $set: { late: 1 } }, multi: true }] }),
  );
  const after = readFileSync(join(folder, 'data.mdb'));
  const random = new Random(5);
  for (let cut = 0; cut < 30; cut++) {
    const outcome = await startOn(withData(unflushed(bytes, after, random)));
    expect(outcome).toBe('everything is there');
  }
});

/**
 * What may be on disk between two commits: each page, or each sector, as it was or as it was about to be. Where LMDB notes the last flushed
 * commit, in the second half of the first page, is written last.
 */
function unflushed(before: Buffer, after: Buffer, random: Random): Buffer {
  const unit = random.pick([sector, pageSize]);
  const share = random.next();
  const mixed = Buffer.alloc(after.length);
  for (let at = 0; at < mixed.length; at += unit) {
    const isOld = at < before.length && !random.chance(share);
    (isOld ? before : after).copy(mixed, at, at, at + unit);
  }
  before.copy(mixed, pageSize / 2, pageSize / 2, pageSize);
  return random.chance(0.5) ? mixed : mixed.subarray(0, Math.max(before.length, random.below(mixed.length)));
}
