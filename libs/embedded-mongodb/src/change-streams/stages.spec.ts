import { type Document } from 'mongodb';
import { rawCommand } from '../../test/raw-command';
import { StreamShop, type Thing } from '../../test/stream-shop';
import { typesOf, Watcher } from '../../test/watcher';

const shop = new StreamShop();

const anything = expect.anything() as unknown;

describe('a stream watches', () => {
  it('its collection, its database, or all of them but the internal ones', async () => {
    const other = shop.client.db('other');
    const [collection, database, cluster] = [await shop.watch(), await shop.watchAll(), await shop.watchCluster()];
    await shop.things.insertOne({ _id: 1 });
    await shop.db.collection('more').insertOne({ n: 1 });
    await other.collection('things').insertOne({ n: 1 });
    await shop.db.collection('system.js').insertOne({ n: 1 });
    await shop.client.db('config').collection('things').insertOne({ n: 1 });
    const seen = async (stream: Watcher): Promise<string[]> =>
      (await stream.all()).map(({ ns: { db: database, coll } }) => `${database}.${coll}`);
    expect(await seen(collection)).toEqual(['shop.things']);
    expect(await seen(database)).toEqual(['shop.things', 'shop.more']);
    expect(await seen(cluster)).toEqual(['shop.things', 'shop.more', 'other.things']);
    await other.dropDatabase();
    await shop.client.db('config').dropDatabase();
  });

  it('a collection that is not there yet', async () => {
    const stream = await Watcher.open({ db: shop.db, on: 'later' });
    await shop.db.collection<Thing>('later').insertOne({ _id: 1 });
    expect(typesOf(await stream.all())).toEqual(['insert']);
  });

  it('from now on: nothing of what was before it was opened', async () => {
    await shop.things.insertOne({ _id: 1 });
    const stream = await shop.watch();
    await shop.things.insertOne({ _id: 2 });
    expect((await stream.all()).map(({ documentKey }) => documentKey._id as number)).toEqual([2]);
  });
});

describe('the stages behind', () => {
  it('filter and shape the events', async () => {
    const stream = await shop.watch(
      {},
      { $match: { operationType: 'insert', 'fullDocument.n': { $gt: 1 } } },
      { $set: { double: { $multiply: ['$fullDocument.n', 2] } } },
      { $project: { double: 1 } },
    );
    await shop.things.insertMany([
      { _id: 1, n: 1 },
      { _id: 2, n: 2 },
    ]);
    expect(await stream.all()).toEqual([{ _id: anything, double: 4 }]);
  });

  it.each<[string, Document[], number]>([
    ['are refused when they gather', [{ $changeStream: {} }, { $group: { _id: 1 } }], 20],
    ['are refused when they sort', [{ $changeStream: {} }, { $sort: { _id: 1 } }], 20],
    ['are refused when they write', [{ $changeStream: {} }, { $out: 'copy' }], 20],
    ['are refused when they join', [{ $changeStream: {} }, { $lookup: { from: 'more', as: 'more', pipeline: [] } }], 20],
    ['are refused when there is no such stage', [{ $changeStream: {} }, { $frobnicate: {} }], 40324],
    ['are refused when they are none', [{ $changeStream: {} }, 5 as unknown as Document], 40322],
    ['are refused in front', [{ $match: {} }, { $changeStream: {} }], 40602],
    ['are refused twice', [{ $changeStream: {} }, { $changeStream: {} }], 40602],
    ['are refused behind the one that splits', [{ $changeStream: {} }, { $changeStreamSplitLargeEvent: {} }, { $match: {} }], 7182802],
    ['are refused with more than they know', [{ $changeStream: {} }, { $changeStreamSplitLargeEvent: { a: 1 } }], 7182800],
  ])('%s', async (_what, pipeline, code) => {
    await expect(shop.db.command({ aggregate: 'things', pipeline, cursor: {} })).rejects.toMatchObject({ code });
  });

  it.each([[{ $project: { _id: 0 } }], [{ $set: { _id: 1 } }], [{ $replaceWith: { a: 1 } }]])(
    'may not take the token away: %j',
    async (stage) => {
      const stream = await shop.watch({}, stage);
      await shop.things.insertOne({ _id: 1 });
      await expect(stream.more()).rejects.toMatchObject({ code: 280, errorResponse: { errorLabels: ['NonResumableChangeStreamError'] } });
    },
  );
});

it.each<[string, string | 1, string, unknown, number]>([
  ['a specification that is none', 'things', 'shop', 5, 50808],
  ['an unknown option', 'things', 'shop', { frobnicate: 1 }, 40415],
  ['an option that is not supported', 'things', 'shop', { showSystemEvents: true }, 238],
  ['an unknown mode', 'things', 'shop', { fullDocument: 'sometimes' }, 2],
  ['a mode of the wrong type', 'things', 'shop', { fullDocumentBeforeChange: 1 }, 14],
  ['a flag of the wrong type', 'things', 'shop', { showExpandedEvents: 1 }, 14],
  ['all changes on a collection', 'things', 'shop', { allChangesForCluster: true }, 72],
  ['all changes on another database than admin', 1, 'shop', { allChangesForCluster: true }, 72],
  ['the admin database alone', 1, 'admin', {}, 73],
  ['a collection of the config database', 'things', 'config', {}, 73],
  ['an internal collection', 'system.profile', 'shop', {}, 73],
])('%s is refused', async (_what, on, database, stage, code) => {
  const command = { aggregate: on, pipeline: [{ $changeStream: stage }], cursor: {} };
  await expect(shop.client.db(database).command(command)).rejects.toMatchObject({ code });
});

it('reads with majority, as there is nothing else', async () => {
  const command = { aggregate: 'things', pipeline: [{ $changeStream: {} }], cursor: {}, $db: 'shop' };
  expect(await rawCommand(shop.server.port, { ...command, readConcern: { level: 'majority' } })).toMatchObject({ ok: 1 });
  expect(await rawCommand(shop.server.port, { ...command, readConcern: { level: 'local' } })).toMatchObject({ ok: 0, code: 72 });
});
