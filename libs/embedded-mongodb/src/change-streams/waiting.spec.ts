import type { Document } from 'mongodb';
import { ConnectionLost, RawConnection } from '../../test/raw-connection';
import { StreamShop, type Thing } from '../../test/stream-shop';
import { typesOf } from '../../test/watcher';

const shop = new StreamShop();

describe('waiting', () => {
  it('ends with the first event, and holds up nobody', async () => {
    const stream = await shop.watch();
    const waiting = stream.more(20_000);
    const begun = performance.now();
    for (let n = 0; n < 5; n++) await shop.db.command({ ping: 1 });
    await shop.things.insertOne({ _id: 1 });
    expect(typesOf(await waiting)).toEqual(['insert']);
    expect(performance.now() - begun).toBeLessThan(5000);
  });

  it('ends when the time is over', async () => {
    const stream = await shop.watch();
    const begun = performance.now();
    await shop.db.collection('more').insertOne({ n: 1 });
    expect(await stream.more(200)).toEqual([]);
    expect(performance.now() - begun).toBeGreaterThanOrEqual(190);
    expect(stream.isOver).toBe(false);
  });

  it('ends when the stream is killed', async () => {
    const stream = await shop.watch();
    const waiting = expect(stream.more(20_000)).rejects.toMatchObject({ code: 237, codeName: 'CursorKilled' });
    await new Promise((resolve) => setTimeout(resolve, 20));
    const begun = performance.now();
    await stream.kill();
    await waiting;
    expect(performance.now() - begun).toBeLessThan(5000);
    await expect(stream.more()).rejects.toMatchObject({ code: 43 });
  });

  it('is for one at a time', async () => {
    const stream = await shop.watch();
    const waiting = stream.more(20_000);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await expect(stream.more()).rejects.toMatchObject({ code: 143, codeName: 'CursorInUse' });
    await shop.things.insertOne({ _id: 1 });
    expect(typesOf(await waiting)).toEqual(['insert']);
  });

  it('ends when whoever waits has gone', async () => {
    const [first, second] = [await RawConnection.to(shop.server.port), await RawConnection.to(shop.server.port)];
    const { cursor } = await first.send('shop', { aggregate: 'things', pipeline: [{ $changeStream: {} }], cursor: {} });
    const more = (maxTimeMS: number): Document => ({ getMore: (cursor as { id: bigint }).id, collection: 'things', maxTimeMS });
    const waiting = expect(first.send('shop', more(20_000))).rejects.toThrow(ConnectionLost);
    await new Promise((resolve) => setTimeout(resolve, 20));
    first.close();
    await waiting;
    await shop.things.insertOne({ _id: 1 });
    expect(await second.send('shop', more(1))).toMatchObject({ cursor: { nextBatch: [{ operationType: 'insert' }] } });
    second.close();
  });

  it('does not keep the server from stopping', async () => {
    const stream = await shop.watch();
    const waiting = expect(stream.more(60_000)).rejects.toThrow();
    await new Promise((resolve) => setTimeout(resolve, 20));
    const begun = performance.now();
    await shop.server.stop();
    await waiting;
    await shop.client.close();
    expect(performance.now() - begun).toBeLessThan(5000);
    await shop.begin();
  });

  it('goes through a long oplog in steps, so that others are answered meanwhile', async () => {
    const token = (await shop.watch()).token;
    const more = shop.db.collection('more');
    await more.insertMany(Array.from({ length: 3000 }, (_, n) => ({ n })));
    const order: string[] = [];
    const note = (what: string) => (): void => void order.push(what);
    const searching = shop.watch({ resumeAfter: token }).then(note('stream'));
    await shop.db.command({ ping: 1 }).then(note('ping'));
    await searching;
    expect(order).toEqual(['ping', 'stream']);
  });
});

it('a slow reader sees each acknowledged change once and in order, whatever else is written', async () => {
  const stream = await shop.watch();
  const acknowledged: string[][] = [];
  const writers = Array.from({ length: 8 }, async (_, writer) => {
    const mine: string[] = (acknowledged[writer] = []);
    for (let step = 0; step < 30; step++) {
      const _id = writer * 1000 + step;
      await shop.things.insertOne({ _id, n: 0 });
      await shop.things.updateOne({ _id }, { $set: { n: 1 } });
      await shop.db.collection('more').insertOne({ writer, step });
      mine.push(`insert ${_id}`, `update ${_id}`);
    }
  });
  const reading = (async () => {
    while (stream.seen.length < 8 * 60) await stream.more(50, 7);
  })();
  await Promise.all([...writers, reading]);
  const seen = (await stream.all()).map(({ operationType, documentKey }) => `${operationType} ${documentKey._id}`);
  expect(new Set(seen).size).toBe(seen.length);
  for (const [writer, mine] of acknowledged.entries())
    expect(seen.filter((event) => Math.floor(Number(event.split(' ')[1]) / 1000) === writer)).toEqual(mine);
  const times = stream.seen.map(({ clusterTime }) => clusterTime);
  expect(times.every((time, i) => i === 0 || time.compare(times[i - 1]!) > 0)).toBe(true);
});

it('the real driver follows a stream, and resumes it over a dropped connection', async () => {
  const seen: number[] = [];
  const stream = shop.things.watch<Thing>([], { maxAwaitTimeMS: 50 });
  const reading = (async () => {
    for await (const event of stream) {
      seen.push((event as unknown as { documentKey: { _id: number } }).documentKey._id);
      if (seen.length === 4) return;
    }
  })();
  await new Promise((resolve) => setTimeout(resolve, 50));
  await shop.things.insertMany([{ _id: 1 }, { _id: 2 }]);
  await shop.client
    .db('admin')
    .command({ configureFailPoint: 'failCommand', mode: { times: 1 }, data: { failCommands: ['getMore'], closeConnection: true } });
  await shop.things.insertOne({ _id: 3 });
  await shop.things.insertOne({ _id: 4 });
  await reading;
  await stream.close();
  expect(seen).toEqual([1, 2, 3, 4]);
});
