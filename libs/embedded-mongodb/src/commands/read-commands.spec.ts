import { UUID, type Collection, type Document } from 'mongodb';
import { servedDatabase } from '../../test/served-database';

const served = servedDatabase();

function things(): Collection<{ _id: number; a: number }> {
  return served.db.collection('things');
}

// A transaction left open would hold up the next test.
afterEach(() => served.raw({ killAllSessions: [] }));

beforeEach(() => things().insertMany([1, 2, 3, 4, 5, 6].map((_id) => ({ _id, a: 10 - _id }))));

interface Opened {
  readonly id: bigint;
  readonly firstBatch: Document[];
}

async function open(command: Document): Promise<Opened> {
  return ((await served.raw(command)) as { cursor: Opened }).cursor;
}

describe('batches', () => {
  it('say nothing about what comes after a full one, as in MongoDB', async () => {
    const { id } = await open({ find: 'things', batchSize: 6 });
    expect(id).not.toBe(0);
    expect(await served.raw({ getMore: BigInt(id), collection: 'things' })).toMatchObject({ cursor: { id: 0, nextBatch: [] } });
  });

  it.each([
    ['a batch that is not full', { find: 'things', batchSize: 7 }],
    ['a batch that reaches the limit', { find: 'things', limit: 4, batchSize: 4 }],
    ['a single batch', { find: 'things', batchSize: 2, singleBatch: true }],
    ['a list as long as the batch', { listIndexes: 'things', cursor: { batchSize: 1 } }],
  ])('end with %s', async (_what, command) => {
    expect((await open(command)).id).toBe(0);
  });

  it('count the limit across all of them', async () => {
    const { id } = await open({ find: 'things', limit: 5, batchSize: 3 });
    const { cursor } = (await served.raw({ getMore: BigInt(id), collection: 'things', batchSize: 2 })) as { cursor: Document };
    expect(cursor).toMatchObject({ id: 0, nextBatch: [{ _id: 4 }, { _id: 5 }] });
  });
});

describe('cursors', () => {
  const [mine, other] = [{ id: new UUID() }, { id: new UUID() }];

  it.each([
    [50736, {}, { lsid: mine }],
    [50737, { lsid: mine }, {}],
    [50738, { lsid: mine }, { lsid: other }],
    [50739, { lsid: mine }, { lsid: mine, txnNumber: 1n, autocommit: false, startTransaction: true }],
  ])('belong to who opened them: %i', async (code, opener, reader) => {
    const { id } = await open({ find: 'things', batchSize: 1, ...opener });
    expect(await served.raw({ getMore: BigInt(id), collection: 'things', ...reader })).toMatchObject({ ok: 0, code });
  });

  it('of a transaction are read on in it only', async () => {
    const lsid = { id: new UUID() };
    const { id } = await open({ find: 'things', batchSize: 1, lsid, txnNumber: 1n, autocommit: false, startTransaction: true });
    const getMore = { getMore: BigInt(id), collection: 'things', lsid };
    expect(await served.raw(getMore)).toMatchObject({ ok: 0, code: 50740 });
    expect(await served.raw({ ...getMore, txnNumber: 1n, autocommit: false })).toMatchObject({ ok: 1 });
  });

  it.each([
    ['endSessions', { endSessions: [mine] }],
    ['killSessions', { killSessions: [mine] }],
    ['killAllSessions', { killAllSessions: [] }],
  ])('end with their session: %s', async (_how, command) => {
    const { id } = await open({ find: 'things', batchSize: 1, lsid: mine });
    const { id: alone } = await open({ find: 'things', batchSize: 1 });
    expect(await served.raw(command)).toMatchObject({ ok: 1 });
    expect(await served.raw({ getMore: BigInt(id), collection: 'things', lsid: mine })).toMatchObject({
      ok: 0,
      codeName: 'CursorNotFound',
    });
    expect(await served.raw({ getMore: BigInt(alone), collection: 'things' })).toMatchObject({ ok: 1 });
  });
});

describe('sessions', () => {
  it('lose their transactions to killAllSessions', async () => {
    const lsid = { id: new UUID() };
    const statement = { lsid, txnNumber: 1n, autocommit: false };
    await served.raw({ insert: 'things', documents: [{ _id: 7 }], ...statement, startTransaction: true });
    await served.raw({ killAllSessions: [{ user: 'nobody', db: 'admin' }] });
    expect(await served.raw({ find: 'things', ...statement })).toMatchObject({ ok: 1 });
    await served.raw({ killAllSessions: [] });
    expect(await served.raw({ find: 'things', ...statement })).toMatchObject({ ok: 0, codeName: 'NoSuchTransaction' });
    expect(await things().countDocuments({ _id: 7 })).toBe(0);
  });

  it('can be asked of the server', async () => {
    const { id, timeoutMinutes } = await served.raw({ startSession: 1 });
    expect([String((id as { id: UUID }).id), timeoutMinutes]).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/), 30]);
  });
});

describe('what the server tells about itself', () => {
  it('is what runs now, told in admin', async () => {
    const asked = { aggregate: 1, pipeline: [{ $currentOp: { localOps: true } }, { $match: { 'command.aggregate': 1 } }], cursor: {} };
    const { firstBatch } = await open({ ...asked, $db: 'admin' });
    expect(firstBatch).toMatchObject([{ type: 'op', active: true, ns: 'admin.$cmd', command: { aggregate: 1, $db: 'admin' } }]);
    expect(await served.raw(asked)).toMatchObject({ ok: 0, codeName: 'InvalidNamespace' });
    expect(await served.raw({ ...asked, pipeline: [{ $currentOp: { all: 1 } }], $db: 'admin' })).toMatchObject({ ok: 0, code: 9 });
  });

  it('is the sessions that were used', async () => {
    const lsid = { id: new UUID() };
    await served.raw({ ping: 1, lsid });
    const { firstBatch } = await open({
      aggregate: 1,
      pipeline: [{ $listLocalSessions: {} }, { $match: { '_id.id': lsid.id } }],
      cursor: {},
    });
    expect(firstBatch).toEqual([{ _id: { id: lsid.id, uid: expect.anything() as unknown }, lastUse: expect.any(Date) as unknown }]);
  });

  it('comes first in a pipeline, and on a database only', async () => {
    const sessions = { $listLocalSessions: {} };
    expect(await served.raw({ aggregate: 'things', pipeline: [sessions], cursor: {} })).toMatchObject({
      ok: 0,
      codeName: 'InvalidNamespace',
    });
    expect(await served.raw({ aggregate: 1, pipeline: [sessions, sessions], cursor: {} })).toMatchObject({ ok: 0, code: 40602 });
    expect(await served.raw({ aggregate: 'things', pipeline: [{ $facet: { a: [sessions] } }], cursor: {} })).toMatchObject({
      ok: 0,
      code: 40600,
    });
  });
});

describe('finding by keys', () => {
  beforeEach(() => things().createIndexes([{ key: { a: 1, _id: -1 }, name: 'both' }, { key: { a: -1 } }]));

  const find = async (options: Document): Promise<Document[]> => (await open({ find: 'things', ...options })).firstBatch;
  const ids = async (options: Document): Promise<unknown[]> => (await find(options)).map(({ _id }) => _id as unknown);

  it('goes from min to before max, in the order of the index', async () => {
    expect(await ids({ hint: { _id: 1 }, min: { _id: 2 }, max: { _id: 5 } })).toEqual([2, 3, 4]);
    expect(await ids({ hint: { a: -1 }, min: { a: 7 }, max: { a: 5 } })).toEqual([3, 4]);
    expect(await ids({ hint: 'both', min: { a: 5, _id: 5 } })).toEqual([5, 4, 3, 2, 1]);
    expect(await ids({ hint: 'both', min: { a: 5, _id: 4 } })).toEqual([4, 3, 2, 1]);
    expect(await ids({ hint: { _id: 1 }, max: { _id: 4 }, filter: { _id: { $gt: 1 } }, sort: { a: 1 } })).toEqual([3, 2]);
  });

  it.each([
    [51173, { min: { _id: 1 } }],
    [51174, { hint: { _id: 1 }, min: { a: 1 } }],
    [51174, { hint: 'both', min: { a: 1 } }],
    [51174, { hint: { $natural: 1 }, min: { _id: 1 } }],
    [51175, { hint: { _id: 1 }, min: { _id: 5 }, max: { _id: 5 } }],
  ])('refuses with %i a window that is none: %j', async (code, options) => {
    expect(await served.raw({ find: 'things', ...options })).toMatchObject({ ok: 0, code });
  });

  it('shows only keys, or nothing where no index was used', async () => {
    expect(await find({ filter: { a: { $lt: 6 } }, hint: 'both', returnKey: true, showRecordId: true })).toEqual([
      { a: 4, _id: 6 },
      { a: 5, _id: 5 },
    ]);
    expect(await find({ filter: { a: 4 }, hint: { $natural: 1 }, returnKey: true })).toEqual([{}]);
    await things().updateOne({ _id: 1 }, { $set: { a: [1, 2] as never } });
    expect(await served.raw({ find: 'things', filter: { a: 1 }, returnKey: true })).toMatchObject({ ok: 0, codeName: 'NotImplemented' });
  });

  it('shows the number of a record behind the document', async () => {
    const [first, second] = await find({ projection: { a: 1 }, showRecordId: true, limit: 2 });
    expect(Object.keys(first!)).toEqual(['_id', 'a', '$recordId']);
    expect(second!['$recordId']).toBeGreaterThan(first!['$recordId'] as number);
  });
});
