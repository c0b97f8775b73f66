import type { Collection, Document } from 'mongodb';
import { servedDatabase } from '../test/served-database';

interface Order {
  _id: number;
  total?: unknown;
  state?: string;
}

const validator = { $jsonSchema: { required: ['total'], properties: { total: { bsonType: 'int', minimum: 0 } } } };
const invalid = { total: 'free' };
const refused: unknown = expect.objectContaining({ code: 121, message: expect.stringContaining('Document failed validation') as string });

const served = servedDatabase();
let orders: Collection<Order>;

beforeEach(async () => {
  orders = await served.db.createCollection('orders', { validator });
  await orders.insertOne({ _id: 1, total: 5 });
});

it('refuses what does not fulfil the validator, and says why', async () => {
  await expect(orders.insertOne({ _id: 2, ...invalid })).rejects.toMatchObject({
    code: 121,
    message: 'Document failed validation',
    errInfo: {
      failingDocumentId: 2,
      details: {
        operatorName: '$jsonSchema',
        schemaRulesNotSatisfied: [
          {
            operatorName: 'properties',
            propertiesNotSatisfied: [{ propertyName: 'total', details: [{ operatorName: 'bsonType', consideredType: 'string' }] }],
          },
        ],
      },
    },
  });
  expect(await orders.countDocuments()).toBe(1);
});

it('does so on every way by which a document is written', async () => {
  const source = served.db.collection<Order>('source');
  await source.insertOne({ _id: 1, ...invalid });
  await expect(orders.updateOne({ _id: 1 }, { $set: invalid })).rejects.toEqual(refused);
  await expect(orders.replaceOne({ _id: 1 }, {})).rejects.toEqual(refused);
  await expect(orders.updateOne({ _id: 1 }, [{ $unset: 'total' }])).rejects.toEqual(refused);
  await expect(orders.updateOne({ _id: 2 }, { $set: { state: 'new' } }, { upsert: true })).rejects.toEqual(refused);
  await expect(orders.findOneAndUpdate({ _id: 1 }, { $set: invalid })).rejects.toEqual(refused);
  await expect(orders.findOneAndReplace({ _id: 3 }, {}, { upsert: true })).rejects.toEqual(refused);
  await expect(source.aggregate([{ $merge: 'orders' }]).toArray()).rejects.toEqual(refused);
  await expect(source.aggregate([{ $out: 'orders' }]).toArray()).rejects.toEqual(refused);
  expect(await orders.find().toArray()).toEqual([{ _id: 1, total: 5 }]);
});

it('lets all of them by where the command says so', async () => {
  const bypassDocumentValidation = true;
  const source = served.db.collection<Order>('source');
  await source.insertOne({ _id: 9, ...invalid });
  await orders.insertOne({ _id: 2, ...invalid }, { bypassDocumentValidation });
  await orders.updateOne({ _id: 1 }, { $set: invalid }, { bypassDocumentValidation });
  await orders.findOneAndUpdate({ _id: 1 }, { $unset: { total: 1 } }, { bypassDocumentValidation });
  await source.aggregate([{ $merge: 'orders' }], { bypassDocumentValidation }).toArray();
  expect(await orders.countDocuments({ $nor: [validator] })).toBe(3);
  await source.aggregate([{ $out: 'orders' }], { bypassDocumentValidation }).toArray();
  expect(await orders.find().toArray()).toEqual([{ _id: 9, ...invalid }]);
});

it('keeps what came before the first invalid document of an ordered insert or an update of many', async () => {
  const all = [
    { _id: 2, total: 1 },
    { _id: 3, ...invalid },
    { _id: 4, total: 2 },
  ];
  await expect(orders.insertMany(all)).rejects.toMatchObject({ code: 121, result: { insertedCount: 1 } });
  await expect(orders.insertMany(all.slice(1), { ordered: false })).rejects.toMatchObject({ code: 121 });
  expect((await orders.find().toArray()).map(({ _id }) => _id)).toEqual([1, 2, 4]);
  await expect(orders.updateMany({}, [{ $set: { total: { $subtract: ['$total', { $subtract: ['$_id', 1] }] } } }])).rejects.toEqual(
    refused,
  );
  expect((await orders.find().toArray()).map(({ total }) => total)).toEqual([5, 0, 2]);
});

it('ends a transaction with the refusal', async () => {
  const session = served.client.startSession();
  session.startTransaction();
  await orders.insertOne({ _id: 2, total: 1 }, { session });
  await expect(orders.insertOne({ _id: 3, ...invalid }, { session })).rejects.toEqual(refused);
  await expect(session.commitTransaction()).rejects.toMatchObject({ code: 251 });
  await session.endSession();
  expect(await orders.countDocuments()).toBe(1);
});

it('checks only new and valid documents at the level "moderate", none at "off", and refuses none for "warn"', async () => {
  await orders.insertOne({ _id: 2, ...invalid }, { bypassDocumentValidation: true });
  await expect(orders.updateOne({ _id: 2 }, { $set: { state: 'old' } })).rejects.toEqual(refused);
  await served.db.command({ collMod: 'orders', validationLevel: 'moderate' });
  await orders.updateOne({ _id: 2 }, { $set: { state: 'old' } });
  await expect(orders.updateOne({ _id: 1 }, { $set: invalid })).rejects.toEqual(refused);
  await expect(orders.insertOne({ _id: 3 })).rejects.toEqual(refused);
  await served.db.command({ collMod: 'orders', validationLevel: 'off' });
  await orders.insertOne({ _id: 3 });
  await served.db.command({ collMod: 'orders', validationLevel: 'strict', validationAction: 'warn' });
  await orders.insertOne({ _id: 4 });
});

it('changes the validator by collMod, lists it, and keeps it over a restart', async () => {
  await served.db.command({ collMod: 'orders', validator: { state: { $in: ['new', 'paid'] } } });
  await served.restart();
  orders = served.db.collection('orders');
  expect(await served.db.listCollections().toArray()).toEqual([
    expect.objectContaining({
      options: { validator: { state: { $in: ['new', 'paid'] } }, validationLevel: 'strict', validationAction: 'error' },
    }),
  ]);
  await orders.insertOne({ _id: 2, state: 'new' });
  await expect(orders.insertOne({ _id: 3, state: 'lost' })).rejects.toMatchObject({
    errInfo: { details: { operatorName: '$in', consideredValue: 'lost' } },
  });
});

it.each<[Document, number]>([
  [{ validator: { a: { $nope: 1 } } }, 2],
  [{ validator: { $jsonSchema: { nope: 1 } } }, 9],
  [{ validator: 5 }, 14],
  [{ validationLevel: 'lax' }, 2],
  [{ validationAction: 'ignore' }, 2],
])('refuses to make a collection with %j: %i', async (options, code) => {
  await expect(served.db.command({ create: 'wrong', ...options })).rejects.toMatchObject({ code });
  await expect(served.db.command({ collMod: 'orders', ...options })).rejects.toMatchObject({ code });
});

it('replaces nothing by $out where a new document meets another on a unique key', async () => {
  const target = served.db.collection<Order>('target');
  await target.createIndex({ state: 1 }, { unique: true });
  await target.insertOne({ _id: 7, state: 'kept' });
  await orders.insertMany([
    { _id: 2, total: 1, state: 'same' },
    { _id: 3, total: 1, state: 'same' },
  ]);
  await expect(orders.aggregate([{ $out: 'target' }]).toArray()).rejects.toMatchObject({ code: 11000 });
  expect(await target.find().toArray()).toEqual([{ _id: 7, state: 'kept' }]);
});
