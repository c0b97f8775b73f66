import { ObjectId, type Collection, type Document } from 'mongodb';
import { servedDatabase } from '../../test/served-database';

const served = servedDatabase();
let things: Collection<Document>;

beforeEach(async () => {
  things = served.db.collection('things');
  await things.insertMany(
    Array.from({ length: 100 }, (_, n) => ({ _id: n as unknown as ObjectId, n, group: n % 10, name: `name-${n}`, tags: [n % 3, 'x'] })),
  );
  await things.createIndexes([
    { key: { group: 1, n: -1 } },
    { key: { name: 1 }, unique: true },
    { key: { tags: 1 } },
    { key: { n: 1 }, sparse: true, name: 'some' },
  ]);
});

async function explain(command: Document, verbosity = 'executionStats'): Promise<Document> {
  return served.db.command({ explain: command, verbosity });
}

function planOf({ queryPlanner }: Document): Document {
  return (queryPlanner as Document)['winningPlan'] as Document;
}

function names(plan: Document): string[] {
  const inner = (plan['inputStage'] ?? (plan['inputStages'] as Document[] | undefined)?.[0]) as Document | undefined;
  return [plan['stage'] as string, ...(inner ? names(inner) : [])];
}

const find = (filter: Document, more: Document = {}): Document => ({ find: 'things', filter, ...more });

describe('the winning plan', () => {
  it.each<[string, Document, string[]]>([
    ['an _id', find({ _id: 5 }), ['IDHACK']],
    ['nothing', find({}), ['COLLSCAN']],
    ['equality', find({ group: 3 }), ['FETCH', 'IXSCAN']],
    ['a range', find({ name: { $gte: 'a', $lt: 'b' } }), ['FETCH', 'IXSCAN']],
    ['$in', find({ group: { $in: [1, 2] } }), ['FETCH', 'IXSCAN']],
    ['a prefix', find({ name: /^name-1/ }), ['FETCH', 'IXSCAN']],
    ['an array element', find({ tags: 2 }), ['FETCH', 'IXSCAN']],
    ['$or', find({ $or: [{ group: 1 }, { name: 'name-2' }] }), ['SUBPLAN', 'FETCH', 'OR', 'IXSCAN']],
    ['an $or that one branch cannot use', find({ $or: [{ group: 1 }, { other: 2 }] }), ['SUBPLAN', 'COLLSCAN']],
    ['a sort by the index', find({ group: 1 }, { sort: { n: 1 }, limit: 2 }), ['LIMIT', 'FETCH', 'IXSCAN']],
    ['a sort alone', find({}, { sort: { name: -1 } }), ['FETCH', 'IXSCAN']],
    ['a sort in memory', find({ group: 1 }, { sort: { name: 1 }, limit: 2, skip: 1 }), ['SKIP', 'SORT', 'FETCH', 'IXSCAN']],
    ['a sort that a sparse index would answer with too few', find({}, { sort: { n: 1 } }), ['SORT', 'COLLSCAN']],
    ['$natural', find({ group: 1 }, { sort: { $natural: -1 } }), ['COLLSCAN']],
    ['a hint', find({ group: 1 }, { hint: 'name_1' }), ['FETCH', 'IXSCAN']],
    ['simple fields', find({ group: 1 }, { projection: { n: 1 } }), ['PROJECTION_SIMPLE', 'FETCH', 'IXSCAN']],
    ['computed fields', find({ group: 1 }, { projection: { m: { $add: ['$n', 1] } } }), ['PROJECTION_DEFAULT', 'FETCH', 'IXSCAN']],
    ['no collection', { find: 'none', filter: { a: 1 } }, ['EOF']],
    ['count', { count: 'things', query: { group: 1 } }, ['COUNT', 'FETCH', 'IXSCAN']],
    ['count of all', { count: 'things' }, ['RECORD_STORE_FAST_COUNT']],
    ['distinct', { distinct: 'things', key: 'n', query: { group: 1 } }, ['FETCH', 'IXSCAN']],
    ['update', { update: 'things', updates: [{ q: { _id: 1 }, u: { $set: { a: 1 } } }] }, ['UPDATE', 'IDHACK']],
    ['delete', { delete: 'things', deletes: [{ q: { group: 1 }, limit: 0 }] }, ['DELETE', 'FETCH', 'IXSCAN']],
    ['findAndModify', { findAndModify: 'things', query: { name: 'name-1' }, remove: true }, ['DELETE', 'FETCH', 'IXSCAN']],
  ])('for %s', async (_what, command, stages) => {
    expect(names(planOf(await explain(command, 'queryPlanner')))).toEqual(stages);
  });

  it('names the index, its direction and its bounds', async () => {
    const plan = planOf(await explain(find({ group: { $in: [3, 1] }, n: { $gt: 5 } }, { sort: { group: -1, n: 1 } })));
    expect(plan['inputStage']).toMatchObject({
      stage: 'IXSCAN',
      indexName: 'group_1_n_-1',
      keyPattern: { group: 1, n: -1 },
      isMultiKey: false,
      isUnique: false,
      direction: 'backward',
      indexBounds: { group: ['[3, 3]', '[1, 1]'], n: ['(5, inf.0]'] },
    });
  });

  it.each<[Document, string[]]>([
    [{ v: 3 }, ['[3, 3]']],
    [{ v: 'a' }, ['["a", "a"]']],
    [{ v: null }, ['[null, null]']],
    [{ v: { $gt: 'a' } }, ['("a", {})']],
    [{ v: { $lte: 'a' } }, ['["", "a"]']],
    [{ v: { $lt: 2.5 } }, ['[-inf.0, 2.5)']],
    [{ v: { $gte: -1, $lt: 4 } }, ['[-1, 4)']],
    [{ v: { $gte: new Date(5) } }, ['[new Date(5), new Date(9223372036854775807)]']],
    [{ v: /^ab/ }, ['["ab", "ac")', '[/^.*/, /^.*/]']],
    [{ v: new ObjectId('64b000000000000000000001') }, ["[ObjectId('64b000000000000000000001'), ObjectId('64b000000000000000000001')]"]],
    [{ v: true }, ['[true, true]']],
  ])('says %p in words', async (filter, bounds) => {
    await served.db.collection('bounds').createIndex({ v: 1, w: 1 });
    const { inputStage } = planOf(await explain({ find: 'bounds', filter }));
    expect((inputStage as Document)['indexBounds']).toEqual({ v: bounds, w: ['[MinKey, MaxKey]'] });
  });

  it('says a descending field the other way round', async () => {
    await served.db.collection('bounds').createIndex({ v: -1, w: -1 });
    const { inputStage } = planOf(await explain({ find: 'bounds', filter: { v: { $gte: 5 } } }));
    expect((inputStage as Document)['indexBounds']).toEqual({ v: ['[inf.0, 5]'], w: ['[MaxKey, MinKey]'] });
  });

  it('prefers equality to a range, a range to a sort, and a unique key to all', async () => {
    await things.createIndexes([{ key: { a: 1 } }, { key: { b: 1 } }, { key: { c: 1 } }, { key: { u: 1 }, unique: true, sparse: true }]);
    const chosen = async (filter: Document, sort?: Document): Promise<unknown> => {
      const { inputStage } = planOf(await explain(find(filter, sort && { sort })));
      return ((inputStage as Document)['inputStage'] as Document | undefined)?.['indexName'] ?? (inputStage as Document)['indexName'];
    };
    expect(await chosen({ a: { $gt: 1 }, b: 2 })).toBe('b_1');
    expect(await chosen({ a: { $gt: 1 } }, { c: 1 })).toBe('a_1');
    expect(await chosen({ a: 1, group: 1, n: 1, u: 3 })).toBe('u_1');
    expect(await chosen({ group: 1, a: 1, n: 5 })).toBe('group_1_n_-1');
  });
});

describe('the execution', () => {
  it('tells what was examined', async () => {
    const { executionStats } = await explain(find({ group: 1, name: { $ne: 'name-1' } }));
    expect(executionStats).toMatchObject({
      executionSuccess: true,
      nReturned: 9,
      totalKeysExamined: 10,
      totalDocsExamined: 10,
      executionStages: { stage: 'FETCH', nReturned: 9, docsExamined: 10, inputStage: { stage: 'IXSCAN', keysExamined: 10 } },
    });
    expect((executionStats as Document)['executionTimeMillis']).toEqual(expect.any(Number));
    expect((await explain(find({ _id: 5 })))['executionStats']).toMatchObject({ nReturned: 1, totalKeysExamined: 1, totalDocsExamined: 1 });
    expect((await explain({ count: 'things' }))['executionStats']).toMatchObject({ totalKeysExamined: 0, totalDocsExamined: 0 });
  });

  it('changes nothing', async () => {
    const { executionStats } = await explain({ delete: 'things', deletes: [{ q: { group: 1 }, limit: 0 }] });
    expect(executionStats).toMatchObject({ nReturned: 0, executionStages: { stage: 'DELETE', nWouldDelete: 10 } });
    expect(await things.countDocuments()).toBe(100);
  });

  it('shows of a pipeline what the index answers, and the stages behind', async () => {
    const whole = await things.aggregate([{ $match: { group: 1 } }, { $sort: { n: -1 } }, { $limit: 3 }]).explain('executionStats');
    expect(whole).toMatchObject({
      queryPlanner: { winningPlan: { stage: 'LIMIT' } },
      executionStats: { nReturned: 3, totalKeysExamined: 3 },
    });
    const group = { $group: { _id: '$n' } };
    const part = await things.aggregate([{ $match: { group: 1 } }, group]).explain('executionStats');
    expect(part['stages']).toMatchObject([{ $cursor: { queryPlanner: { winningPlan: { stage: 'FETCH' } } } }, group]);
  });
});

describe('a hint', () => {
  it('must name an index: 2', async () => {
    for (const command of [find({}, { hint: 'none' }), find({}, { hint: { zz: 1 } }), { count: 'things', hint: 'none' }])
      await expect(served.db.command(command)).rejects.toMatchObject({ code: 2 });
    await expect(things.updateOne({ n: 1 }, { $set: { a: 1 } }, { hint: 'none' })).rejects.toMatchObject({ code: 2 });
  });

  it('at a sparse index means its documents only, to find, sort and count', async () => {
    await things.insertOne({ group: 1, name: 'nameless' });
    expect(await things.find({ group: 1 }).hint('some').toArray()).toHaveLength(10);
    expect(await things.find().sort({ n: 1 }).hint({ n: 1 }).toArray()).toHaveLength(100);
    expect(await things.countDocuments({}, { hint: 'some' })).toBe(100);
    expect(await things.countDocuments()).toBe(101);
  });

  it('may be $natural in either direction', async () => {
    const [last] = await things.find({ group: 3 }).hint({ $natural: -1 }).toArray();
    expect(last).toMatchObject({ n: 93 });
  });
});

it('joins by index, without reading the other collection as a whole', async () => {
  const cost = async (): Promise<{ scannedObjects: number; scans: number }> => {
    const { metrics } = await served.db.command({ serverStatus: 1 });
    const { scannedObjects, collectionScans } = (metrics as Document)['queryExecutor'] as Document;
    return { scannedObjects: Number(scannedObjects), scans: Number((collectionScans as Document)['total']) };
  };
  await served.db.collection('orders').insertMany([{ name: 'name-7' }, { name: 'name-8' }]);
  const before = await cost();
  const joined = await served.db
    .collection('orders')
    .aggregate([{ $lookup: { from: 'things', localField: 'name', foreignField: 'name', as: 'things' } }])
    .toArray();
  expect(joined.map((one) => (one['things'] as Document[])[0]?.['n'] as unknown)).toEqual([7, 8]);
  const after = await cost();
  // The two orders, and one thing for each.
  expect({ documents: after.scannedObjects - before.scannedObjects, scans: after.scans - before.scans }).toEqual({
    documents: 4,
    scans: 1,
  });
});
