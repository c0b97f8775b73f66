import { Long, Timestamp } from 'bson';
import { everyLevel, readConcernOf } from './read-concern';

const now = new Timestamp(Long.fromBits(5, 1000, true));
const before = new Timestamp(Long.fromBits(5, 999, true));
const later = new Timestamp(Long.fromBits(6, 1000, true));

function read(readConcern: unknown, place: Partial<Parameters<typeof readConcernOf>[1]> = {}): unknown {
  const reading = { name: 'find', takes: everyLevel, inTransaction: false, startsTransaction: false, now, ...place };
  return readConcernOf({ readConcern }, reading);
}

it('reads locally unless told otherwise', () => {
  expect(read(undefined)).toEqual({ level: 'local' });
  expect(read({})).toEqual({ level: 'local' });
  expect(read({ level: 'majority', afterClusterTime: now })).toMatchObject({ level: 'majority' });
  expect(read({ level: 'snapshot', atClusterTime: before })).toMatchObject({ level: 'snapshot', atClusterTime: before });
});

it.each([
  ['an unknown field', { leve: 'local' }, 72],
  ['an unknown level', { level: 'latest' }, 9],
  ['a level that is no text', { level: 1 }, 14],
  ['no document', 'local', 14],
  ['a time that is none', { afterClusterTime: 5 }, 14],
  ['no time', { afterClusterTime: new Timestamp(Long.UZERO) }, 72],
  ['a time to come', { afterClusterTime: later }, 72],
  ['a snapshot to come', { level: 'snapshot', atClusterTime: later }, 72],
  ['a moment without a snapshot', { level: 'majority', atClusterTime: before }, 72],
  ['two times', { level: 'snapshot', atClusterTime: before, afterClusterTime: before }, 72],
  ['a time for what may be anywhere', { level: 'available', afterClusterTime: before }, 72],
])('refuses %s', (_what, concern, code) => {
  expect(() => read(concern)).toThrow(expect.objectContaining({ code }));
});

it('gives a command only the levels that it takes, and local to any', () => {
  const insert = { name: 'insert', takes: [] };
  expect(read({ level: 'local', afterClusterTime: before }, insert)).toMatchObject({ level: 'local' });
  expect(() => read({ level: 'majority' }, insert)).toThrow('Command insert does not support { readConcern: { level: "majority" } }');
  expect(() => read({ level: 'snapshot' }, insert)).toThrow(expect.objectContaining({ code: 72 }));
});

it('takes the read concern of a transaction from its first command', () => {
  const first = { name: 'insert', takes: [], inTransaction: true, startsTransaction: true };
  for (const level of ['local', 'majority', 'snapshot']) expect(read({ level }, first)).toMatchObject({ level });
  for (const level of ['available', 'linearizable']) expect(() => read({ level }, first)).toThrow(expect.objectContaining({ code: 72 }));
  expect(() => read({ level: 'local' }, { ...first, startsTransaction: false })).toThrow('Only the first command');
});
