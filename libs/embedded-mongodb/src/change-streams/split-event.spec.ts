import { decode, type Document } from '../bson/codec';
import { StreamShop } from '../../test/stream-shop';
import type { SeenEvent } from '../../test/watcher';
import { firstPlace } from '../storage/place';
import { readToken, type ResumePoint } from './resume-token';
import { splitEvent } from './split-event';

const point: ResumePoint = { place: firstPlace, kind: 'event', uuid: Buffer.alloc(16, 7) };
const event: Document = { _id: { _data: '82' }, small: 1, a: 'a'.repeat(1500), b: 'b'.repeat(1500), c: 'c'.repeat(1400) };

describe('an event that is too large', () => {
  it('comes in pieces, the smallest fields first, each with a token and a number of its own', () => {
    const pieces = splitEvent(event, point, 4000).map(({ bytes }) => decode(bytes));
    expect(pieces.map(({ _id, splitEvent: number, ...fields }) => [number, ...Object.keys(fields)])).toEqual([
      [{ fragment: 1, of: 2 }, 'small', 'c', 'a'],
      [{ fragment: 2, of: 2 }, 'b'],
    ]);
    expect(Object.assign({}, ...pieces)).toMatchObject({ small: 1, a: event['a'], b: event['b'], c: event['c'] });
    expect(pieces.map(({ _id }) => readToken(_id as Document).fragment)).toEqual([0, 1]);
  });

  it('goes on behind the piece that was seen last', () => {
    const all = splitEvent(event, point, 4000);
    expect(splitEvent(event, { ...point, fragment: 0 }, 4000)).toEqual(all.slice(1));
    expect(splitEvent(event, { ...point, fragment: 1 }, 4000)).toEqual([]);
  });

  it.each<[string, ResumePoint, number, number]>([
    ['a piece is too large by itself', point, 2000, 7182500],
    ['there are fewer pieces than were seen', { ...point, fragment: 5 }, 4000, 280],
    ['it is not split any more', { ...point, fragment: 0 }, 100_000, 280],
  ])('is refused when %s', (_what, from, limit, code) => {
    expect(() => splitEvent(event, from, limit)).toThrow(expect.objectContaining({ code }) as Error);
  });

  it('stays whole when it is not too large', () => {
    expect(splitEvent(event, point).map(({ bytes }) => decode(bytes))).toEqual([event]);
  });
});

describe('a stream', () => {
  const shop = new StreamShop();

  it('sends what is beyond 16 MB only in pieces, and can be resumed between them', async () => {
    await shop.db.command({ collMod: 'things', changeStreamPreAndPostImages: { enabled: true } });
    await shop.things.insertOne({ _id: 1, text: 'x'.repeat(9_000_000) });
    const options = { fullDocument: 'required', fullDocumentBeforeChange: 'required' };
    const [whole, split] = [await shop.watch(options), await shop.watch(options, { $changeStreamSplitLargeEvent: {} })];
    await shop.things.updateOne({ _id: 1 }, { $set: { a: 1 } });
    await shop.things.insertOne({ _id: 2 });
    await expect(whole.more()).rejects.toMatchObject({ code: 10334 });
    const numbers = (events: SeenEvent[]): unknown[] => events.map((one) => one['splitEvent'] as unknown);
    const seen = await split.all();
    expect(numbers(seen)).toEqual([{ fragment: 1, of: 2 }, { fragment: 2, of: 2 }, undefined]);
    const resumed = await shop.watch({ ...options, resumeAfter: seen[0]!._id }, { $changeStreamSplitLargeEvent: {} });
    expect(await resumed.all()).toEqual(seen.slice(1));
    await expect(shop.watch({ ...options, resumeAfter: seen[0]!._id })).rejects.toMatchObject({ code: 280 });
  });
});
