import { UUID, type Collection, type CommandStartedEvent, type Document } from 'mongodb';
import { servedDatabase } from '../test/served-database';

const served = servedDatabase();

beforeEach(() => things().insertMany([{ _id: 1 }, { _id: 2 }, { _id: 3 }]));

afterEach(async () => {
  for (const name of ['failCommand', 'onPrimaryTransactionalWrite', 'failGetMoreAfterCursorCheckout', 'maxTimeAlwaysTimeOut'])
    await failPoint(name, 'off');
});

function things(): Collection<{ _id: number; n?: number }> {
  return served.db.collection('things');
}

async function failPoint(name: string, mode: Document | string, data?: Document): Promise<void> {
  await raw({ configureFailPoint: name, mode, ...(data && { data }) });
}

function raw(command: Document): Promise<Document> {
  return served.raw(command);
}

/** The names of the commands that the driver sends meanwhile. */
async function sent(action: () => Promise<unknown>): Promise<string[]> {
  const names: string[] = [];
  const note = ({ commandName }: CommandStartedEvent): void => void names.push(commandName);
  served.client.on('commandStarted', note);
  try {
    await action();
  } finally {
    served.client.off('commandStarted', note);
  }
  return names;
}

it('knows no other fail point, and no mode but MongoDB’s', async () => {
  expect(await raw({ configureFailPoint: 'failEverything', mode: 'alwaysOn' })).toMatchObject({ ok: 0, code: 2 });
  expect(await raw({ configureFailPoint: 'failCommand', mode: 'sometimes' })).toMatchObject({ ok: 0, code: 2 });
  expect(await raw({ configureFailPoint: 'failCommand', mode: { times: 1, skip: 1 } })).toMatchObject({ ok: 0, code: 2 });
  expect(await raw({ ping: 1 })).toMatchObject({ ok: 1 });
});

it('skips as many hits as it is told, then fails always', async () => {
  await failPoint('failCommand', { skip: 1 }, { failCommands: ['ping'], errorCode: 8000 });
  const answers = [await raw({ ping: 1 }), await raw({ ping: 1 }), await raw({ ping: 1 })];
  expect(answers.map(({ ok }) => ok as number)).toEqual([1, 0, 0]);
});

it('fails commands of one namespace only', async () => {
  await failPoint('failCommand', 'alwaysOn', { failCommands: ['find', 'getMore'], namespace: 'test.things', errorCode: 8000 });
  expect(await raw({ find: 'things' })).toMatchObject({ ok: 0, code: 8000 });
  expect(await raw({ find: 'others' })).toMatchObject({ ok: 1 });
  expect(await raw({ getMore: 5n, collection: 'things' })).toMatchObject({ ok: 0, code: 8000 });
});

it('labels a failed retryable write itself, unless the fail point says which labels', async () => {
  const lsid = { id: new UUID() };
  const insert = { insert: 'things', documents: [{ _id: 9 }], lsid, txnNumber: 1n };
  await failPoint('failCommand', { times: 1 }, { failCommands: ['insert'], errorCode: 91 });
  expect(await raw(insert)).toMatchObject({ codeName: 'ShutdownInProgress', errorLabels: ['RetryableWriteError'] });
  await failPoint('failCommand', { times: 1 }, { failCommands: ['insert'], errorCode: 91, errorLabels: [] });
  expect(await raw(insert)).not.toHaveProperty('errorLabels');
  await failPoint('failCommand', { times: 1 }, { failCommands: ['insert'], errorCode: 1, errorLabels: ['Mine'] });
  expect(await raw(insert)).toMatchObject({ code: 1, errorLabels: ['Mine'] });
});

it('lets a write happen whose write concern fails, and the driver retries it without doing it twice', async () => {
  const writeConcernError = { code: 91, errmsg: 'going down' };
  await failPoint('failCommand', { times: 1 }, { failCommands: ['findAndModify', 'find'], writeConcernError });
  const commands = await sent(() => things().findOneAndUpdate({ _id: 1 }, { $inc: { n: 1 } }));
  expect(commands).toEqual(['findAndModify', 'findAndModify']);
  expect(await things().findOne({ _id: 1 })).toEqual({ _id: 1, n: 1 });
});

it('has no write concern to fail where nothing is written', async () => {
  await failPoint('failCommand', 'alwaysOn', { failCommands: ['ping'], writeConcernError: { code: 91 } });
  expect(await raw({ ping: 1 })).not.toHaveProperty('writeConcernError');
});

it('loses the answer to a write that was done, which a retry gets', async () => {
  await failPoint('onPrimaryTransactionalWrite', { times: 1 });
  const commands = await sent(() => things().insertMany([{ _id: 4 }, { _id: 5 }]));
  expect(commands).toEqual(['insert', 'insert']);
  expect(await things().countDocuments()).toBe(5);
});

it('loses a write before it is done, once for each update and once for each insert of many', async () => {
  await failPoint('onPrimaryTransactionalWrite', { times: 2 }, { failBeforeCommitExceptionCode: 1 });
  await expect(things().insertMany([{ _id: 4 }, { _id: 5 }])).rejects.toThrow('closed');
  expect(await things().countDocuments()).toBe(3);
  await failPoint('onPrimaryTransactionalWrite', { skip: 2 }, { failBeforeCommitExceptionCode: 1, closeConnection: false });
  const updates = [1, 2, 3].map((_id) => ({ updateOne: { filter: { _id }, update: { $set: { n: 1 } } } }));
  await expect(things().bulkWrite(updates)).rejects.toMatchObject({ code: 1, result: { modifiedCount: 2 } });
});

it('fails a getMore, and its cursor is gone', async () => {
  const { cursor } = (await raw({ find: 'things', batchSize: 1 })) as { cursor: { id: bigint } };
  await failPoint('failGetMoreAfterCursorCheckout', 'alwaysOn', { errorCode: 280 });
  expect(await raw({ getMore: cursor.id, collection: 'things' })).toMatchObject({ ok: 0, code: 280 });
  await failPoint('failGetMoreAfterCursorCheckout', 'off');
  expect(await raw({ getMore: cursor.id, collection: 'things' })).toMatchObject({ ok: 0, codeName: 'CursorNotFound' });
});

it('lets the time be up at once where a command has a limit', async () => {
  await failPoint('maxTimeAlwaysTimeOut', 'alwaysOn');
  expect(await raw({ find: 'things', maxTimeMS: 60_000 })).toMatchObject({ ok: 0, codeName: 'MaxTimeMSExpired' });
  expect(await raw({ find: 'things' })).toMatchObject({ ok: 1 });
});

it('does what a write concern asks for first, and then says what one node cannot promise', async () => {
  const insert = (w: unknown, _id: number): Promise<Document> => raw({ insert: 'things', documents: [{ _id }], writeConcern: { w } });
  expect(await insert('majority', 10)).not.toHaveProperty('writeConcernError');
  expect(await insert(1, 11)).not.toHaveProperty('writeConcernError');
  expect(await insert(2, 12)).toMatchObject({ ok: 1, n: 1, writeConcernError: { code: 100, codeName: 'UnsatisfiableWriteConcern' } });
  expect(await insert('racks', 13)).toMatchObject({ ok: 1, n: 1, writeConcernError: { code: 79, codeName: 'UnknownReplWriteConcern' } });
  expect(await things().countDocuments()).toBe(7);
});

it.each([
  [{ find: 'things', writeConcern: { w: 1 } }, 72],
  [{ aggregate: 'things', pipeline: [], cursor: {}, explain: true, writeConcern: { w: 1 } }, 9],
  [{ explain: { aggregate: 'things', pipeline: [{ $out: 'others' }], cursor: {}, writeConcern: { w: 1 } } }, 9],
  [{ insert: 'things', documents: [{}], writeConcern: { w: 51 } }, 9],
  [{ insert: 'things', documents: [{}], writeConcern: { w: true } }, 9],
  [{ insert: 'things', documents: [{}], writeConcern: { v: 1 } }, 40415],
  [{ insert: 'things', documents: [{}], writeConcern: 1 }, 14],
])('refuses the write concern of %j', async (command, code) => {
  expect(await raw(command)).toMatchObject({ ok: 0, code });
  expect(await things().countDocuments()).toBe(3);
});
