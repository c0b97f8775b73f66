import { Decimal128, Double } from 'bson';
import type { Document } from '../bson/codec';
import { atOnce } from '../values/breath';
import { accumulators, compilePipeline, pipelineStages, type PipelineContext } from './pipeline';

const now = new Date('2024-05-06T07:08:09Z');
const dec = (text: string): Decimal128 => Decimal128.fromString(text);

const orders: Document[] = [
  { _id: 1, buyer: 'ann', total: 10, items: [{ sku: 'a', n: 1 }, { sku: 'b', n: 2 }] }, // prettier-ignore
  { _id: 2, buyer: 'bob', total: 20.5, items: [{ sku: 'a', n: 5 }] },
  { _id: 3, buyer: 'ann', total: 30n, items: [] },
  { _id: 4, total: dec('0.5') },
];
const skus: Document[] = [
  { _id: 'a', name: 'Apple', parent: 'f' },
  { _id: 'b', name: 'Beet', parent: 'v' },
  { _id: 'f', name: 'Fruit', parent: 'v' },
  { _id: 'v', name: 'Plant' },
];

const context: PipelineContext = {
  collection: (name) => (name === 'skus' ? skus : name === 'orders' ? orders : []),
  now,
};

function run(stages: Document[], input: Document[] = orders, over: Partial<PipelineContext> = {}): Document[] {
  return [...atOnce(compilePipeline(stages, { ...context, ...over }).run(input))];
}

describe('a pipeline', () => {
  test.each<[string, Document[], Document[]]>([
    ['$match', [{ $match: { buyer: 'ann' } }, { $project: { _id: 1 } }], [{ _id: 1 }, { _id: 3 }]],
    [
      '$match with $expr',
      [{ $match: { $expr: { $gt: [{ $size: { $ifNull: ['$items', []] } }, 1] } } }, { $project: { _id: 1 } }],
      [{ _id: 1 }],
    ],
    [
      '$sort, $skip and $limit',
      [{ $sort: { total: -1 } }, { $skip: 1 }, { $limit: 2 }, { $project: { _id: 1 } }],
      [{ _id: 2 }, { _id: 1 }],
    ],
    [
      '$project with expressions',
      [{ $limit: 1 }, { $project: { _id: 0, n: { $size: '$items' }, 'x.y': '$buyer', skus: '$items.sku' } }],
      [{ n: 2, x: { y: 'ann' }, skus: ['a', 'b'] }],
    ],
    [
      '$addFields, in place and at the end',
      [{ $match: { _id: 2 } }, { $addFields: { total: { $add: ['$total', 1] }, 'items.big': true, deep: { er: 1 } } }],
      [{ _id: 2, buyer: 'bob', total: 21.5, items: [{ sku: 'a', n: 5, big: true }], deep: { er: 1 } }],
    ],
    ['$set with $$REMOVE', [{ $match: { _id: 3 } }, { $set: { items: '$$REMOVE', total: '$$REMOVE' } }], [{ _id: 3, buyer: 'ann' }]],
    ['$unset', [{ $match: { _id: 1 } }, { $unset: ['items.n', 'buyer', 'total'] }], [{ _id: 1, items: [{ sku: 'a' }, { sku: 'b' }] }]],
    ['$count', [{ $match: { buyer: 'ann' } }, { $count: 'n' }], [{ n: 2 }]],
    ['$count of nothing', [{ $match: { buyer: 'eve' } }, { $count: 'n' }], []],
    [
      '$unwind',
      [{ $unwind: '$items' }, { $project: { _id: 1, sku: '$items.sku' } }],
      [
        { _id: 1, sku: 'a' },
        { _id: 1, sku: 'b' },
        { _id: 2, sku: 'a' },
      ],
    ],
    [
      '$unwind that preserves',
      [{ $unwind: { path: '$items', preserveNullAndEmptyArrays: true, includeArrayIndex: 'i' } }, { $project: { i: 1 } }],
      [
        { _id: 1, i: 0n },
        { _id: 1, i: 1n },
        { _id: 2, i: 0n },
        { _id: 3, i: null },
        { _id: 4, i: null },
      ],
    ],
    [
      '$group by a field',
      [{ $group: { _id: '$buyer', n: { $sum: 1 }, total: { $sum: '$total' } } }],
      [
        { _id: 'ann', n: 2, total: 40n },
        { _id: 'bob', n: 1, total: 20.5 },
        { _id: null, n: 1, total: dec('0.5') },
      ],
    ],
    [
      '$group of all',
      [
        {
          $group: {
            _id: null,
            sum: { $sum: '$total' },
            max: { $max: '$total' },
            min: { $min: '$nothing' },
            first: { $first: '$_id' },
            last: { $last: '$buyer' },
          },
        },
      ],
      [{ _id: null, sum: dec('61.0'), max: 30n, min: null, first: 1, last: null }],
    ],
    ['$group of nothing', [{ $match: { _id: 99 } }, { $group: { _id: null, n: { $sum: 1 } } }], []],
    [
      '$group by a document',
      [{ $group: { _id: { b: '$buyer' }, ids: { $push: '$_id' } } }, { $sort: { _id: 1 } }],
      [
        { _id: {}, ids: [4] },
        { _id: { b: 'ann' }, ids: [1, 3] },
        { _id: { b: 'bob' }, ids: [2] },
      ],
    ],
    [
      '$group with averages',
      [
        { $match: { _id: { $lt: 3 } } },
        { $group: { _id: 1, avg: { $avg: '$total' }, none: { $avg: '$buyer' }, sd: { $stdDevPop: '$_id' } } },
      ],
      [{ _id: 1, avg: 15.25, none: null, sd: 0.5 }],
    ],
    [
      '$group with sets and tops',
      [
        { $unwind: '$items' },
        {
          $group: {
            _id: null,
            skus: { $addToSet: '$items.sku' },
            top: { $topN: { n: 2, sortBy: { 'items.n': -1 }, output: '$items.n' } },
            merged: { $mergeObjects: '$items' },
            count: { $count: {} },
          },
        },
      ],
      [{ _id: null, skus: ['a', 'b'], top: [5, 2], merged: { sku: 'a', n: 5 }, count: 3 }],
    ],
    ['$sortByCount', [{ $sortByCount: '$buyer' }, { $limit: 1 }], [{ _id: 'ann', count: 2 }]],
    [
      '$bucket',
      [{ $bucket: { groupBy: '$total', boundaries: [5, 20, 40], default: 'other' } }],
      [
        { _id: 5, count: 1 },
        { _id: 20, count: 2 },
        { _id: 'other', count: 1 },
      ],
    ],
    [
      '$bucketAuto',
      [{ $bucketAuto: { groupBy: '$_id', buckets: 2 } }],
      [
        { _id: { min: 1, max: 3 }, count: 2 },
        { _id: { min: 3, max: 4 }, count: 2 },
      ],
    ],
    [
      '$facet',
      [{ $facet: { n: [{ $count: 'n' }], first: [{ $limit: 1 }, { $project: { _id: 1 } }], none: [{ $match: { _id: 9 } }] } }],
      [{ n: [{ n: 4 }], first: [{ _id: 1 }], none: [] }],
    ],
    ['$replaceRoot', [{ $match: { _id: 2 } }, { $replaceRoot: { newRoot: { $arrayElemAt: ['$items', 0] } } }], [{ sku: 'a', n: 5 }]],
    ['$replaceWith', [{ $match: { _id: 2 } }, { $replaceWith: { $mergeObjects: [{ a: 1 }, { b: '$buyer' }] } }], [{ a: 1, b: 'bob' }]],
    [
      '$unionWith',
      [{ $project: { _id: 1 } }, { $unionWith: { coll: 'skus', pipeline: [{ $match: { parent: 'v' } }, { $project: { _id: 1 } }] } }],
      [{ _id: 1 }, { _id: 2 }, { _id: 3 }, { _id: 4 }, { _id: 'b' }, { _id: 'f' }],
    ],
    [
      '$lookup by an array',
      [
        { $match: { _id: 1 } },
        { $lookup: { from: 'skus', localField: 'items.sku', foreignField: '_id', as: 'found' } },
        { $project: { found: '$found.name' } },
      ],
      [{ _id: 1, found: ['Apple', 'Beet'] }],
    ],
    [
      '$lookup of a missing field, which finds missing ones',
      [
        { $match: { _id: 4 } },
        { $lookup: { from: 'skus', localField: 'nope', foreignField: 'parent', as: 'found' } },
        { $project: { found: '$found._id' } },
      ],
      [{ _id: 4, found: ['v'] }],
    ],
    [
      '$lookup with let and pipeline',
      [
        { $match: { _id: { $lt: 3 } } },
        {
          $lookup: {
            from: 'skus',
            let: { skus: '$items.sku' },
            pipeline: [{ $match: { $expr: { $in: ['$_id', '$$skus'] } } }, { $project: { _id: 0, name: 1 } }],
            as: 'x',
          },
        },
        { $project: { x: 1 } },
      ],
      [
        { _id: 1, x: [{ name: 'Apple' }, { name: 'Beet' }] },
        { _id: 2, x: [{ name: 'Apple' }] },
      ],
    ],
    [
      '$lookup with fields and pipeline',
      [
        { $match: { _id: 1 } },
        {
          $lookup: {
            from: 'skus',
            localField: 'items.sku',
            foreignField: '_id',
            pipeline: [{ $match: { name: 'Beet' } }, { $project: { _id: 1 } }],
            as: 'x',
          },
        },
        { $project: { x: 1 } },
      ],
      [{ _id: 1, x: [{ _id: 'b' }] }],
    ],
    [
      '$lookup inside $lookup, seeing both documents',
      [
        { $match: { _id: 2 } },
        {
          $lookup: {
            from: 'skus',
            let: { o: '$_id' },
            pipeline: [
              { $match: { _id: 'a' } },
              {
                $lookup: {
                  from: 'skus',
                  let: { p: '$parent' },
                  pipeline: [{ $match: { $expr: { $eq: ['$_id', '$$p'] } } }, { $project: { order: '$$o' } }],
                  as: 'up',
                },
              },
              { $project: { up: 1 } },
            ],
            as: 'x',
          },
        },
        { $project: { x: 1 } },
      ],
      [{ _id: 2, x: [{ _id: 'a', up: [{ _id: 'f', order: 2 }] }] }],
    ],
    [
      '$graphLookup',
      [
        { $match: { _id: 2 } },
        {
          $graphLookup: {
            from: 'skus',
            startWith: '$items.sku',
            connectFromField: 'parent',
            connectToField: '_id',
            as: 'line',
            depthField: 'd',
          },
        },
        { $project: { line: { $map: { input: '$line', in: ['$$this._id', '$$this.d'] } } } },
      ],
      [
        {
          _id: 2,
          line: [
            ['a', 0n],
            ['f', 1n],
            ['v', 2n],
          ],
        },
      ],
    ],
    ['$sample of more than there is', [{ $sample: { size: 10 } }, { $count: 'n' }], [{ n: 4 }]],
  ])('runs %s', (_name, stages, expected) => {
    expect(run(stages)).toEqual(expected);
  });

  it('joins by the server’s index as by hash', () => {
    const stages = [{ $lookup: { from: 'skus', localField: 'items.sku', foreignField: '_id', as: 'found' } }];
    const asked: Document[] = [];
    const find = (_name: string, filter: Document): Document[] => {
      asked.push(filter);
      return run([{ $match: filter }], skus);
    };
    expect(run(stages, orders, { find })).toEqual(run(stages));
    expect(asked[0]).toEqual({ _id: { $in: ['a', 'b'] } });
  });

  it('finds the partners of a correlated pipeline by index', () => {
    const match = { $expr: { $and: [{ $eq: ['$_id', '$$first'] }, { $ne: ['$name', 'x'] }] } };
    const stages = [{ $lookup: { from: 'skus', let: { first: { $first: '$items.sku' } }, pipeline: [{ $match: match }], as: 'found' } }];
    const asked: Document[] = [];
    const find = (_name: string, filter: Document): Document[] => {
      asked.push(filter);
      return run([{ $match: filter }], skus);
    };
    expect(run(stages, orders, { find })).toEqual(run(stages));
    expect(asked).toEqual([{ _id: { $eq: 'a' } }, { _id: { $eq: 'a' } }]);
  });

  it('sums doubles with their error carried, integers exactly', () => {
    const tenths = Array.from({ length: 10 }, () => ({ a: 0.1, i: 2147483647 }));
    expect(run([{ $group: { _id: null, a: { $sum: '$a' }, i: { $sum: '$i' } } }], tenths)).toEqual([
      { _id: null, a: new Double(1), i: 21474836470n },
    ]);
  });

  it('takes 1, 1.0 and NumberLong(1) for one group', () => {
    expect(run([{ $group: { _id: '$a', n: { $sum: 1 } } }], [{ a: 1 }, { a: new Double(1) }, { a: 1n }, { a: '1' }])).toEqual([{ _id: 1, n: 3 }, { _id: '1', n: 1 }]); // prettier-ignore
  });

  it('reads no further than it must', () => {
    let read = 0;
    function* counted(): Iterable<Document> {
      for (const order of orders) {
        read++;
        yield order;
      }
    }
    expect([...atOnce(compilePipeline([{ $match: {} }, { $limit: 2 }], context).run(counted()))]).toHaveLength(2);
    expect(read).toBe(2);
  });

  it('tells the server what the front of the pipeline wants', () => {
    const stages = [
      { $match: { a: 1 } },
      { $match: { b: 2 } },
      { $sort: { c: 1 } },
      { $skip: 5 },
      { $limit: 10 },
      { $lookup: { from: 'x', pipeline: [{ $unionWith: 'y' }], as: 'z' } },
    ];
    const compiled = compilePipeline(stages, context);
    expect(compiled).toMatchObject({
      leadingMatch: { $and: [{ a: 1 }, { b: 2 }] },
      leadingSort: { c: 1 },
      leadingLimit: 15,
      collections: ['x', 'y'],
    });
    const input = Array.from({ length: 20 }, (_unused, i) => ({ _id: i, a: 1, b: 2, c: i }));
    const slow = [...atOnce(compiled.run(input))];
    expect(slow.map(({ _id }) => _id)).toEqual([5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
    expect([...atOnce(compiled.runAfter({ match: true, sort: true, limit: true }, input.slice(0, 15)))]).toEqual(slow);
    expect([...atOnce(compiled.runAfter({ match: true }, [...input].reverse()))]).toEqual(slow);
    expect(compilePipeline([{ $group: { _id: null } }], context).leadingLimit).toBeUndefined();
    expect(compilePipeline([{ $limit: 3 }], context).leadingLimit).toBe(3);
  });

  it('leaves $out and $merge to the server', () => {
    expect(compilePipeline([{ $out: 'x' }], context).terminal).toEqual({ stage: '$out', collection: 'x' });
    expect(compilePipeline([{ $merge: { into: { db: 'd', coll: 'x' }, on: 'a', whenMatched: 'fail' } }], context).terminal).toMatchObject({
      stage: '$merge',
      database: 'd',
      collection: 'x',
      on: ['a'],
      whenMatched: 'fail',
      whenNotMatched: 'insert',
    });
  });

  test.each<[Document[], number]>([
    [[{ $nope: 1 }], 40324],
    [[{ $match: {}, $limit: 1 }], 40323],
    [[{ $out: 'x' }, { $limit: 1 }], 40601],
    [[{ $project: { a: { $nope: 1 } } }], 31325],
    [[{ $addFields: { a: { $nope: 1 } } }], 168],
    [[{ $project: {} }], 51272],
    [[{ $project: { a: 1, b: 0 } }], 31254],
    [[{ $project: { a: '$$nope' } }], 17276],
    [[{ $documents: { $concatArrays: [[{ a: 1 }], [5]] } }], 5858203],
    [[{ $match: {} }, { $documents: [] }], 40602],
    [[{ $facet: { a: [{ $documents: [] }] } }], 40600],
    [[{ $unionWith: { coll: 'x', pipeline: [{ $documents: [] }] } }], 73],
    [[{ $limit: 0 }], 15958],
    [[{ $limit: -1 }], 5107201],
    [[{ $skip: 'x' }], 5107200],
    [[{ $sort: {} }], 15976],
    [[{ $group: { n: { $sum: 1 } } }], 15955],
    [[{ $group: { _id: 1, n: { $nope: 1 } } }], 15952],
    [[{ $group: { _id: 1, n: 1 } }], 40234],
    [[{ $unwind: 'items' }], 28818],
    [[{ $count: '$x' }], 40158],
    [[{ $replaceRoot: { newRoot: '$buyer' } }], 40228],
    [[{ $lookup: { from: 'x', as: 'y' } }], 9],
    [[{ $bucket: { groupBy: '$a', boundaries: [3, 1] } }], 40194],
    [[{ $facet: { a: [{ $out: 'x' }] } }], 40600],
  ])('refuses %j with code %i', (stages, code) => {
    expect(() => run(stages)).toThrow(expect.objectContaining({ code }));
  });

  it('lists its stages and accumulators', () => {
    expect(pipelineStages).toEqual(expect.arrayContaining(['$match', '$lookup', '$merge', '$graphLookup']));
    expect(accumulators).toEqual(expect.arrayContaining(['$sum', '$push', '$topN']));
  });
});
