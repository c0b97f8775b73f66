import type { Collection, Document } from 'mongodb';
import { servedDatabase } from '../test/served-database';
import { parseCollation } from './values/collation';

const anyCase = { locale: 'en', strength: 2 };

const served = servedDatabase();
let users: Collection<Document>;

beforeEach(() => {
  users = served.db.collection('users');
});

function stageOf(plan: Document): Document {
  return plan['inputStage'] ? stageOf(plan['inputStage'] as Document) : plan;
}

async function planOf(filter: Document, collation?: typeof anyCase | { locale: string }): Promise<Document> {
  const explained = await users.find(filter, { collation }).explain('queryPlanner');
  return stageOf((explained['queryPlanner'] as Document)['winningPlan'] as Document);
}

const refusal = (code: number): unknown => expect.objectContaining({ code });

describe('a unique index under a collation', () => {
  beforeEach(async () => {
    await users.createIndex({ email: 1 }, { unique: true, collation: anyCase });
    await users.insertOne({ _id: 1 as never, email: 'Ann@example.com' });
  });

  it('holds two spellings of one e-mail for the same', async () => {
    await expect(users.insertOne({ email: 'ANN@example.com' })).rejects.toMatchObject({
      code: 11000,
      keyPattern: { email: 1 },
      keyValue: { email: 'ANN@example.com' },
      message: expect.stringMatching(
        /^E11000 .* index: email_1 collation: \{ locale: "en", .* dup key: \{ email: "0x[0-9a-f]+" \}$/,
      ) as string,
    });
    await users.insertOne({ email: 'änn@example.com' });
    await expect(users.updateOne({ email: 'änn@example.com' }, { $set: { email: 'aNN@EXAMPLE.com' } })).rejects.toEqual(refusal(11000));
  });

  it('does so across transactions', async () => {
    const session = served.client.startSession();
    session.startTransaction();
    await users.insertOne({ email: 'bob@example.com' }, { session });
    await expect(users.insertOne({ email: 'BOB@example.com' }, { session })).rejects.toEqual(refusal(11000));
    await session.endSession();
  });

  it('answers what asks under the same collation, and only that, by one key', async () => {
    await users.insertMany([{ email: 'bob@example.com' }, { email: 'cid@example.com' }]);
    expect(await users.find({ email: 'ann@EXAMPLE.com' }, { collation: anyCase }).toArray()).toHaveLength(1);
    const { executionStats } = await users.find({ email: 'ann@EXAMPLE.com' }, { collation: anyCase }).explain('executionStats');
    expect(executionStats).toMatchObject({ nReturned: 1, totalKeysExamined: 1, totalDocsExamined: 1 });
    expect(await planOf({ email: 'x' }, anyCase)).toMatchObject({ stage: 'IXSCAN', collation: { locale: 'en', strength: 2 } });
    expect(await planOf({ email: 'x' })).toMatchObject({ stage: 'COLLSCAN' });
    expect(await planOf({ email: 'x' }, { locale: 'de' })).toMatchObject({ stage: 'COLLSCAN' });
    expect(await planOf({ email: 5 })).toMatchObject({ stage: 'IXSCAN' });
    expect(await users.find({ email: 'ann@EXAMPLE.com' }).toArray()).toEqual([]);
  });

  it('shows its whole collation, and works after a restart', async () => {
    await served.restart();
    users = served.db.collection('users');
    expect((await users.indexes())[1]).toEqual({
      v: 2,
      key: { email: 1 },
      name: 'email_1',
      unique: true,
      collation: parseCollation(anyCase)!.document,
    });
    await expect(users.insertOne({ email: 'ANN@example.com' })).rejects.toEqual(refusal(11000));
  });
});

describe('an index with the same key', () => {
  it('may stand beside one with another collation, under another name', async () => {
    await users.createIndex({ email: 1 });
    await expect(users.createIndex({ email: 1 }, { collation: anyCase })).rejects.toEqual(refusal(86));
    await users.createIndex({ email: 1 }, { collation: anyCase, name: 'any-case' });
    await expect(users.createIndex({ email: 1 }, { collation: anyCase, name: 'again' })).rejects.toEqual(refusal(85));
    expect(await planOf({ email: 'x' })).toMatchObject({ indexName: 'email_1' });
    expect(await planOf({ email: 'x' }, anyCase)).toMatchObject({ indexName: 'any-case' });
    await expect(served.db.command({ dropIndexes: 'users', index: { email: 1 } })).rejects.toEqual(refusal(181));
  });
});

describe('a collection with a collation', () => {
  beforeEach(async () => {
    users = await served.db.createCollection('users', { collation: anyCase });
    await users.insertMany([
      { _id: 'a' as never, name: 'Ann', group: 'X' },
      { _id: 'b' as never, name: 'ann', group: 'x' },
      { _id: 'c' as never, name: 'Bob', group: 'y' },
    ]);
  });

  it('gives it to every command that names none', async () => {
    expect(await users.find({ name: 'ANN' }).toArray()).toHaveLength(2);
    expect(await users.countDocuments({ name: 'ANN' })).toBe(2);
    expect(await users.distinct('group')).toEqual(['X', 'y']);
    expect(await users.aggregate([{ $group: { _id: '$group', n: { $sum: 1 } } }, { $sort: { n: 1 } }]).toArray()).toHaveLength(2);
    expect(await users.updateMany({ name: 'ANN' }, { $set: { seen: true } })).toMatchObject({ matchedCount: 2 });
    expect(await users.findOneAndUpdate({ name: 'BOB' }, { $set: { seen: true } })).toMatchObject({ _id: 'c' });
    expect(await users.findOneAndDelete({ name: 'BOB' })).toMatchObject({ _id: 'c' });
    expect(await users.deleteMany({ name: 'ANN' })).toMatchObject({ deletedCount: 2 });
  });

  it('lets a command ask for another one, or for none', async () => {
    expect(await users.find({ name: 'ANN' }, { collation: { locale: 'simple' } }).toArray()).toEqual([]);
    expect(await users.find({ name: 'ann' }, { collation: { locale: 'en', strength: 3 } }).toArray()).toHaveLength(1);
  });

  it('gives it to its indexes, the one of _id too', async () => {
    await users.createIndex({ name: 1 });
    await users.createIndex({ group: 1 }, { collation: { locale: 'simple' } });
    const [primary, name, group] = await users.indexes();
    expect([primary, name]).toEqual([
      expect.objectContaining({ collation: expect.objectContaining(anyCase) as unknown }),
      expect.objectContaining({ collation: expect.objectContaining(anyCase) as unknown }),
    ]);
    expect(group).toEqual({ v: 2, key: { group: 1 }, name: 'group_1' });
    expect(await planOf({ name: 'ANN' })).toMatchObject({ indexName: 'name_1' });
    expect(await users.findOne({ _id: 'A' as never })).toMatchObject({ _id: 'a' });
    expect(await users.findOne({ _id: 'A' as never }, { collation: { locale: 'simple' } })).toBeNull();
    await expect(users.insertOne({ _id: 'A' as never })).rejects.toEqual(refusal(11000));
  });

  it('is listed with it, and is made again only with the same', async () => {
    expect(await served.db.listCollections().toArray()).toEqual([
      expect.objectContaining({ options: { collation: expect.objectContaining(anyCase) as unknown } }),
    ]);
    await served.db.createCollection('users', { collation: anyCase });
    await expect(served.db.createCollection('users')).rejects.toEqual(refusal(48));
  });
});
