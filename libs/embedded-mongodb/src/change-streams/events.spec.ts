import { Binary, Long, UUID, type Document } from 'mongodb';
import { rawCommand } from '../../test/raw-command';
import { StreamShop } from '../../test/stream-shop';
import { typesOf } from '../../test/watcher';

const shop = new StreamShop();

const anything = expect.anything() as unknown;
const ns = { db: 'shop', coll: 'things' };

describe('events', () => {
  it.each<[string, () => Promise<unknown>, Document[]]>([
    [
      'an insert',
      () => shop.things.insertOne({ _id: 2, b: 1 }),
      [{ operationType: 'insert', documentKey: { _id: 2 }, fullDocument: { _id: 2, b: 1 } }],
    ],
    [
      'several inserts, in order',
      () => shop.things.insertMany([{ _id: 2 }, { _id: 3 }]),
      [
        { operationType: 'insert', documentKey: { _id: 2 } },
        { operationType: 'insert', documentKey: { _id: 3 } },
      ],
    ],
    [
      'an update',
      () => shop.things.updateOne({ _id: 1 }, { $set: { a: 2 }, $unset: { gone: '' } }),
      [
        {
          operationType: 'update',
          documentKey: { _id: 1 },
          updateDescription: { updatedFields: { a: 2 }, removedFields: ['gone'], truncatedArrays: [] },
        },
      ],
    ],
    ['an update that changes nothing', () => shop.things.updateOne({ _id: 1 }, { $set: { a: 1 } }), []],
    [
      'a replacement',
      () => shop.things.replaceOne({ _id: 1 }, { z: 1 }),
      [{ operationType: 'replace', documentKey: { _id: 1 }, fullDocument: { _id: 1, z: 1 } }],
    ],
    [
      'an upsert',
      () => shop.things.updateOne({ _id: 5 }, { $set: { a: 1 } }, { upsert: true }),
      [{ operationType: 'insert', fullDocument: { _id: 5, a: 1 } }],
    ],
    ['a deletion', () => shop.things.deleteOne({ _id: 1 }), [{ operationType: 'delete', documentKey: { _id: 1 } }]],
    ['findAndModify', () => shop.things.findOneAndDelete({ _id: 1 }), [{ operationType: 'delete', documentKey: { _id: 1 } }]],
    [
      '$merge',
      () => shop.things.aggregate([{ $set: { a: 7 } }, { $merge: 'things' }]).toArray(),
      [{ operationType: 'update', updateDescription: { updatedFields: { a: 7 }, removedFields: [], truncatedArrays: [] } }],
    ],
  ])('tell %s', async (_what, act, expected) => {
    await shop.things.insertOne({ _id: 1, a: 1, gone: 1 });
    const stream = await shop.watch();
    await act();
    const events = await stream.all();
    expect(events).toHaveLength(expected.length);
    expected.forEach((event, i) =>
      expect(events[i]).toMatchObject({ ...event, _id: { _data: anything }, clusterTime: anything, wallTime: anything, ns }),
    );
    expect(events.filter(({ lsid, txnNumber, collectionUUID }) => lsid ?? txnNumber ?? collectionUUID)).toEqual([]);
  });

  it('have just the fields that MongoDB gives them', async () => {
    const stream = await shop.watch();
    await shop.things.insertOne({ _id: 1 });
    await shop.things.updateOne({ _id: 1 }, { $set: { a: 1 } });
    await shop.things.deleteOne({ _id: 1 });
    const [insert, update, deletion] = (await stream.all()).map((event) => Object.keys(event));
    const common = ['_id', 'operationType', 'clusterTime', 'wallTime'];
    expect(insert).toEqual([...common, 'fullDocument', 'ns', 'documentKey']);
    expect(update).toEqual([...common, 'ns', 'documentKey', 'updateDescription']);
    expect(deletion).toEqual([...common, 'ns', 'documentKey']);
  });

  it('tell a write that a driver sends twice once', async () => {
    const stream = await shop.watch();
    const command = { insert: 'things', documents: [{ _id: 1 }], lsid: { id: new UUID() }, txnNumber: Long.fromNumber(1), $db: 'shop' };
    await rawCommand(shop.server.port, command);
    await rawCommand(shop.server.port, command);
    expect(typesOf(await stream.all())).toEqual(['insert']);
  });

  it('tell what happens to collections and indexes when all is asked for, and only the end of a collection when not', async () => {
    const act = async (): Promise<void> => {
      await shop.db.createCollection('more', { collation: { locale: 'de' } });
      await shop.db.collection('more').createIndex({ a: 1 }, { name: 'by a' });
      await shop.db.command({ collMod: 'more', index: { name: 'by a', hidden: true } });
      await shop.db.collection('more').dropIndex('by a');
      await shop.db.collection('more').rename('others');
      await shop.db.collection('others').drop();
    };
    const [all, some] = [await shop.watchAll({ showExpandedEvents: true }), await shop.watchAll()];
    await act();
    const events = await all.all();
    expect(typesOf(events)).toEqual(['create', 'createIndexes', 'modify', 'dropIndexes', 'rename', 'drop']);
    const [create, createIndexes, modify, dropIndexes, rename, drop] = events;
    expect(create!['operationDescription']).toMatchObject({
      idIndex: { v: 2, key: { _id: 1 }, name: '_id_' },
      collation: { locale: 'de' },
    });
    expect(createIndexes!['operationDescription']).toMatchObject({ indexes: [{ v: 2, key: { a: 1 }, name: 'by a' }] });
    expect(modify).toMatchObject({
      operationDescription: { index: { name: 'by a', hidden: true } },
      stateBeforeChange: { collectionOptions: { uuid: anything } },
    });
    expect(dropIndexes!['operationDescription']).toMatchObject({ indexes: [{ name: 'by a', hidden: true }] });
    expect(rename).toMatchObject({ ns: { db: 'shop', coll: 'more' }, to: { db: 'shop', coll: 'others' } });
    expect(drop).toMatchObject({ ns: { db: 'shop', coll: 'others' }, collectionUUID: rename!['collectionUUID'] as unknown });
    expect(typesOf(await some.all())).toEqual(['rename', 'drop']);
    expect(some.seen[0]).not.toHaveProperty('operationDescription');
  });

  it('say what was dropped by a rename, and nothing of an index that could not be built', async () => {
    await shop.db.createCollection('others');
    await shop.things.insertMany([
      { _id: 1, a: 1 },
      { _id: 2, a: 1 },
    ]);
    const stream = await shop.watchAll({ showExpandedEvents: true });
    await expect(shop.things.createIndex({ a: 1 }, { unique: true })).rejects.toMatchObject({ code: 11000 });
    await shop.things.rename('others', { dropTarget: true });
    const [rename, ...rest] = await stream.all();
    expect(rename).toMatchObject({ operationType: 'rename', operationDescription: { dropTarget: expect.any(Binary) as unknown } });
    expect(rest).toEqual([]);
  });

  it('name the steps of paths in doubt only when all is asked for', async () => {
    await shop.things.insertOne({ _id: 1, a: { '0': 1 } });
    const [all, some] = [await shop.watch({ showExpandedEvents: true }), await shop.watch()];
    await shop.things.updateOne({ _id: 1 }, { $set: { 'a.0': 2 } });
    expect((await all.all())[0]!['updateDescription']).toMatchObject({ disambiguatedPaths: { 'a.0': ['a', '0'] } });
    expect((await some.all())[0]!['updateDescription']).not.toHaveProperty('disambiguatedPaths');
  });
});

describe('a transaction', () => {
  it('is told when it commits, in its own order, as of one time', async () => {
    await shop.things.insertOne({ _id: 1 });
    const stream = await shop.watch();
    const session = shop.client.startSession();
    session.startTransaction();
    await shop.things.updateOne({ _id: 1 }, { $set: { a: 1 } }, { session });
    await shop.things.insertOne({ _id: 2 }, { session });
    await shop.things.updateOne({ _id: 2 }, { $set: { a: 1 } }, { session });
    await shop.things.deleteOne({ _id: 2 }, { session });
    await shop.things.insertOne({ _id: 3 });
    expect(typesOf(await stream.all())).toEqual(['insert']);
    await session.commitTransaction();
    const events = (await stream.all()).slice(1);
    expect(events.map(({ operationType, documentKey }) => [operationType, documentKey._id as number])).toEqual([
      ['update', 1],
      ['insert', 2],
      ['update', 2],
      ['delete', 2],
    ]);
    expect(events[1]).toMatchObject({ fullDocument: { _id: 2 } });
    expect(new Set(events.map(({ clusterTime }) => String(clusterTime))).size).toBe(1);
    for (const { lsid, txnNumber } of events) {
      expect(lsid).toMatchObject({ id: session.id!['id'], uid: anything });
      expect(String(txnNumber)).toBe(String(session.serverSession.txnNumber));
    }
    await session.endSession();
  });

  it('is not told when it aborts, and cannot watch', async () => {
    const stream = await shop.watch();
    const session = shop.client.startSession();
    session.startTransaction();
    await shop.things.insertOne({ _id: 2 }, { session });
    await session.abortTransaction();
    session.startTransaction();
    const inside = shop.db.command({ aggregate: 'things', pipeline: [{ $changeStream: {} }], cursor: {} }, { session });
    await expect(inside).rejects.toMatchObject({ code: 263 });
    await session.endSession();
    expect(await stream.all()).toEqual([]);
  });
});

describe('documents before and after', () => {
  const modes = ['default', 'updateLookup', 'whenAvailable', 'required'];

  async function changes(): Promise<void> {
    await shop.things.updateOne({ _id: 1 }, { $set: { a: 1 } });
    await shop.things.updateOne({ _id: 1 }, { $set: { a: 2 } });
    await shop.things.replaceOne({ _id: 1 }, { a: 3 });
    await shop.things.deleteOne({ _id: 1 });
  }

  it.each<[string, boolean, unknown[]]>([
    ['default', false, [undefined, undefined]],
    [
      'updateLookup',
      false,
      [
        { _id: 1, a: 3 },
        { _id: 1, a: 3 },
      ],
    ],
    ['whenAvailable', false, [null, null]],
    ['default', true, [undefined, undefined]],
    [
      'updateLookup',
      true,
      [
        { _id: 1, a: 3 },
        { _id: 1, a: 3 },
      ],
    ],
    [
      'whenAvailable',
      true,
      [
        { _id: 1, a: 1 },
        { _id: 1, a: 2 },
      ],
    ],
    [
      'required',
      true,
      [
        { _id: 1, a: 1 },
        { _id: 1, a: 2 },
      ],
    ],
  ])('fullDocument: %s, with images kept: %s', async (fullDocument, enabled, expected) => {
    expect(modes).toContain(fullDocument);
    await shop.db.command({ collMod: 'things', changeStreamPreAndPostImages: { enabled } });
    await shop.things.insertOne({ _id: 1 });
    const stream = await shop.watch({ fullDocument });
    await shop.things.updateOne({ _id: 1 }, { $set: { a: 1 } });
    await shop.things.updateOne({ _id: 1 }, { $set: { a: 2 } });
    await shop.things.replaceOne({ _id: 1 }, { a: 3 });
    const events = await stream.all();
    expect(events.map((event) => event['fullDocument'] as unknown)).toEqual([...expected, { _id: 1, a: 3 }]);
    expect(events[0]!['updateDescription']).toMatchObject({ updatedFields: { a: 1 } });
  });

  it('updateLookup finds the document wherever its collection is by now, and null when it is gone', async () => {
    await shop.things.insertMany([{ _id: 1 }, { _id: 2 }]);
    const token = (await shop.watch()).token;
    await shop.things.updateMany({}, { $set: { a: 1 } });
    await shop.things.deleteOne({ _id: 1 });
    await shop.things.rename('others');
    await shop.things.insertOne({ _id: 2, other: true });
    const events = await (await shop.watch({ resumeAfter: token, fullDocument: 'updateLookup' })).all();
    expect(events.slice(0, 2).map((event) => event['fullDocument'] as unknown)).toEqual([null, { _id: 2, a: 1 }]);
  });

  it.each<[string, unknown[]]>([
    ['off', [undefined, undefined, undefined, undefined]],
    ['whenAvailable', [{ _id: 1 }, { _id: 1, a: 1 }, { _id: 1, a: 2 }, { _id: 1, a: 3 }]],
    ['required', [{ _id: 1 }, { _id: 1, a: 1 }, { _id: 1, a: 2 }, { _id: 1, a: 3 }]],
  ])('fullDocumentBeforeChange: %s', async (fullDocumentBeforeChange, expected) => {
    await shop.things.drop();
    await shop.db.createCollection('things', { changeStreamPreAndPostImages: { enabled: true } });
    await shop.things.insertOne({ _id: 1 });
    const stream = await shop.watch({ fullDocumentBeforeChange });
    await changes();
    expect((await stream.all()).map((event) => event['fullDocumentBeforeChange'] as unknown)).toEqual(expected);
  });

  it('are null where they were not kept, and a stream that needs them fails', async () => {
    await shop.things.insertOne({ _id: 1 });
    const streams = [await shop.watch({ fullDocumentBeforeChange: 'required' }), await shop.watch({ fullDocument: 'required' })];
    const lenient = await shop.watch({ fullDocumentBeforeChange: 'whenAvailable' });
    await changes();
    expect((await lenient.all()).map((event) => event['fullDocumentBeforeChange'] as unknown)).toEqual([null, null, null, null]);
    for (const stream of streams) await expect(stream.more()).rejects.toMatchObject({ code: 47, codeName: 'NoMatchingDocument' });
  });

  it('are kept by collections that are listed as such', async () => {
    const options = async (): Promise<unknown> => (await shop.db.listCollections({ name: 'things' }).toArray())[0];
    await shop.db.command({ collMod: 'things', changeStreamPreAndPostImages: { enabled: true } });
    expect(await options()).toMatchObject({ options: { changeStreamPreAndPostImages: { enabled: true } } });
    await shop.db.command({ collMod: 'things', changeStreamPreAndPostImages: { enabled: false } });
    expect(await options()).toMatchObject({ options: {} });
    await expect(shop.db.command({ collMod: 'things', changeStreamPreAndPostImages: {} })).rejects.toMatchObject({ code: 40414 });
    await expect(shop.db.command({ collMod: 'things', changeStreamPreAndPostImages: { enabled: 1 } })).rejects.toMatchObject({ code: 14 });
  });
});
