import fc from 'fast-check';
import type { ClientSession, Collection, Document } from 'mongodb';
import { servedDatabase } from '../test/served-database';
import { languageOf } from './text/languages';
import { TextSearch } from './text/search';

interface Store {
  _id: number;
  [field: string]: unknown;
}

const served = servedDatabase();
let stores: Collection<Store>;

beforeEach(() => {
  stores = served.db.collection('stores');
});

const score = { $meta: 'textScore' } as const;
const search = (text: string): Document => ({ $text: { $search: text } });
const ids = async (filter: Document, options: object = {}): Promise<number[]> =>
  (await stores.find(filter, options).toArray()).map(({ _id }) => _id);

// The example of MongoDB's manual.
async function openStores(): Promise<void> {
  await stores.insertMany([
    { _id: 1, name: 'Java Hut', description: 'Coffee and cakes' },
    { _id: 2, name: 'Burger Buns', description: 'Gourmet hamburgers' },
    { _id: 3, name: 'Coffee Shop', description: 'Just coffee' },
    { _id: 4, name: 'Clothes Clothes Clothes', description: 'Discount clothing' },
    { _id: 5, name: 'Java Shopping', description: 'Indonesian goods' },
  ]);
  await stores.createIndex({ name: 'text', description: 'text' });
}

describe('$text', () => {
  beforeEach(openStores);

  it('finds any of the words, phrases, and not what is excluded', async () => {
    expect((await ids(search('java coffee shop'))).sort()).toEqual([1, 3, 5]);
    expect(await ids(search('java "coffee shop"'))).toEqual([3]);
    expect((await ids(search('java shop -coffee'))).sort()).toEqual([5]);
    expect(await ids({ ...search('java coffee shop'), name: /^Java/, _id: { $gt: 1 } })).toEqual([5]);
    expect(await stores.countDocuments(search('coffee'))).toBe(2);
    expect(await stores.distinct('name', search('coffee'))).toEqual(['Java Hut', 'Coffee Shop']);
  });

  it('scores as the manual says, in projections and sorts', async () => {
    expect(await stores.find(search('java coffee shop'), { projection: { score, name: 1 }, sort: { score, _id: 1 } }).toArray()).toEqual([
      { _id: 3, name: 'Coffee Shop', score: 2.25 },
      { _id: 1, name: 'Java Hut', score: 1.5 },
      { _id: 5, name: 'Java Shopping', score: 1.5 },
    ]);
    expect(await ids(search('java coffee shop'), { sort: { anything: score, _id: -1 }, limit: 2 })).toEqual([3, 5]);
  });

  it('leaves all fields beside the score when a find asks for nothing else', async () => {
    expect(await stores.findOne(search('burger'), { projection: { score } })).toEqual({
      _id: 2,
      name: 'Burger Buns',
      description: 'Gourmet hamburgers',
      score: 0.75,
    });
    expect(await stores.findOne(search('burger'), { projection: { score, description: 0 } })).toEqual({
      _id: 2,
      name: 'Burger Buns',
      score: 0.75,
    });
  });

  it('keeps the score through the stages of a pipeline', async () => {
    const pipeline = [
      { $match: search('java coffee shop') },
      { $set: { twice: { $multiply: [2, score] } } },
      { $replaceRoot: { newRoot: { _id: '$_id', twice: '$twice' } } },
      { $sort: { score, _id: 1 } },
      { $project: { score, twice: 1 } },
    ];
    expect(await stores.aggregate(pipeline).toArray()).toEqual([
      { _id: 3, twice: 4.5, score: 2.25 },
      { _id: 1, twice: 3, score: 1.5 },
      { _id: 5, twice: 3, score: 1.5 },
    ]);
    const grouped = [{ $match: search('coffee') }, { $group: { _id: null, best: { $max: score } } }];
    expect(await stores.aggregate(grouped).toArray()).toEqual([{ _id: null, best: 1.5 }]);
  });

  it('chooses for updates and deletes, too', async () => {
    expect(await stores.findOneAndUpdate(search('burger'), { $set: { open: true } }, { projection: { score, open: 1 } })).toEqual({
      _id: 2,
      score: 0.75,
    });
    expect(await stores.updateMany(search('coffee'), { $set: { open: true } })).toMatchObject({ matchedCount: 2 });
    expect(await stores.deleteMany(search('clothing -discount'))).toMatchObject({ deletedCount: 0 });
    expect(await stores.deleteMany(search('clothing'))).toMatchObject({ deletedCount: 1 });
  });

  it('reads only the keys of the words, and says so', async () => {
    const { queryPlanner, executionStats } = await stores.find(search('burger "buns" -cakes')).explain('executionStats');
    expect((queryPlanner as Document)['winningPlan']).toMatchObject({
      stage: 'TEXT_MATCH',
      indexName: 'name_text_description_text',
      parsedTextQuery: { terms: ['burger', 'bun'], negatedTerms: ['cake'], phrases: ['buns'], negatedPhrases: [] },
      textIndexVersion: 3,
      inputStage: { stage: 'FETCH', inputStage: { stage: 'IXSCAN', keyPattern: { _fts: 'text', _ftsx: 1 } } },
    });
    expect(executionStats).toMatchObject({ nReturned: 1, totalKeysExamined: 2, totalDocsExamined: 1 });
  });

  it('stands in an $or whose other branches have indexes', async () => {
    await expect(ids({ $or: [search('burger'), { open: true }] })).rejects.toMatchObject({ code: 291 });
    await stores.createIndex({ open: 1 });
    await stores.updateOne({ _id: 5 }, { $set: { open: true } });
    expect((await ids({ $or: [search('burger'), { open: true }] })).sort()).toEqual([2, 5]);
  });

  it.each<[Document, object, number]>([
    [{ $text: { $search: 5 } }, {}, 14],
    [{ $text: {} }, {}, 4],
    [{ $text: 'x' }, {}, 2],
    [{ $text: { $search: 'x', $language: 'klingon' } }, {}, 2],
    [{ $text: { $search: 'x', $caseSensitive: 1 } }, {}, 14],
    [{ $text: { $search: 'x', $colour: 1 } }, {}, 2],
    [{ $and: [search('x'), search('y')] }, {}, 2],
    [{ $nor: [search('x')] }, {}, 2],
    [search('x'), { hint: '_id_' }, 2],
    [search('x'), { sort: { $natural: 1 } }, 2],
    [{}, { projection: { score } }, 40218],
    [{}, { sort: { score } }, 40218],
    [search('x'), { projection: { score: { $meta: 'geoNearDistance' } } }, 40218],
  ])('%j with %j is refused with %i', async (filter, options, code) => {
    await expect(stores.find(filter, options).toArray()).rejects.toMatchObject({ code });
  });

  it('comes first in a pipeline, or not at all', async () => {
    await expect(stores.aggregate([{ $limit: 1 }, { $match: search('x') }]).toArray()).rejects.toMatchObject({ code: 17313 });
    await expect(
      served.db
        .collection('empty')
        .aggregate([{ $project: { score } }])
        .toArray(),
    ).rejects.toMatchObject({ code: 40218 });
  });

  it('needs an index', async () => {
    await stores.dropIndex('name_text_description_text');
    const refusal = { code: 27, message: 'text index required for $text query' };
    await expect(ids(search('coffee'))).rejects.toMatchObject(refusal);
    await expect(stores.aggregate([{ $match: search('coffee') }]).toArray()).rejects.toMatchObject(refusal);
    expect(await served.db.collection('nowhere').find(search('coffee')).toArray()).toEqual([]);
  });
});

describe('a text index', () => {
  it('is listed as MongoDB lists it, and lasts over a restart', async () => {
    await stores.createIndex(
      { brand: 1, title: 'text', body: 'text', year: -1 },
      { name: 'words', weights: { title: 10, tags: 2 }, default_language: 'none', language_override: 'lang' },
    );
    await stores.insertOne({ _id: 1, brand: 'b', title: 'the tea', year: 5 });
    await served.restart();
    stores = served.db.collection('stores');
    expect((await stores.indexes())[1]).toEqual({
      v: 2,
      key: { brand: 1, _fts: 'text', _ftsx: 1, year: -1 },
      name: 'words',
      weights: { body: 1, tags: 2, title: 10 },
      default_language: 'none',
      language_override: 'lang',
      textIndexVersion: 3,
    });
    expect(await ids({ brand: 'b', ...search('the') })).toEqual([1]);
    // What is listed can be given back as it is.
    const [, listed] = await stores.indexes();
    await stores.dropIndex('words');
    await served.db.command({ createIndexes: 'stores', indexes: [listed] });
    expect((await stores.indexes())[1]).toEqual(listed);
  });

  it('has to be given the values of the fields before the words, and uses those behind', async () => {
    await stores.createIndex({ brand: 1, title: 'text', year: 1 });
    await stores.insertMany([
      { _id: 1, brand: 'a', title: 'tea', year: 1 },
      { _id: 2, brand: 'b', title: 'tea', year: 1 },
      { _id: 3, brand: 'b', title: 'tea', year: 2 },
      { _id: 4, brand: 'b', title: 'the' },
    ]);
    await expect(ids(search('tea'))).rejects.toMatchObject({ code: 291 });
    const filter = { brand: 'b', year: { $gte: 2 }, ...search('tea') };
    expect(await ids(filter)).toEqual([3]);
    const { executionStats } = await stores.find(filter).explain('executionStats');
    expect(executionStats).toMatchObject({ totalKeysExamined: 1 });
    await expect(stores.insertOne({ _id: 5, brand: ['a'], title: 'tea' })).rejects.toMatchObject({ code: 201 });
    // It holds no document without words, so nothing else is answered from it.
    expect(await ids({ brand: 'b' })).toEqual([2, 3, 4]);
  });

  it('holds every text of the document for the wildcard', async () => {
    await stores.createIndex({ '$**': 'text' });
    await stores.insertOne({ _id: 1, a: { b: [{ c: 'hidden tea' }] } });
    expect(await ids(search('tea'))).toEqual([1]);
    expect((await stores.indexes())[1]).toMatchObject({ name: '$**_text', weights: { '$**': 1 } });
  });

  it('follows every change of the documents', async () => {
    await openStores();
    await stores.updateOne({ _id: 2 }, { $set: { description: 'Coffee' } });
    await stores.updateOne({ _id: 3 }, { $set: { language: 'none' } });
    await stores.deleteOne({ _id: 1 });
    expect(await ids(search('coffee'))).toEqual([2]);
    expect(await ids({ $text: { $search: 'coffee', $language: 'none' } })).toEqual([3]);
  });

  it('serves a transaction that began before it was there', async () => {
    await stores.insertOne({ _id: 1, a: 'tea' });
    const session = served.client.startSession();
    session.startTransaction();
    await stores.findOne({}, { session });
    await stores.createIndex({ a: 'text' });
    await stores.insertOne({ _id: 2, a: 'tea' });
    expect(await stores.find(search('tea'), { session, projection: { score } }).toArray()).toEqual([{ _id: 1, a: 'tea', score: 1.1 }]);
    await session.abortTransaction();
    await session.endSession();
  });

  it.each<[Document, Document, number]>([
    [{ a: 'text', b: 1, c: 'text' }, {}, 67],
    [{ a: 'text' }, { weights: { a: 0 } }, 67],
    [{ a: 'text' }, { weights: 5 }, 67],
    [{ a: 'text' }, { default_language: 'klingon' }, 67],
    [{ a: 'text' }, { language_override: 'a.b' }, 67],
    [{ a: 'text' }, { textIndexVersion: 1 }, 67],
    [{ a: 'text' }, { expireAfterSeconds: 5 }, 67],
    [{ a: 'text' }, { collation: { locale: 'en' } }, 67],
    [{ a: 1 }, { weights: { a: 1 } }, 67],
  ])('%j with %j is refused with %i', async (key, options, code) => {
    await expect(served.db.command({ createIndexes: 'stores', indexes: [{ key, name: 'x', ...options }] })).rejects.toMatchObject({ code });
  });

  it('that is unique tells words apart by their scores, too', async () => {
    await stores.createIndex({ a: 'text', b: 1 }, { unique: true });
    await stores.insertMany([
      { _id: 1, a: 'tea', b: 1 },
      { _id: 2, a: 'tea', b: 2 },
      { _id: 3, a: 'tea set', b: 1 },
    ]);
    await expect(stores.insertOne({ _id: 4, a: 'tea', b: 1 })).rejects.toMatchObject({ code: 11000 });
    expect((await ids({ b: 1, ...search('tea') })).sort()).toEqual([1, 3]);
  });

  it('is the only one of its collection', async () => {
    await stores.createIndex({ a: 'text' });
    await stores.createIndex({ a: 'text' });
    await expect(stores.createIndex({ b: 'text' })).rejects.toMatchObject({ code: 67 });
    await expect(stores.createIndex({ a: 'text' }, { weights: { a: 5 } })).rejects.toMatchObject({ code: 85 });
    await expect(stores.createIndex({ a: 'text' }, { name: 'other' })).rejects.toMatchObject({ code: 85 });
  });
});

describe('any text search by index', () => {
  const word = fc.constantFrom('tea', 'Teas', 'green', 'Grün', 'grun', 'the', 'coffee', 'ice-cream');
  const text = fc.array(word, { maxLength: 4 }).map((words) => words.join(' '));
  const document = fc.record(
    {
      a: fc.oneof(text, fc.array(text, { maxLength: 2 }), fc.constant(5)),
      b: fc.record({ c: text }),
      language: fc.constantFrom('none', 'english'),
    },
    { requiredKeys: [] },
  );
  const part = fc
    .tuple(
      fc.constantFrom('', '', '-'),
      fc.oneof(
        word,
        text.map((words) => `"${words}"`),
      ),
    )
    .map(([sign, what]) => sign + what);
  const question = fc.record({
    search: fc.array(part, { maxLength: 4 }).map((parts) => parts.join(' ')),
    caseSensitive: fc.boolean(),
    diacriticSensitive: fc.boolean(),
    language: fc.constantFrom('english', 'none'),
  });
  const settings = { weights: { a: 3, 'b.c': 1 }, defaultLanguage: 'english', languageOverride: 'language' };

  it('finds and scores what a look at every document does, inside a transaction, too', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(document, { maxLength: 8 }),
        fc.array(document, { maxLength: 4 }),
        fc.array(question, { minLength: 4, maxLength: 4 }),
        async (documents, more, questions) => {
          await stores.drop();
          await stores.createIndex({ a: 'text', 'b.c': 'text' }, { weights: { a: 3 } });
          if (documents.length > 0) await stores.insertMany(documents.map((fields, _id) => ({ _id, ...fields })));
          const session = served.client.startSession();
          session.startTransaction();
          for (const [position, fields] of more.entries()) {
            const replaced = position % 2 === 0 && position < documents.length;
            const _id = replaced ? position : 100 + position;
            await stores.replaceOne({ _id }, fields, { upsert: true, session });
          }
          await stores.deleteOne({ _id: 5 }, { session });
          for (const asked of questions) await expectSameAsScan(asked, undefined);
          for (const asked of questions) await expectSameAsScan(asked, session);
          await session.abortTransaction();
        },
      ),
      { numRuns: 60 },
    );
  });

  async function expectSameAsScan({ search: text, language, ...exactness }: Question, session: ClientSession | undefined): Promise<void> {
    const scan = new TextSearch({ search: text, language: languageOf(language), ...exactness }, settings);
    const expected = (await stores.find({}, { session }).toArray()).filter((one) => scan.matches(one));
    const $text = {
      $search: text,
      $language: language,
      $caseSensitive: exactness.caseSensitive,
      $diacriticSensitive: exactness.diacriticSensitive,
    };
    const found = await stores.find({ $text }, { session, projection: { score }, sort: { _id: 1 } }).toArray();
    const byId = expected.map((one) => ({ ...one, score: scan.score(one) })).sort((a, b) => a._id - b._id);
    expect(found).toEqual(byId);
  }

  interface Question {
    readonly search: string;
    readonly language: string;
    readonly caseSensitive: boolean;
    readonly diacriticSensitive: boolean;
  }
});

describe('a hashed index', () => {
  it('serves equality, and takes neither arrays nor uniqueness', async () => {
    await stores.createIndex({ sku: 'hashed' });
    await stores.insertMany([
      { _id: 1, sku: 'a' },
      { _id: 2, sku: 'b' },
    ]);
    expect(await ids({ sku: 'b' })).toEqual([2]);
    const { executionStats } = await stores.find({ sku: 'b' }).explain('executionStats');
    expect(executionStats).toMatchObject({ totalKeysExamined: 1, totalDocsExamined: 1 });
    expect((await stores.indexes())[1]).toEqual({ v: 2, key: { sku: 'hashed' }, name: 'sku_hashed' });
    await expect(stores.insertOne({ _id: 3, sku: ['a'] })).rejects.toMatchObject({ code: 16766 });
    await expect(stores.createIndex({ name: 'hashed' }, { unique: true })).rejects.toMatchObject({ code: 16764 });
  });
});
