import type { Document } from 'mongodb';
import { RawConnection } from '../test/raw-connection';
import { servedDatabase } from '../test/served-database';

/*
 * What the shell sends, read from the source of mongosh (packages shell-api and service-provider-node-driver, August 2026): when it connects,
 * and for its helpers. The names of the tests are what is typed there.
 */
const served = servedDatabase();

const admin = (command: Document): Promise<Document> => served.raw({ ...command, $db: 'admin' });

async function aggregate(pipeline: Document[], collection = 'things'): Promise<Document[]> {
  return served.db.collection(collection).aggregate(pipeline).toArray();
}

describe('when it connects', () => {
  it('introduces itself and is told a primary that knows sessions', async () => {
    const client = {
      application: { name: 'mongosh 2.5.8' },
      driver: { name: 'nodejs|mongosh', version: '6.19.0|2.5.8' },
      os: { type: 'Linux', name: 'linux', architecture: 'x64', version: '6.1' },
      platform: 'Node.js v20.20.2, LE',
    };
    expect(await admin({ hello: 1, helloOk: true, client, compression: ['none'] })).toMatchObject({
      ok: 1,
      isWritablePrimary: true,
      setName: 'rs0',
      logicalSessionTimeoutMinutes: 30,
    });
  });

  it('finds out what it is connected to', async () => {
    expect(await admin({ buildInfo: 1 })).toMatchObject({ ok: 1, version: '7.0.0', bits: 64 });
    expect(await admin({ getParameter: 1, featureCompatibilityVersion: 1 })).toMatchObject({
      ok: 1,
      featureCompatibilityVersion: { version: '7.0' },
    });
    expect(await admin({ getCmdLineOpts: 1 })).toMatchObject({ ok: 1, argv: ['embedded-mongodb'], parsed: {} });
    expect(await served.client.db('admin').collection('atlascli').countDocuments({ managedClusterType: 'atlasCliLocalDevCluster' })).toBe(
      0,
    );
    expect(await admin({ atlasVersion: 1 })).toMatchObject({ ok: 0, code: 59, codeName: 'CommandNotFound' });
  });

  it('shows a warning that this is not MongoDB and has no users', async () => {
    const { log, totalLinesWritten } = await admin({ getLog: 'startupWarnings' });
    expect(totalLinesWritten).toBe(1);
    const [line] = (log as string[]).map((text) => JSON.parse(text) as Document);
    expect(line).toMatchObject({ s: 'W', msg: expect.stringMatching(/embedded-mongodb.*Access control is not enabled/) as string });
    expect(new Date((line!['t'] as { $date: string }).$date).getTime()).toBeGreaterThan(0);
  });

  it('completes names of databases and collections', async () => {
    await served.db.collection('things').insertOne({});
    const { databases } = await admin({ listDatabases: 1, nameOnly: true, authorizedDatabases: true });
    expect((databases as Document[]).map(({ name }) => name as string)).toContain('test');
    const { cursor } = await served.raw({ listCollections: 1, filter: {}, cursor: {}, nameOnly: true, authorizedCollections: true });
    expect((cursor as Document)['firstBatch']).toEqual([{ name: 'things', type: 'collection' }]);
  });
});

it('is seen by db.currentOp() under its name', async () => {
  const { host } = (await served.db.command({ serverStatus: 1 })) as { host: string };
  const shell = await RawConnection.to(Number(host.split(':')[1]));
  await shell.send('admin', { hello: 1, client: { application: { name: 'mongosh 2.5.8' } } });
  const pipeline = [{ $currentOp: { allUsers: true, idleConnections: false, truncateOps: false } }, { $match: {} }];
  const { cursor } = await shell.send('admin', { aggregate: 1, pipeline, cursor: {} });
  shell.close();
  expect((cursor as Document)['firstBatch']).toEqual([expect.objectContaining({ appName: 'mongosh 2.5.8', op: 'command', active: true })]);
});

describe('db.things.stats() and its like', () => {
  beforeEach(async () => {
    await served.db.collection('things').insertMany([
      { _id: 1 as never, a: 'x' },
      { _id: 2 as never, a: 'yy' },
    ]);
    await served.db.collection('things').createIndex({ a: 1 });
  });

  it('count and size what is stored, as the collStats command does', async () => {
    const [found] = await aggregate([{ $collStats: { storageStats: { scale: 1 } } }]);
    const {
      ok: _ok,
      ns,
      ...stats
    } = await served.raw({ collStats: 'things' }).then(({ $clusterTime: _c, operationTime: _o, ...rest }) => rest);
    expect(found).toMatchObject({ ns: 'test.things', host: expect.stringMatching(/^127\.0\.0\.1:\d+$/) as string });
    expect(found!['localTime']).toBeInstanceOf(Date);
    expect(found!['storageStats']).toEqual(stats);
    // {_id: int32, a: string}: 4 + 9 + (1 + 2 + 4 + length + 1) + 1.
    expect(stats).toMatchObject({ count: 2, size: 23 + 24, avgObjSize: 23.5, capped: false, nindexes: 2, scaleFactor: 1 });
    expect(Object.keys(stats['indexSizes'] as Document)).toEqual(['_id_', 'a_1']);
    expect(ns).toBe('test.things');
  });

  it.each(['size', 'storageSize', 'totalIndexSize', 'totalSize'])('sum up %s by a $group behind it', async (key) => {
    const [sum] = await aggregate([
      { $collStats: { storageStats: {} } },
      { $group: { _id: null, value: { $sum: `$storageStats.${key}` } } },
    ]);
    const stats = await served.raw({ collStats: 'things' });
    expect(sum).toEqual({ _id: null, value: stats[key] });
    expect(stats[key]).toBeGreaterThan(0);
  });

  it('divide by the scale', async () => {
    const [found] = await aggregate([{ $collStats: { storageStats: { scale: 10 }, count: {} } }]);
    expect(found).toMatchObject({ count: 2, storageStats: { count: 2, size: 4.7, scaleFactor: 10 } });
  });

  it.each<[string, Document[], number]>([
    ['latencies, which are not kept', [{ $collStats: { latencyStats: {} } }], 238],
    ['executions, which are not kept', [{ $collStats: { queryExecStats: {} } }], 238],
    ['what is unknown', [{ $collStats: { colour: {} } }], 40415],
    ['a specification that is none', [{ $collStats: 1 }], 5447000],
    ['a scale below 1', [{ $collStats: { storageStats: { scale: 0 } } }], 51024],
    ['a scale that is no number', [{ $collStats: { storageStats: { scale: 'x' } } }], 14],
    ['a place behind the first', [{ $match: {} }, { $collStats: {} }], 40602],
    ['a place inside another stage', [{ $unionWith: { coll: 'things', pipeline: [{ $collStats: {} }] } }], 238],
  ])('refuse %s', async (_what, pipeline, code) => {
    await expect(aggregate(pipeline)).rejects.toMatchObject({ code });
  });

  it('refuse a collection that is not there, a database, and a transaction', async () => {
    await expect(aggregate([{ $collStats: { count: {} } }], 'missing')).rejects.toMatchObject({
      code: 26,
      message: 'Unable to retrieve count in $collStats stage :: caused by :: Collection [test.missing] not found.',
    });
    await expect(served.db.aggregate([{ $collStats: { count: {} } }]).toArray()).rejects.toMatchObject({ code: 73 });
    const session = served.client.startSession();
    session.startTransaction();
    const inside = served.db.collection('things').aggregate([{ $collStats: { count: {} } }], { session });
    await expect(inside.toArray()).rejects.toMatchObject({ code: 263 });
    await session.endSession();
  });

  it('ask whether it is sharded', async () => {
    const filter = { _id: { $in: ['test.things'] }, unsplittable: { $ne: true } };
    expect(await served.client.db('config').collection<{ _id: string }>('collections').findOne(filter)).toBeNull();
  });
});

it.each<[string, Document, Document]>([
  ['db.hello()', { hello: 1 }, { isWritablePrimary: true }],
  ['db.isMaster()', { isMaster: 1 }, { ismaster: true }],
  ['db.stats()', { dbStats: 1, scale: 1 }, { db: 'admin', scaleFactor: 1 }],
  ['db.serverStatus()', { serverStatus: 1 }, { process: 'embedded-mongodb' }],
  ['db.hostInfo()', { hostInfo: 1 }, { system: { cpuAddrSize: 64 }, extra: {} }],
  ['db.serverCmdLineOpts()', { getCmdLineOpts: 1 }, { parsed: {} }],
  ['show dbs', { listDatabases: 1, nameOnly: false }, { ok: 1 }],
  ['show logs', { getLog: '*' }, { names: ['global', 'startupWarnings'] }],
  ['show log global', { getLog: 'global' }, { log: [] }],
  [
    'db.runCommand({connectionStatus: 1, showPrivileges: true})',
    { connectionStatus: 1, showPrivileges: true },
    {
      authInfo: { authenticatedUsers: [], authenticatedUserRoles: [], authenticatedUserPrivileges: [] },
    },
  ],
  ['rs.status()', { replSetGetStatus: 1 }, { set: 'rs0', myState: 1 }],
])('%s is answered', async (_typed, command, reply) => {
  expect(await admin(command)).toMatchObject({ ok: 1, ...reply });
});

it.each<[string, Document, number]>([
  ['db.getUsers()', { usersInfo: 1 }, 59],
  ['db.getRoles()', { rolesInfo: 1 }, 59],
  ['db.getProfilingStatus()', { profile: -1 }, 59],
  ['db.killOp(1)', { killOp: 1, op: 1 }, 59],
  ['db.shutdownServer()', { shutdown: 1 }, 59],
  ['db.fsyncLock()', { fsync: 1, lock: true }, 59],
  ['db.getLogComponents()', { getParameter: 1, logComponentVerbosity: 1 }, 40415],
  ['db.listCommands()', { listCommands: 1 }, 59],
  ['db.things.validate()', { validate: 'things', full: false }, 59],
  ['db.things.reIndex()', { reIndex: 'things' }, 59],
  ['rs.conf()', { replSetGetConfig: 1 }, 59],
  ['show log of another name', { getLog: 'rs' }, 96],
])('%s is refused', async (_typed, command, code) => {
  expect(await admin(command)).toMatchObject({ ok: 0, code });
});

it('db.things.aggregate({$indexStats: {}}) is refused as any unknown stage', async () => {
  await expect(aggregate([{ $indexStats: {} }])).rejects.toMatchObject({ code: 40324 });
});
