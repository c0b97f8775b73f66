import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Timestamp } from 'bson';
import { decode, encode, type Document } from '../bson/codec';
import { Engine } from '../engine';
import type { Collection } from './collection';
import type { OplogEntry } from './oplog-entry';
import { OplogReader } from './oplog-reader';
import { firstPlace, placeAfter, placeOfTime, timeOf } from './place';

let folder: string;
let engine: Engine;
let things: Collection;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'embedded-oplog-'));
  engine = new Engine(folder, { durable: false });
  things = await engine.writer.run(() => engine.catalog.create('shop', 'things'));
});

afterEach(async () => {
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

async function restart(): Promise<void> {
  await engine.close();
  engine = new Engine(folder, { durable: false });
  things = engine.catalog.find('shop', 'things')!;
}

function insert(id: number, fields: Document = {}): void {
  engine.writes.apply(things, [{ record: things.nextRecord(), after: encode({ _id: id, ...fields }) }]);
}

function entries(from = firstPlace): OplogEntry[] {
  const reader = new OplogReader(engine.oplog, from);
  const found: OplogEntry[] = [];
  for (let entry = reader.next(); entry; entry = reader.next()) found.push(entry);
  return found;
}

function ids(from = firstPlace): unknown[] {
  return entries(from).flatMap(({ after }) => (after ? [decode(after)['_id']] : []));
}

it('holds what happened in the order in which it happened, each at a time of its own', async () => {
  await Promise.all([1, 2, 3].map((id) => engine.writer.run(() => insert(id))));
  const [created, ...inserted] = entries();
  expect(created).toMatchObject({ type: 'create', database: 'shop', collection: 'things' });
  expect(inserted.map(({ type }) => type)).toEqual(['insert', 'insert', 'insert']);
  expect(ids()).toEqual([1, 2, 3]);
  expect(new Set(inserted.map(({ place }) => String(timeOf(place)))).size).toBe(3);
});

it('is read from any place on, also when that lies in the middle of what one commit told', async () => {
  await engine.writer.run(() => [1, 2, 3, 4].forEach((id) => insert(id)));
  await engine.writer.run(() => insert(5));
  const places = entries().map(({ place }) => place);
  expect(places.map((place) => ids(place).length)).toEqual([5, 5, 4, 3, 2, 1]);
  expect(ids(placeAfter(places[3]!))).toEqual([4, 5]);
  expect(ids(placeAfter(places[5]!))).toEqual([]);
});

it('is read on as it grows', async () => {
  const reader = new OplogReader(engine.oplog, placeAfter(engine.oplog.settled));
  expect(reader.next()).toBeUndefined();
  await engine.writer.run(() => insert(1));
  expect(reader.next()?.type).toBe('insert');
  expect(reader.next()).toBeUndefined();
});

it('tells what a statement did before it failed, as that stays, and nothing of what it did not do', async () => {
  const taken = { record: 99, after: encode({ _id: 1 }) };
  await engine.writer.run(() => insert(1));
  await expect(
    engine.writer.run(() => engine.writes.apply(things, [{ record: things.nextRecord(), after: encode({ _id: 2 }) }, taken])),
  ).rejects.toMatchObject({ code: 11000 });
  expect(ids()).toEqual([1, 2]);
});

it('shows nothing that is not on disk yet', async () => {
  let early: unknown[] | undefined;
  await engine.writer.run(() => {
    insert(1);
    engine.oplog.flush();
    early = ids();
  });
  expect(early).toEqual([]);
  expect(ids()).toEqual([1]);
});

it('goes on behind its end after a restart, even when the clock has gone back', async () => {
  await engine.writer.run(() => insert(1));
  const before = engine.clock.now();
  jest.spyOn(Date, 'now').mockReturnValue(Date.now() - 3_600_000);
  await restart();
  await engine.writer.run(() => insert(2));
  jest.restoreAllMocks();
  expect(ids()).toEqual([1, 2]);
  expect(timeOf(entries().at(-1)!.place).compare(before)).toBe(1);
});

it('removes the oldest when it is too large, and remembers up to where', async () => {
  for (let id = 0; id < 300; id += 10)
    await engine.writer.run(() => Array.from({ length: 10 }, (_, n) => insert(id + n, { text: 'x'.repeat(1000) })));
  const all = entries();
  const slow = new OplogReader(engine.oplog, firstPlace);
  expect(slow.next()?.type).toBe('create');
  expect(engine.oplog.size).toBeGreaterThan(300_000);
  expect(await engine.writer.run(() => engine.oplog.trim(100_000))).toBe(false);
  expect(engine.oplog.size).toBeLessThan(120_000);
  expect(ids().at(-1)).toBe(299);
  expect(slow.isLost).toBe(true);
  await restart();
  const kept = entries();
  const lost = all.slice(0, all.length - kept.length);
  expect(lost.length).toBeGreaterThan(100);
  expect(lost.every(({ place }) => engine.oplog.isLost(place))).toBe(true);
  expect(kept.some(({ place }) => engine.oplog.isLost(place))).toBe(false);
});

it('knows nothing of the time before it was kept', async () => {
  const early = placeOfTime(new Timestamp({ t: Math.floor(Date.now() / 1000) - 10, i: 1 }));
  expect(engine.oplog.isLost(early)).toBe(false);
  await engine.writer.run(() => engine.environment.oplog.clearSync());
  await restart();
  expect(engine.oplog.isLost(early)).toBe(true);
  await engine.writer.run(() => insert(1));
  await restart();
  expect(engine.oplog.isLost(early)).toBe(true);
  expect(ids()).toEqual([1]);
});
