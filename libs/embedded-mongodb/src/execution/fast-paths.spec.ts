import fc from 'fast-check';
import { Asker } from '../../test/differential/asker';
import { pointedRound } from '../../test/differential/pointed-round';
import { ids, round, type Change, type Question } from '../../test/differential/questions';
import { openedEngine } from '../../test/opened-engine';
import { decode, encode, type Document } from '../bson/codec';
import { keysOf } from '../indexes/key-generator';
import { longestKey } from '../indexes/key-string';
import { nameOfKey } from '../storage/collection';
import { compileSort } from '../values/sort';

/** `EMBEDDED_DIFFERENTIAL=2000 npx jest --selectProjects unit --testPathPatterns fast-paths.spec` tries more of them, and tells how many. */
const asked = Number(process.env['EMBEDDED_DIFFERENTIAL'] ?? 0);
const rounds = asked || 12;
const longest = 25_000 + rounds * 500;

const opened = openedEngine();
const asker = new Asker(() => opened.engine);
const seen = { rounds: 0, questions: 0, byIndex: 0, changes: 0 };
let last = 0;

afterAll(() => {
  if (asked) process.stdout.write(`${JSON.stringify(seen)}\n`);
});

/** The same documents twice, with indexes and without: whatever is asked of both must be answered alike. */
class Pair {
  private last = 0;

  constructor(
    readonly fast: string,
    readonly slow: string,
  ) {}

  async fill(documents: readonly Document[], specs: readonly Document[]): Promise<void> {
    expect(await asker.askPlainly({ createIndexes: this.fast, indexes: specs })).toMatchObject({ ok: 1 });
    expect(await asker.askPlainly({ create: this.slow })).toMatchObject({ ok: 1 });
    const whole = documents.map((one, i) => ({ _id: ids[i], u: ++this.last, ...one }));
    for (const name of [this.fast, this.slow]) {
      if (whole.length > 0) expect(await asker.askPlainly({ insert: name, documents: whole })).toMatchObject({ n: whole.length });
    }
  }

  async change(one: Change, plainly = false): Promise<void> {
    const number = ++this.last;
    const reply = async (name: string): Promise<Document> => {
      const command = commandOf(one, name, number);
      const { n, nModified, writeErrors, errmsg, ok } = plainly ? await asker.askPlainly(command) : await asker.ask(command);
      return { ok, n, nModified, writeErrors, errmsg };
    };
    const fast = await reply(this.fast);
    seen.changes++;
    expect(fast).toMatchObject({ ok: 1, writeErrors: undefined });
    expect(fast).toEqual(await reply(this.slow));
  }

  async expectAlike(asks: Question): Promise<void> {
    seen.questions++;
    await this.compareFind(asks);
    await this.compareNumbers(asks);
    await this.compareDistinct(asks);
    await this.comparePipelines(asks);
    await this.compareJoin(asks.key);
  }

  private async compareFind({ filter: asks, sort: order, skip, limit }: Question): Promise<void> {
    const find = { filter: asks, batchSize: 1000 };
    const all = await documentsOf({ find: this.slow, ...find, hint: { $natural: 1 } });
    const sorted = await documentsOf({ find: this.fast, ...find, ...(order && { sort: order }) });
    expect(named(sorted)).toEqual(named(all));
    const part = await documentsOf({ find: this.fast, ...find, ...(order && { sort: order }), skip, limit });
    const slow = await documentsOf({ find: this.slow, ...find, ...(order && { sort: order }), skip, limit, hint: { $natural: 1 } });
    expect(part).toHaveLength(slow.length);
    expect(named(all)).toEqual(expect.arrayContaining(named(part)));
    if (order) {
      const compare = compileSort(order);
      expect(sorted.every((one, i) => i === 0 || compare(sorted[i - 1]!, one) <= 0)).toBe(true);
      // Documents that the order does not tell apart may come in either one.
      expect(part.every((one, i) => compare(one, slow[i]!) === 0)).toBe(true);
    }
  }

  private async compareNumbers({ filter: asks, skip, limit }: Question): Promise<void> {
    const slow = await documentsOf({ find: this.slow, filter: asks, skip, limit, batchSize: 1000, hint: { $natural: 1 } });
    const counting = [{ $match: asks }, { $skip: skip }, ...(limit > 0 ? [{ $limit: limit }] : []), { $group: { _id: 1, n: { $sum: 1 } } }];
    const [row] = await documentsOf({ aggregate: this.fast, pipeline: counting, cursor: {} });
    expect(row?.['n'] ?? 0).toBe(slow.length);
  }

  private async compareDistinct({ filter: query, key }: Question): Promise<void> {
    const values = async (name: string, more: Document): Promise<string[]> =>
      named(((await asker.ask({ distinct: name, key, query, ...more }))['values'] as unknown[]).map((value) => ({ value })));
    // Of equal numbers either type may be the one that stays.
    expect(await values(this.fast, {})).toHaveLength((await values(this.slow, { hint: { $natural: 1 } })).length);
  }

  /** A stage in front that changes nothing keeps the rest from being answered by an index. */
  private async comparePipelines({ filter: asks, sort: order, limit }: Question): Promise<void> {
    const stages = [
      { $match: asks },
      ...(order ? [{ $sort: { ...order, _id: 1 } }] : []),
      ...(order && limit > 0 ? [{ $limit: limit }] : []),
    ];
    const grouped = [{ $match: asks }, { $group: { _id: '$n', count: { $sum: 1 } } }, { $sort: { _id: 1 } }];
    for (const pipeline of [stages, grouped]) {
      const run = (name: string, front: Document[]): Promise<Document[]> =>
        documentsOf({ aggregate: name, pipeline: [...front, ...pipeline], cursor: { batchSize: 1000 } });
      const [fast, slow] = [await run(this.fast, []), await run(this.slow, [{ $project: { nothing: 0 } }])];
      expect(order ? fast.map(shown) : named(fast)).toEqual(order ? slow.map(shown) : named(slow));
    }
  }

  private async compareJoin(key: string): Promise<void> {
    const join = (from: string): Promise<Document[]> =>
      documentsOf({
        aggregate: this.slow,
        pipeline: [{ $lookup: { from, localField: 'a', foreignField: key, as: 'found' } }, { $project: { found: '$found._id' } }],
        cursor: { batchSize: 1000 },
      });
    const sets = (rows: Document[]): string[] =>
      rows.map(({ _id, found }) => shown({ _id, found: (found as unknown[]).map((one) => shown({ one })).sort() }));
    expect(sets(await join(this.fast))).toEqual(sets(await join(this.slow)));
  }

  /** Every stored key must be one that a document makes, and the other way round. */
  expectKeysToFit(): void {
    const { catalog, current } = opened.engine;
    const collection = catalog.find('test', this.fast)!;
    const records = [...current.records(collection, false)];
    for (const index of collection.indexes) {
      const made = records.flatMap(({ record, bytes }) => keysOf(index, decode(bytes)).keys.map((key) => `${nameOfKey(key)}@${record}`));
      const all = { start: index.prefix, end: Buffer.concat([index.prefix, Buffer.from([0xff])]) };
      const stored = [...current.entries(collection, index, all, false)].map(({ key, record }) => `${nameOfKey(key)}@${record}`);
      expect(stored.sort()).toEqual(made.sort());
    }
  }
}

function commandOf(one: Change, name: string, number: number): Document {
  switch (one.kind) {
    case 'insert':
      return { insert: name, documents: [{ _id: one.id + number * 2000, u: number, ...one.fields }] };
    case 'update':
      return { update: name, updates: [{ q: one.filter, u: one.update, multi: true }] };
    case 'delete':
      return { delete: name, deletes: [{ q: one.filter, limit: 0 }] };
    case 'deleteOne':
      return { delete: name, deletes: [{ q: { _id: one.id }, limit: 1 }] };
  }
}

async function documentsOf(command: Document): Promise<Document[]> {
  const { cursor, errmsg } = await asker.ask(command);
  if (!cursor) throw new Error(`${String(errmsg)}: ${shown(command)}`);
  return (cursor as { firstBatch: Document[] }).firstBatch;
}

/** A document as one comparable word, types included. */
function shown(document: Document): string {
  return Buffer.from(encode(document)).toString('latin1');
}

function named(documents: readonly Document[]): string[] {
  return documents.map(shown).sort();
}

async function filled(documents: readonly Document[], specs: readonly Document[]): Promise<Pair> {
  last++;
  const pair = new Pair(`fast-${last}`, `slow-${last}`);
  await pair.fill(documents, specs);
  return pair;
}

async function countIndexPlans(pair: Pair, questions: readonly Question[]): Promise<void> {
  for (const { filter: asks, sort: order } of questions) {
    const explain = { find: pair.fast, filter: asks, ...(order && { sort: order }) };
    const { queryPlanner } = await asker.askPlainly({ explain, verbosity: 'queryPlanner' });
    if (!shown((queryPlanner as Document)['winningPlan'] as Document).includes('COLLSCAN')) seen.byIndex++;
  }
}

it(
  'answers with indexes as without them, before changes and after, inside a transaction and out of it',
  async () => {
    await fc.assert(
      fc.asyncProperty(round, async ({ documents, indexes, questions, changes, more }) => {
        seen.rounds++;
        const pair = await filled(documents, indexes);
        await countIndexPlans(pair, questions);
        for (const one of questions) await pair.expectAlike(one);
        for (const one of changes) await pair.change(one);
        pair.expectKeysToFit();
        for (const one of questions) await pair.expectAlike(one);
        asker.begin();
        for (const one of more) await pair.change(one);
        for (const one of questions) await pair.expectAlike(one);
        await asker.end(more.length % 2 === 0 ? 'commitTransaction' : 'abortTransaction');
        pair.expectKeysToFit();
        for (const one of questions) await pair.expectAlike(one);
        await asker.askPlainly({ drop: pair.fast });
        await asker.askPlainly({ drop: pair.slow });
      }),
      { numRuns: rounds, examples: [[pointedRound]], interruptAfterTimeLimit: longest - 5000 },
    );
    // Questions that all scan would prove nothing.
    expect(seen.byIndex).toBeGreaterThan(rounds);
  },
  longest,
);

it(
  'answers a transaction from its snapshot, by index as without, while others change what it reads',
  async () => {
    await fc.assert(
      fc.asyncProperty(round, async ({ documents, indexes, questions, changes }) => {
        const pair = await filled(documents, indexes);
        asker.begin();
        const before = await documentsOf({ find: pair.fast, batchSize: 1000 });
        await documentsOf({ find: pair.slow });
        for (const one of changes) await pair.change(one, true);
        for (const one of questions) await pair.expectAlike(one);
        expect(await documentsOf({ find: pair.fast, batchSize: 1000 })).toEqual(before);
        await asker.end('commitTransaction');
      }),
      { numRuns: Math.ceil(rounds / 4), examples: [[pointedRound]], interruptAfterTimeLimit: longest - 5000 },
    );
  },
  longest,
);

describe('texts that are too long for a key', () => {
  const texts = Array.from({ length: 1000 }, (_, i) => `${'x'.repeat(1200)}${i}`);

  beforeAll(async () => {
    await asker.ask({ createIndexes: 'texts', indexes: [{ key: { text: 1 }, name: 'text_1' }] });
    await asker.ask({ insert: 'texts', documents: texts.map((text, _id) => ({ _id, text })) });
  });

  it('are found, whatever their hash begins with', async () => {
    const [, index] = opened.engine.catalog.find('test', 'texts')!.indexes;
    const firstOfHash = longestKey - 20;
    const last = texts.flatMap((text, _id) => (index!.key([text])[firstOfHash] === 0xff ? [{ _id, text }] : []));
    expect(last).not.toHaveLength(0);
    for (const { _id, text } of last) expect(await documentsOf({ find: 'texts', filter: { text } })).toEqual([{ _id, text }]);
    expect(await documentsOf({ find: 'texts', filter: { text: { $gte: texts[0] } }, hint: 'text_1', batchSize: 2000 })).toHaveLength(1000);
  });

  it('are ordered by what their keys do not tell', async () => {
    const sorted = await documentsOf({ find: 'texts', sort: { text: 1 }, hint: 'text_1', batchSize: 2000 });
    expect(sorted.map(({ text }) => text as string)).toEqual([...texts].sort());
  });

  it('are found once, however many of them are asked for', async () => {
    expect(await documentsOf({ find: 'texts', filter: { text: { $in: texts.slice(0, 3) } } })).toHaveLength(3);
  });
});
