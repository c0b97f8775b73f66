import { Timestamp } from 'mongodb';
import { StreamShop } from '../../test/stream-shop';
import { typesOf, Watcher, type SeenEvent } from '../../test/watcher';

const shop = new StreamShop();

describe('a stream ends', () => {
  it.each<[string, 'things' | 1, () => Promise<unknown>, string[]]>([
    ['of a collection, when that is dropped', 'things', () => shop.things.drop(), ['drop', 'invalidate']],
    ['of a collection, when that is renamed', 'things', () => shop.things.rename('others'), ['rename', 'invalidate']],
    [
      'of a collection, when another takes its name',
      'things',
      () => shop.db.renameCollection('more', 'things', { dropTarget: true }),
      ['rename', 'invalidate'],
    ],
    ['of a collection, when its database is dropped', 'things', () => shop.db.dropDatabase(), ['drop', 'invalidate']],
    ['of a database, when that is dropped', 1, () => shop.db.dropDatabase(), ['drop', 'drop', 'dropDatabase', 'invalidate']],
  ])('%s', async (_what, on, act, expected) => {
    await shop.db.createCollection('more');
    const stream = await Watcher.open({ db: shop.db, on });
    await act();
    const events = await stream.all();
    expect(typesOf(events)).toEqual(expected);
    expect(stream.isOver).toBe(true);
    const [last, notice] = events.slice(-2);
    expect(Object.keys(notice!)).toEqual(['_id', 'operationType', 'clusterTime', 'wallTime']);
    expect(notice!.clusterTime).toEqual(last!.clusterTime);
    const refused = Watcher.open({ db: shop.db, on }, { resumeAfter: notice!._id });
    await expect(refused).rejects.toMatchObject({ code: 260, codeName: 'InvalidResumeToken' });
    expect(typesOf(await (await Watcher.open({ db: shop.db, on }, { resumeAfter: last!._id })).all())).toEqual(['invalidate']);
    const again = await Watcher.open({ db: shop.db, on }, { startAfter: notice!._id });
    await shop.things.insertOne({ _id: 1 });
    expect(typesOf(await again.all())).toContain('insert');
  });

  it('also when its own stages do not let the notice through', async () => {
    const stream = await shop.watch({}, { $match: { operationType: 'insert' } });
    await shop.things.drop();
    expect(await stream.all()).toEqual([]);
    expect(stream.isOver).toBe(true);
    const again = await shop.watch({ startAfter: stream.token });
    await shop.things.insertOne({ _id: 1 });
    expect(typesOf(await again.all())).toEqual(['insert']);
  });

  it('and not by the notice to another, from which it cannot start either', async () => {
    const [collection, database] = [await shop.watch(), await shop.watchAll()];
    await shop.things.drop();
    const [, notice] = await collection.all();
    expect(typesOf(await database.all())).toEqual(['drop']);
    await expect(shop.watchAll({ startAfter: notice!._id })).rejects.toMatchObject({ code: 280 });
  });

  it('but not that of all databases', async () => {
    const stream = await shop.watchCluster();
    await shop.db.dropDatabase();
    expect(typesOf(await stream.all())).toEqual(['drop', 'dropDatabase']);
    expect(stream.isOver).toBe(false);
  });
});

describe('resuming', () => {
  async function story(): Promise<SeenEvent[]> {
    const stream = await shop.watch();
    await shop.things.insertMany([{ _id: 1 }, { _id: 2 }, { _id: 3 }]);
    await shop.db.collection('more').insertOne({ n: 1 });
    await shop.client.withSession((session) =>
      session.withTransaction(async () => {
        await shop.things.updateOne({ _id: 1 }, { $set: { a: 1 } }, { session });
        await shop.db.collection('more').insertOne({ n: 2 }, { session });
        await shop.things.deleteOne({ _id: 2 }, { session });
        await shop.things.replaceOne({ _id: 3 }, { b: 1 }, { session });
      }),
    );
    await shop.things.insertOne({ _id: 4 });
    return stream.all();
  }

  it('goes on behind each event, by its token', async () => {
    const events = await story();
    expect(typesOf(events)).toEqual(['insert', 'insert', 'insert', 'update', 'delete', 'replace', 'insert']);
    for (const [i, { _id }] of events.entries()) {
      expect(await (await shop.watch({ resumeAfter: _id })).all()).toEqual(events.slice(i + 1));
      expect(await (await shop.watch({ startAfter: _id })).all()).toEqual(events.slice(i + 1));
    }
  });

  it('begins at each time, with the events of that time', async () => {
    const events = await story();
    for (const { clusterTime } of events) {
      const from = events.findIndex((event) => event.clusterTime.equals(clusterTime));
      expect(await (await shop.watch({ startAtOperationTime: clusterTime })).all()).toEqual(events.slice(from));
    }
  });

  it('has tokens in the order of the events, also as text', async () => {
    const tokens = (await story()).map(({ _id }) => _id._data);
    expect([...tokens].sort()).toEqual(tokens);
    expect(new Set(tokens).size).toBe(tokens.length);
  });

  it('goes on behind each batch, also one that brought nothing', async () => {
    const first = await shop.watch();
    const start = first.token;
    const events = await story();
    const slow = await shop.watch({ resumeAfter: start });
    for (let got = slow.seen.length; got < events.length; got += (await slow.more(1, 2)).length)
      expect(await (await shop.watch({ resumeAfter: slow.token })).all()).toEqual(events.slice(got));
  });

  it('moves its token on while others write, so that it need not look at that again', async () => {
    const stream = await shop.watch();
    const before = stream.token;
    await shop.db.collection('more').insertOne({ n: 1 });
    expect(await stream.more()).toEqual([]);
    expect(stream.token._data > before._data).toBe(true);
    const resumed = await shop.watch({ resumeAfter: stream.token });
    await shop.things.insertOne({ _id: 1 });
    expect(typesOf(await resumed.all())).toEqual(['insert']);
  });

  it('works after a restart', async () => {
    const events = await story();
    await shop.end();
    await shop.begin();
    expect(await (await shop.watch({ resumeAfter: events[4]!._id })).all()).toEqual(events.slice(5));
  });

  it.each<[string, (events: SeenEvent[]) => Promise<unknown>, number]>([
    ['a token of another collection', ([event]) => Watcher.open({ db: shop.db, on: 'more' }, { resumeAfter: event!._id }), 280],
    [
      'a token of no event',
      ([event]) => shop.watch({ resumeAfter: { _data: event!._id._data.replace(/^82......../, '82ffffffff') } }),
      280,
    ],
    ['a token of another data folder', ([event]) => shop.watch({ resumeAfter: { _data: event!._id._data.replace(/.{4}$/, 'ffff') } }), 280],
    ['a token that is none', () => shop.watch({ resumeAfter: { _data: '8263' } }), 260],
    ['a token that is cut short', ([event]) => shop.watch({ resumeAfter: { _data: event!._id._data.slice(0, -2) } }), 260],
    ['a token that is not hexadecimal', () => shop.watch({ resumeAfter: { _data: 'xyz' } }), 9],
    ['a token without data', () => shop.watch({ resumeAfter: {} }), 40647],
    ['a token and a time', ([event]) => shop.watch({ resumeAfter: event!._id, startAtOperationTime: event!.clusterTime }), 40674],
    ['two tokens', ([event]) => shop.watch({ resumeAfter: event!._id, startAfter: event!._id }), 50865],
    ['a time that is none', () => shop.watch({ startAtOperationTime: 5 }), 14],
  ])('refuses %s', async (_what, act, code) => {
    await expect(act(await story())).rejects.toMatchObject({ code });
  });

  it('is refused once what comes next is not kept any more, and so is reading on', async () => {
    await shop.end();
    await shop.begin({ oplogSize: 200_000 });
    const [slow, token] = [await shop.watch(), (await shop.watch()).token];
    await shop.things.insertOne({ _id: -2 });
    const [event] = await (await shop.watch({ resumeAfter: token })).all();
    const beginning = new Timestamp({ t: Math.floor(Date.now() / 1000) - 10, i: 1 });
    await shop.things.insertMany(Array.from({ length: 1000 }, (_, _id) => ({ _id, text: 'x'.repeat(1000) })));
    const lost = { code: 286, codeName: 'ChangeStreamHistoryLost', errorLabels: ['NonResumableChangeStreamError'] };
    const refusal = async (): Promise<unknown> => {
      for (let tries = 0; tries < 60; tries++) {
        const error = await shop.watch({ resumeAfter: token }).then(
          () => undefined,
          (reason: unknown) => reason,
        );
        if (error) return error;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      return undefined;
    };
    expect(await refusal()).toMatchObject({ ...lost, errorResponse: { errorLabels: lost.errorLabels } });
    await expect(shop.watch({ resumeAfter: event!._id })).rejects.toMatchObject({ code: 286 });
    await expect(shop.watch({ startAtOperationTime: beginning })).rejects.toMatchObject({ code: 286 });
    await expect(slow.more()).rejects.toMatchObject({ code: 286 });
    await expect(slow.more()).rejects.toMatchObject({ code: 43 });
    const fresh = await shop.watch();
    await shop.things.insertOne({ _id: -1 });
    expect(typesOf(await fresh.all())).toEqual(['insert']);
    await shop.end();
    await shop.begin();
  });
});
