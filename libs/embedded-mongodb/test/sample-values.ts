import { Binary, BSONRegExp, Decimal128, Double, MaxKey, MinKey, ObjectId, Timestamp } from 'bson';

/** One or more values of each kind, those at the edges among them; no two are the same, though some are equal. */
export const sampleValues: readonly unknown[] = [
  null,
  ...[-1, 0, 2, 3, 1.5, -0.5, NaN, Infinity, -Infinity, new Double(2), 2n, 9007199254740992, 9007199254740993n, -(2n ** 63n)],
  ...['0', '1.5', '2.00', '9007199254740993', 'NaN', 'Infinity'].map((text) => Decimal128.fromString(text)),
  ...['', 'a', 'A', 'ab', 'a\0', 'a\0b', 'b', 'ba', 'aé', 'a\u{10437}', 'a\u{10438}', 'a\uFFFD', '\uE000'],
  ...[false, true, new Date(0), new Date(5), new Date(-5)],
  ...[new ObjectId('000000000000000000000000'), new ObjectId('ffffffffffffffffffffffff')],
  ...[new Timestamp({ t: 0, i: 0 }), new Timestamp({ t: 1, i: 2 }), new Timestamp({ t: 0xffffffff, i: 0xffffffff })],
  ...[new BSONRegExp('^a', ''), new BSONRegExp('^a', 'i'), new Binary(Buffer.from([1])), { x: 1 }, new MinKey(), new MaxKey()],
];
