import { RawSession, TestServer } from '../../test/test-server';
import type { Collection } from '../storage/collection';
import { removeExpired } from './sweeper';

let server: TestServer;
const documents = 1200;

beforeEach(async () => {
  server = await TestServer.start();
  await server.send({ insert: 'things', documents: Array.from({ length: documents }, (_, _id) => ({ _id, at: new Date(_id) })) });
  await server.send({ createIndexes: 'things', indexes: [{ key: { at: 1 }, name: 'at_1', expireAfterSeconds: 0 }] });
});
afterEach(() => server.stop());

function things(): Collection {
  return server.engine.catalog.find('bank', 'things')!;
}

function sweep(collection = things(), index = collection.indexes[1]!): Promise<number> {
  return removeExpired(server.engine, collection, index, new Date());
}

async function left(): Promise<number> {
  return Number((await server.send({ count: 'things' }))['n']);
}

it('removes what is over by its index, a portion in each commit, so that other writes get in between', async () => {
  const before = server.engine.writer.sequenceAt(undefined);
  expect(await sweep()).toBe(documents);
  expect(server.engine.writer.sequenceAt(undefined) - before).toBeGreaterThan(2);
  expect(await left()).toBe(0);
});

it('removes what is over by an index of some documents only', async () => {
  await server.send({
    insert: 'rows',
    documents: [{ _id: 1, at: new Date(0) }, { _id: 2 }, { _id: 3, at: new Date(Date.now() + 60_000) }],
  });
  const partly = { expireAfterSeconds: 0, partialFilterExpression: { at: { $exists: true } } };
  await server.send({ createIndexes: 'rows', indexes: [{ key: { at: 1 }, name: 'at_1', ...partly }] });
  expect(await sweep(server.engine.catalog.find('bank', 'rows'))).toBe(1);
  expect(await server.send({ count: 'rows' })).toMatchObject({ n: 2 });
});

it('leaves what a transaction has changed, removes all else, and makes a transaction that comes later fail', async () => {
  const early = new RawSession(server).begin();
  await early.send({ find: 'things', limit: 1 });
  const holder = new RawSession(server).begin();
  await holder.send({ update: 'things', updates: [{ q: { _id: 3 }, u: { $set: { held: true } } }] });
  expect(await sweep()).toBe(documents - 1);
  expect(await holder.commit()).toMatchObject({ ok: 1 });
  expect(await early.send({ find: 'things', filter: { _id: 7 } })).toMatchObject({ cursor: { firstBatch: [{ _id: 7 }] } });
  expect(await early.send({ update: 'things', updates: [{ q: { _id: 7 }, u: { $set: { held: true } } }] })).toMatchObject({ code: 112 });
  expect(await left()).toBe(1);
  expect(await sweep()).toBe(1);
});

it('stops where the index or the collection has gone since it began', async () => {
  const collection = things();
  const index = collection.indexes[1]!;
  const sweeping = sweep(collection, index);
  const dropped = server.send({ dropIndexes: 'things', index: 'at_1' });
  expect(await sweeping).toBeLessThanOrEqual(documents);
  await dropped;
  expect(await sweep(collection, index)).toBe(0);
  await server.send({ drop: 'things' });
  expect(await sweep(collection, index)).toBe(0);
});
