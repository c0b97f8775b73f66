import { Binary, Decimal128, Double, ObjectId, Timestamp } from 'bson';
import type { Document } from '../bson/codec';
import { compileExpression, expressionOperators } from './compile';

const dec = (text: string): Decimal128 => Decimal128.fromString(text);
const day = new Date('2024-02-29T13:14:15.678Z');
const id = new ObjectId('64b5f0c2a1b2c3d4e5f60718');

const document: Document = {
  n: 7,
  s: 'Grüße',
  list: [3, 1, 2],
  docs: [{ k: 'x', v: 1 }, { k: 'y' }], // prettier-ignore
  o: { a: 1, b: { c: 2 } },
  nil: null,
  day,
  price: dec('19.99'),
};

function evaluate(expression: unknown): unknown {
  return compileExpression(expression, { variables: { NOW: day } })(document);
}

describe('an expression', () => {
  test.each<[unknown, unknown]>([
    ['$n', 7],
    ['$o.b.c', 2],
    ['$docs.v', [1]],
    ['$docs.k', ['x', 'y']],
    ['$list.0', []],
    ['$nothing', undefined],
    ['$$ROOT.n', 7],
    ['$$CURRENT.n', 7],
    ['$$NOW', day],
    ['$$REMOVE', undefined],
    ['plain', 'plain'],
    [{ $literal: '$n' }, '$n'],
    [
      ['$n', '$nothing', 1],
      [7, null, 1],
    ],
    [{ a: '$n', b: '$nothing' }, { a: 7 }],
    // arithmetic
    [{ $add: ['$n', 1, 0.5] }, 8.5],
    [{ $add: [2147483647, 1] }, 2147483648n],
    [{ $add: [1, 1n] }, 2n],
    [{ $add: ['$price', '$n'] }, dec('26.99')],
    [{ $add: ['$day', 1000] }, new Date(day.getTime() + 1000)],
    [{ $add: ['$n', null] }, null],
    [{ $add: [9223372036854775807n, 1] }, 9223372036854775808],
    [{ $subtract: ['$n', 10] }, -3],
    [{ $subtract: ['$day', new Date(day.getTime() - 5)] }, 5n],
    [{ $subtract: [dec('1.5'), dec('0.25')] }, dec('1.25')],
    [{ $multiply: ['$price', 3] }, dec('59.97')],
    [{ $multiply: [65536, 65536] }, 4294967296n],
    [{ $divide: ['$n', 2] }, 3.5],
    [{ $divide: [8, 2] }, new Double(4)],
    [{ $divide: [dec('1'), 3] }, dec('0.3333333333333333333333333333333333')],
    [{ $mod: [-7, 3] }, -1],
    [{ $mod: [7.5, 2] }, 1.5],
    [{ $abs: -5n }, 5n],
    [{ $ceil: 1.2 }, new Double(2)],
    [{ $floor: -1.2 }, new Double(-2)],
    [{ $round: [2.5] }, new Double(2)],
    [{ $round: [1.25, 1] }, 1.2],
    [{ $round: [1234, -2] }, 1200],
    [{ $round: [dec('2.345'), 2] }, dec('2.34')],
    [{ $trunc: [-1.98, 1] }, -1.9],
    [{ $sqrt: 16 }, new Double(4)],
    [{ $pow: [2, 10] }, 1024],
    [{ $pow: [2, 0.5] }, Math.SQRT2],
    [{ $log: [100, 10] }, new Double(2)],
    [{ $bitAnd: [6, 3] }, 2],
    // comparison, logic
    [{ $eq: [1, 1n] }, true],
    [{ $gt: ['a', 5] }, true],
    [{ $lt: ['$nothing', null] }, true],
    [{ $cmp: [1, 2] }, -1],
    [{ $and: [1, '$n', ''] }, true],
    [{ $or: [0, null, '$nothing', dec('0')] }, false],
    [{ $not: ['$nil'] }, true],
    [{ $cond: [{ $gt: ['$n', 5] }, 'big', 'small'] }, 'big'],
    [{ $cond: { if: '$nil', then: 1, else: 2 } }, 2],
    [{ $ifNull: ['$nil', '$nothing', 5] }, 5],
    [{ $switch: { branches: [{ case: { $eq: ['$n', 1] }, then: 'one' }, { case: { $eq: ['$n', 7] }, then: 'seven' }], default: 'many' } }, 'seven'], // prettier-ignore
    // variables
    [{ $let: { vars: { a: '$n', b: 2 }, in: { $multiply: ['$$a', '$$b'] } } }, 14],
    [{ $map: { input: '$list', as: 'x', in: { $add: ['$$x', '$n'] } } }, [10, 8, 9]],
    [{ $map: { input: '$nothing', in: '$$this' } }, null],
    [{ $map: { input: [[1, 2], [3]], as: 'row', in: { $map: { input: '$$row', as: 'x', in: { $add: ['$$x', { $size: '$$row' }] } } } } }, [[3, 4], [4]]], // prettier-ignore
    [{ $filter: { input: '$list', cond: { $gt: ['$$this', 1] } } }, [3, 2]],
    [{ $filter: { input: '$list', as: 'x', cond: { $gt: ['$$x', 0] }, limit: 2 } }, [3, 1]],
    [{ $reduce: { input: '$list', initialValue: 0, in: { $add: ['$$value', '$$this'] } } }, 6],
    // arrays
    [{ $size: '$list' }, 3],
    [{ $in: [2, '$list'] }, true],
    [{ $arrayElemAt: ['$list', -1] }, 2],
    [{ $arrayElemAt: ['$list', 9] }, undefined],
    [{ $first: '$list' }, 3],
    [{ $concatArrays: ['$list', [9]] }, [3, 1, 2, 9]],
    [{ $slice: ['$list', 1, 1] }, [1]],
    [{ $slice: ['$list', -2] }, [1, 2]],
    [{ $reverseArray: '$list' }, [2, 1, 3]],
    [{ $indexOfArray: ['$list', 2] }, 2],
    [{ $range: [0, 10, 4] }, [0, 4, 8]],
    [{ $zip: { inputs: [[1, 2], ['a']], useLongestLength: true, defaults: [0, 'z'] } }, [[1, 'a'], [2, 'z']]], // prettier-ignore
    [{ $sortArray: { input: '$list', sortBy: -1 } }, [3, 2, 1]],
    [{ $sortArray: { input: '$docs', sortBy: { v: 1 } } }, [{ k: 'y' }, { k: 'x', v: 1 }]],
    [{ $maxN: { n: 2, input: '$list' } }, [3, 2]],
    [{ $isArray: '$list' }, true],
    // summaries
    [{ $sum: '$list' }, 6],
    [{ $sum: ['$n', '$list', 1] }, 8],
    [{ $avg: '$list' }, new Double(2)],
    [{ $max: ['$n', 9] }, 9],
    [{ $min: '$nothing' }, null],
    // sets
    [{ $setUnion: [[2, 1], [1n, 3]] }, [1, 2, 3]], // prettier-ignore
    [{ $setIntersection: [[1, 2, 2], [2, 3]] }, [2]], // prettier-ignore
    [{ $setDifference: [[1, 2, 1], [2]] }, [1]], // prettier-ignore
    [{ $setEquals: [[1, 2], [2, 1, 1]] }, true], // prettier-ignore
    [{ $setIsSubset: [[1], [1, 2]] }, true], // prettier-ignore
    [{ $anyElementTrue: [[0, null, 1]] }, true],
    // strings
    [{ $concat: ['$s', '!'] }, 'Grüße!'],
    [{ $concat: ['$s', '$nil'] }, null],
    [{ $toUpper: 'abc' }, 'ABC'],
    [{ $toLower: '$nothing' }, ''],
    [{ $strLenCP: '$s' }, 5],
    [{ $strLenBytes: '$s' }, 7],
    [{ $substrCP: ['$s', 1, 3] }, 'rüß'],
    [{ $substrBytes: ['abc', 1, -1] }, 'bc'],
    [{ $split: ['a-b', '-'] }, ['a', 'b']],
    [{ $indexOfCP: ['$s', 'ße'] }, 3],
    [{ $trim: { input: '  x ' } }, 'x'],
    [{ $ltrim: { input: 'xxa', chars: 'x' } }, 'a'],
    [{ $replaceAll: { input: 'a.b.c', find: '.', replacement: '' } }, 'abc'],
    [{ $replaceOne: { input: 'a.b.c', find: '.', replacement: '' } }, 'ab.c'],
    [{ $regexMatch: { input: '$s', regex: '^grü', options: 'i' } }, true],
    [{ $regexFind: { input: 'aXbX', regex: '(X)(y)?' } }, { match: 'X', idx: 1, captures: ['X', null] }],
    [{ $regexFindAll: { input: 'abab', regex: 'b' } }, [{ match: 'b', idx: 1, captures: [] }, { match: 'b', idx: 3, captures: [] }]], // prettier-ignore
    [{ $strcasecmp: ['a', 'B'] }, -1],
    // objects
    [{ $mergeObjects: ['$o', { a: 2 }, null] }, { a: 2, b: { c: 2 } }],
    [{ $objectToArray: '$o.b' }, [{ k: 'c', v: 2 }]],
    [{ $arrayToObject: [[['a', 1], ['b', 2]]] }, { a: 1, b: 2 }], // prettier-ignore
    [{ $getField: 'n' }, 7],
    [{ $getField: { field: 'a', input: '$o' } }, 1],
    [{ $setField: { field: 'a.b', input: '$o.b', value: 1 } }, { c: 2, 'a.b': 1 }],
    [{ $unsetField: { field: 'b', input: '$o' } }, { a: 1 }],
    [{ $type: '$nothing' }, 'missing'],
    [{ $type: '$price' }, 'decimal'],
    // conversion
    [{ $toInt: '12' }, 12],
    [{ $toInt: 12.9 }, 12],
    [{ $toLong: '$n' }, 7n],
    [{ $toDouble: '1.5' }, 1.5],
    [{ $toDouble: 1 }, new Double(1)],
    [{ $toDecimal: '1.10' }, dec('1.10')],
    [{ $toDecimal: 0.1 }, dec('0.100000000000000')],
    [{ $toString: '$day' }, '2024-02-29T13:14:15.678Z'],
    [{ $toString: '$price' }, '19.99'],
    [{ $toString: 1.5 }, '1.5'],
    [{ $toObjectId: id.toHexString() }, id],
    [{ $toBool: 'false' }, true],
    [{ $toDate: '2024-01-02' }, new Date('2024-01-02T00:00:00Z')],
    [{ $toDate: 5n }, new Date(5)],
    [{ $convert: { input: 'x', to: 'int', onError: 'no' } }, 'no'],
    [{ $convert: { input: '$nil', to: 'int', onNull: 0 } }, 0],
    [{ $convert: { input: '3', to: 16 } }, 3],
    [{ $isNumber: '$price' }, true],
    [{ $binarySize: new Binary(Buffer.from([1, 2])) }, 2],
    // dates
    [{ $year: '$day' }, 2024],
    [{ $month: '$day' }, 2],
    [{ $dayOfMonth: { date: '$day', timezone: 'Pacific/Auckland' } }, 1],
    [{ $hour: { date: '$day', timezone: '+05:30' } }, 18],
    [{ $dayOfYear: '$day' }, 60],
    [{ $dayOfWeek: '$day' }, 5],
    [{ $isoWeek: '$day' }, 9],
    [{ $isoWeekYear: new Date('2021-01-03T00:00:00Z') }, 2020n],
    [{ $week: new Date('2024-01-07T00:00:00Z') }, 1],
    [{ $dateToString: { date: '$day' } }, '2024-02-29T13:14:15.678Z'],
    [{ $dateToString: { date: '$day', format: '%Y-%m-%d %H:%M:%S %z', timezone: 'America/New_York' } }, '2024-02-29 08:14:15 -0500'],
    [{ $dateToString: { date: '$nil', onNull: '-' } }, '-'],
    [{ $dateFromString: { dateString: '2024-02-29T13:14:15.678Z' } }, day],
    [{ $dateFromString: { dateString: '29/02/2024', format: '%d/%m/%Y' } }, new Date('2024-02-29T00:00:00Z')],
    [{ $dateFromString: { dateString: 'x', onError: 1 } }, 1],
    [{ $dateFromParts: { year: 2024, month: 14, day: 1 } }, new Date('2025-02-01T00:00:00Z')],
    [{ $dateToParts: { date: '$day' } }, { year: 2024, month: 2, day: 29, hour: 13, minute: 14, second: 15, millisecond: 678 }],
    [{ $dateAdd: { startDate: '$day', unit: 'year', amount: 1 } }, new Date('2025-02-28T13:14:15.678Z')],
    [{ $dateSubtract: { startDate: '$day', unit: 'hour', amount: 13 } }, new Date('2024-02-29T00:14:15.678Z')],
    [
      { $dateAdd: { startDate: new Date('2024-03-30T22:30:00Z'), unit: 'day', amount: 1, timezone: 'Europe/Berlin' } },
      new Date('2024-03-31T21:30:00Z'),
    ],
    [{ $dateDiff: { startDate: new Date('2023-12-31T23:00:00Z'), endDate: '$day', unit: 'month' } }, 2n],
    [{ $dateDiff: { startDate: new Date('2024-02-24T00:00:00Z'), endDate: '$day', unit: 'week' } }, 1n],
    [{ $dateTrunc: { date: '$day', unit: 'month' } }, new Date('2024-02-01T00:00:00Z')],
    [{ $dateTrunc: { date: '$day', unit: 'week', startOfWeek: 'monday' } }, new Date('2024-02-26T00:00:00Z')],
    [{ $dateTrunc: { date: '$day', unit: 'hour', binSize: 6 } }, new Date('2024-02-29T12:00:00Z')],
    [{ $dateTrunc: { date: '$day', unit: 'day', timezone: 'Asia/Tokyo' } }, new Date('2024-02-28T15:00:00Z')],
    [{ $tsSecond: new Timestamp({ t: 5, i: 1 }) }, 5n],
  ])('%j gives %p', (expression, expected) => {
    expect(evaluate(expression)).toEqual(expected);
  });

  test.each<[unknown, number, string]>([
    [{ $nope: 1 }, 168, "Unrecognized expression '$nope'"],
    [{ $add: [1], $subtract: [1] }, 15983, 'exactly one field'],
    ['$$nope', 17276, 'Use of undefined variable: nope'],
    ['$a..b', 15998, 'empty'],
    ['$', 16872, 'not a valid FieldPath'],
    [{ $subtract: [1] }, 16020, 'Expression $subtract takes exactly 2 arguments. 1 were passed in.'],
    [{ $add: ['$n', '$s'] }, 14, '$add only supports numeric or date types, not string'],
    [{ $divide: [1, 0] }, 2, "can't $divide by zero"],
    [{ $mod: [1, 0] }, 16610, "can't $mod by zero"],
    [{ $concat: ['$n'] }, 16702, '$concat only supports strings, not: int'],
    [{ $size: '$n' }, 17124, 'The argument to $size must be an array, but was of type: int'],
    [{ $in: [1, '$n'] }, 40081, '$in requires an array as a second argument'],
    [{ $map: { input: '$n', in: 1 } }, 16883, 'input to $map must be an array not int'],
    [{ $filter: { input: '$n', cond: 1 } }, 28651, 'input to $filter must be an array not int'],
    [{ $switch: { branches: [{ case: false, then: 1 }] } }, 40066, 'could not find a matching branch'],
    [{ $toInt: 'x' }, 241, "Failed to parse number 'x'"],
    [{ $toInt: 1e10 }, 241, 'overflow'],
    [{ $toObjectId: 'x' }, 241, 'Failed to parse objectId'],
    [{ $year: '$s' }, 16006, "can't convert from BSON type string to Date"],
    [{ $dateToString: { date: '$day', timezone: 'Nowhere/Land' } }, 40485, 'unrecognized time zone'],
    [{ $let: { vars: { Big: 1 }, in: 1 } }, 9, 'starts with an invalid character'],
    [{ $mergeObjects: ['$n'] }, 40400, '$mergeObjects requires object inputs'],
    [{ $arrayElemAt: ['$n', 0] }, 28689, 'must be an array'],
  ])('%j fails with code %i', (expression, code, message) => {
    expect(() => evaluate(expression)).toThrow(expect.objectContaining({ code, message: expect.stringContaining(message) }));
  });

  it('lists its operators', () => {
    expect(expressionOperators.length).toBeGreaterThan(120);
  });
});
