import { MongoClient, MongoServerError } from 'mongodb';
import { startEmbeddedMongo, type EmbeddedMongo } from '@cartwright/embedded-mongodb';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isOutage } from './outage';

const dataDir = mkdtempSync(join(tmpdir(), 'cartwright-outage-'));
let mongo: EmbeddedMongo;
let client: MongoClient;
/** Says when the server fails, and is patient with it itself. */
let operator: MongoClient;

beforeAll(async () => {
  mongo = await startEmbeddedMongo({ dataDir, mode: 'inline', durable: false });
  client = await MongoClient.connect(mongo.uri, { serverSelectionTimeoutMS: 300 });
  operator = await MongoClient.connect(mongo.uri);
});
afterAll(async () => {
  await client.close();
  await operator.close();
  await mongo.stop();
  rmSync(dataDir, { recursive: true });
});

/** What the driver throws when the server fails twice, as one retry is the driver's own. */
async function failing(data: object, work: () => Promise<unknown>): Promise<unknown> {
  const point = { failCommands: ['insert', 'find'], ...data };
  await operator.db('admin').command({ configureFailPoint: 'failCommand', mode: { times: 2 }, data: point });
  const error = await work().catch((thrown: unknown) => thrown);
  await operator.db('admin').command({ configureFailPoint: 'failCommand', mode: 'off' });
  return error;
}

const insertMany = (): Promise<unknown> => client.db('shop').collection('things').insertMany([{}, {}]);
const find = (): Promise<unknown> => client.db('shop').collection('things').findOne();

test.each([
  ['NotWritablePrimary', { errorCode: 10107 }, find],
  ['PrimarySteppedDown, in an insert of many', { errorCode: 189 }, insertMany],
  ['a connection that breaks', { closeConnection: true }, find],
  ['a connection that breaks, in an insert of many', { closeConnection: true }, insertMany],
])('an outage is %s', async (_, data, work) => {
  const error = await failing(data, work);
  expect(error).toBeInstanceOf(Error);
  expect(isOutage(error)).toBe(true);
});

test('no outage is what is wrong with the command, or with us', async () => {
  const duplicate = await client
    .db('shop')
    .collection<{ _id: number }>('things')
    .insertMany([{ _id: 1 }, { _id: 1 }])
    .catch((error: unknown) => error);
  expect(duplicate).toMatchObject({ code: 11000 });
  expect([duplicate, new MongoServerError({ code: 2 }), new TypeError('x'), undefined].map(isOutage)).toEqual([false, false, false, false]);
});
