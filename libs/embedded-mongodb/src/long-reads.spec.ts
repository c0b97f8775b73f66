import { Long, type Document } from 'mongodb';
import { RawConnection } from '../test/raw-connection';
import { RawSession, TestServer } from '../test/test-server';

let server: TestServer;
let one: RawConnection;
let other: RawConnection;
const documents = 2000;

beforeAll(async () => {
  server = await TestServer.start();
  server.engine.longestTurn = 0;
});
afterAll(() => server.stop());

beforeEach(async () => {
  one = await RawConnection.to(server.port);
  other = await RawConnection.to(server.port);
  const things = Array.from({ length: documents }, (_, _id) => ({ _id, n: _id % 10 }));
  await ask({ insert: 'things', documents: things });
  await ask({ createIndexes: 'things', indexes: [{ key: { n: 1 }, name: 'n_1' }] });
});
afterEach(async () => {
  one.close();
  await ask({ dropDatabase: 1 });
  other.close();
});

/** Holds each document against each: it takes longer than any of these tests. */
const against = { from: 'things', let: { n: '$n' }, pipeline: [{ $match: { $expr: { $eq: ['$$n', 'none'] } } }], as: 'none' };
const endless = { aggregate: 'things', pipeline: [{ $lookup: against }, { $match: { none: 1 } }], cursor: {} };

function ask(command: Document): Promise<Document> {
  return other.send('bank', command);
}

/** Sends a read and waits until it is under way. */
async function begin(command: Document): Promise<{ reply: Promise<Document> }> {
  const reply = one.send('bank', command);
  reply.catch(() => undefined);
  while ((await running(command)) === 0) await ask({ ping: 1 });
  return { reply };
}

async function running(command: Document): Promise<number> {
  const name = Object.keys(command)[0]!;
  const { cursor } = await ask({ aggregate: 1, pipeline: [{ $currentOp: {} }], cursor: {}, $db: 'admin' });
  const { firstBatch } = cursor as { firstBatch: { command: Document }[] };
  return firstBatch.filter(({ command: own }) => own[name] === command[name]).length;
}

it.each([
  ['a find', { find: 'things', filter: { m: 1 } }],
  ['a sort', { find: 'things', sort: { m: 1, n: -1 } }],
  ['a count', { count: 'things', query: { m: 1 } }],
  ['a group', { aggregate: 'things', pipeline: [{ $group: { _id: '$n' } }], cursor: {} }],
  ['distinct values', { distinct: 'things', key: 'n' }],
  ['an explanation', { explain: { find: 'things', filter: { m: 1 } }, verbosity: 'executionStats' }],
  ['a join', { aggregate: 'things', pipeline: [{ $lookup: { from: 'things', localField: 'n', foreignField: 'm', as: 'm' } }], cursor: {} }],
  ['statistics', { collStats: 'things' }],
  ['statistics of a database', { dbStats: 1 }],
  ['statistics in a pipeline', { aggregate: 'things', pipeline: [{ $collStats: { count: {} } }], cursor: {} }],
])('lets others have their turn during %s', async (_what, command) => {
  const order: string[] = [];
  const reading = one.send('bank', command).then((reply) => order.push(`read ${String(reply['ok'])}`));
  const pinging = ask({ ping: 1 }).then(() => order.push('ping'));
  await Promise.all([reading, pinging]);
  expect(order).toEqual(['ping', 'read 1']);
});

it('answers the same as without a pause', async () => {
  const commands: Document[] = [
    { find: 'things', filter: { n: { $gt: 7 } }, sort: { n: -1, _id: 1 }, batchSize: 1000 },
    { find: 'things', filter: { _id: { $gte: 100 } }, skip: 50, limit: 70 },
    { aggregate: 'things', pipeline: [{ $group: { _id: '$n', ids: { $sum: '$_id' } } }, { $sort: { _id: 1 } }], cursor: {} },
    { aggregate: 'things', pipeline: [{ $facet: { few: [{ $limit: 3 }], count: [{ $count: 'n' }] } }], cursor: {} },
    {
      aggregate: 'things',
      pipeline: [{ $skip: 10 }, { $unionWith: 'things' }, { $bucketAuto: { groupBy: '$_id', buckets: 3 } }],
      cursor: {},
    },
    { distinct: 'things', key: 'n' },
    { count: 'things', query: { n: 3 } },
  ];
  const answers = async (): Promise<unknown[]> => {
    const replies: unknown[] = [];
    for (const command of commands) {
      const { cursor, values, n } = await ask(command);
      replies.push((cursor as Document | undefined)?.['firstBatch'] ?? values ?? n);
    }
    return replies;
  };
  const paused = await answers();
  server.engine.longestTurn = Infinity;
  try {
    expect(await answers()).toEqual(paused);
  } finally {
    server.engine.longestTurn = 0;
  }
});

it('ends with 50 when the time is up', async () => {
  expect(await ask({ ...endless, maxTimeMS: 20 })).toMatchObject({ ok: 0, code: 50, codeName: 'MaxTimeMSExpired' });
});

it('ends with 175 when the collection is dropped, or renamed, or the index that it reads', async () => {
  const dropped = await begin(endless);
  await ask({ drop: 'things' });
  expect(await dropped.reply).toMatchObject({ ok: 0, code: 175, codeName: 'QueryPlanKilled' });

  await ask({ insert: 'others', documents: Array.from({ length: documents }, (_, _id) => ({ _id, n: _id % 10 })) });
  await ask({ createIndexes: 'others', indexes: [{ key: { n: 1 }, name: 'n_1' }] });
  const byIndex = {
    ...endless,
    aggregate: 'others',
    hint: 'n_1',
    pipeline: [{ $lookup: { ...against, from: 'others' } }, { $match: { none: 1 } }],
  };
  const withoutIndex = await begin(byIndex);
  await ask({ dropIndexes: 'others', index: 'n_1' });
  expect(await withoutIndex.reply).toMatchObject({ code: 175, errmsg: "index 'n_1' dropped" });

  const { hint: _hint, ...whole } = byIndex;
  const renamed = await begin(whole);
  await ask({ renameCollection: 'bank.others', to: 'bank.things', $db: 'admin' });
  expect(await renamed.reply).toMatchObject({ code: 175 });
});

it('notices between two batches that its index is gone, instead of ending early', async () => {
  const { cursor } = await ask({ find: 'things', filter: { n: { $gte: 0 } }, hint: 'n_1', batchSize: 2 });
  await ask({ dropIndexes: 'things', index: 'n_1' });
  expect(await ask({ getMore: (cursor as Document)['id'], collection: 'things' })).toMatchObject({ code: 175 });
});

it('ends with 11601 when its session is killed', async () => {
  const session = new RawSession(server);
  const read = await begin({ ...endless, lsid: session.lsid });
  await ask({ killSessions: [session.lsid] });
  expect(await read.reply).toMatchObject({ code: 11601, codeName: 'Interrupted' });
});

it('ends when nobody is left to answer', async () => {
  await begin(endless);
  one.close();
  // It would go on for as long as this test may take.
  while ((await running(endless)) > 0) await ask({ ping: 1 });
  expect(await running(endless)).toBe(0);
});

it('ends with 251 when its transaction has been aborted, and with 239 when its snapshot has been closed', async () => {
  const { lsid } = new RawSession(server);
  const inTransaction = await begin({ ...endless, lsid, txnNumber: Long.ONE, autocommit: false, startTransaction: true });
  server.engine.sessions.abortAll();
  expect(await inTransaction.reply).toMatchObject({ code: 251 });
  const snapshot = await begin({ ...endless, readConcern: { level: 'snapshot' } });
  server.engine.snapshots.closeAll();
  expect(await snapshot.reply).toMatchObject({ code: 239 });
});

it('sees one moment in a transaction, whatever is written while it pauses', async () => {
  const session = new RawSession(server).begin();
  await session.send({ find: 'things', limit: 1 });
  const sum = { aggregate: 'things', pipeline: [{ $sort: { m: 1 } }, { $group: { _id: null, n: { $sum: '$n' } } }], cursor: {} };
  const reading = session.send(sum);
  await ask({ update: 'things', updates: [{ q: {}, u: { $inc: { n: 1000 } }, multi: true }] });
  await ask({ delete: 'things', deletes: [{ q: { _id: { $gte: 1000 } }, limit: 0 }] });
  for (const { cursor } of [await reading, await session.send(sum)]) {
    expect((cursor as Document)['firstBatch']).toEqual([{ _id: null, n: documents * 4.5 }]);
  }
  await session.abort();
});

it('carries out the statements of one transaction one after the other', async () => {
  const session = new RawSession(server).begin();
  await session.send({ find: 'things', limit: 1 });
  const counting = session.send({ aggregate: 'things', pipeline: [{ $match: { m: { $exists: false } } }, { $count: 'n' }], cursor: {} });
  const replies = await Promise.all([
    counting,
    session.send({ update: 'things', updates: [{ q: {}, u: { $set: { m: 1 } }, multi: true }] }),
    session.commit(),
  ]);
  expect(replies[0]).toMatchObject({ ok: 1, cursor: { firstBatch: [{ n: documents }] } });
  expect(replies.slice(1)).toMatchObject([{ ok: 1, nModified: documents }, { ok: 1 }]);
});

it('lets only one read a cursor, and stops when that is killed', async () => {
  const opened = await ask({
    ...endless,
    pipeline: [{ $limit: 1 }, { $unionWith: { coll: 'things', pipeline: endless.pipeline } }],
    cursor: { batchSize: 1 },
  });
  const { id } = opened['cursor'] as { id: bigint };
  const more = await begin({ getMore: id, collection: 'things' });
  expect(await ask({ getMore: id, collection: 'things' })).toMatchObject({ code: 143, codeName: 'CursorInUse' });
  expect(await ask({ killCursors: 'things', cursors: [id] })).toMatchObject({ cursorsKilled: [expect.anything()] });
  expect(await more.reply).toMatchObject({ code: 237, codeName: 'CursorKilled' });
});

it('stops a write before it has changed anything, and all of its command, when the time is up', async () => {
  const slow = { $expr: { $gt: [{ $size: { $filter: { input: { $range: [0, 20_000] }, cond: { $eq: ['$$this', -1] } } } }, 0] } };
  const update = { q: slow, u: { $set: { n: 'changed' } }, multi: true };
  expect(await ask({ update: 'things', updates: [update, update], ordered: false, maxTimeMS: 20 })).toMatchObject({ ok: 0, code: 50 });
  expect(await ask({ count: 'things', query: { n: 'changed' } })).toMatchObject({ n: 0 });
});
