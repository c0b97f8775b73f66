import type { Document } from 'mongodb';
import { servedDatabase } from '../../test/served-database';

/*
 * A statement that is wrong is refused whether or not there is anything that it could meet: MongoDB reads it before it looks for documents, so that a
 * mistake shows the first time and not when the first document is there.
 */

const served = servedDatabase();

beforeAll(async () => {
  await served.raw({ create: 'empty' });
  await served.raw({ insert: 'full', documents: [{ _id: 1, a: 1 }] });
});

const update = (u: unknown, more: Document = {}) => ({ update: '', updates: [{ q: {}, u, ...more }] });
const remove = (q: Document, limit = 1) => ({ delete: '', deletes: [{ q, limit }] });

const wrong: readonly [string, Document, number][] = [
  ['an unknown update operator', update({ $nonsense: 1 }), 9],
  ['an operator without its fields', update({ $set: 1 }), 9],
  ['two changes of one field', update({ $set: { a: 1 }, $inc: { a: 1 } }), 40],
  ['a replacement of many', update({ a: 1 }, { multi: true }), 9],
  ['an update by a wrong filter', { update: '', updates: [{ q: { $nonsense: 1 }, u: { $set: { a: 1 } } }] }, 2],
  ['an unknown expression in a pipeline', update([{ $set: { a: { $nonsense: 1 } } }]), 168],
  ['a deletion by a wrong filter', remove({ $nonsense: 1 }), 2],
  ['a deletion of two', remove({}, 2), 9],
  ['a findAndModify with an unknown operator', { findAndModify: '', query: {}, update: { $nonsense: 1 } }, 9],
  ['a findAndModify by a wrong filter', { findAndModify: '', query: { $nonsense: 1 }, remove: true }, 2],
  ['a findAndModify in a wrong order', { findAndModify: '', query: {}, sort: { a: 2 }, remove: true }, 15975],
  ['a find by a wrong filter', { find: '', filter: { a: { $nonsense: 1 } } }, 2],
  ['a find in a wrong order', { find: '', sort: { a: 2 } }, 15975],
  ['a projection that includes and excludes', { find: '', projection: { a: 1, b: 0 } }, 31254],
  ['a count by a wrong filter', { count: '', query: { $nonsense: 1 } }, 2],
  ['a distinct by a wrong filter', { distinct: '', key: 'a', query: { $nonsense: 1 } }, 2],
  ['an unknown stage', { aggregate: '', pipeline: [{ $nonsense: 1 }], cursor: {} }, 40324],
  ['an unknown expression', { aggregate: '', pipeline: [{ $set: { a: { $nonsense: 1 } } }], cursor: {} }, 168],
];

async function codeOf(command: Document): Promise<number | undefined> {
  const answer = await served.raw(command).catch((error: { code: number }) => ({ code: error.code }));
  const { code, writeErrors } = answer as { code?: number; writeErrors?: { code: number }[] };
  return code ?? writeErrors?.[0]?.code;
}

describe.each(['missing', 'empty', 'full'])('on a collection that is %s', (collection) => {
  test.each(wrong)('%s is refused', async (_, command, code) => {
    const [name] = Object.keys(command) as [string];
    expect(await codeOf({ ...command, [name]: collection })).toBe(code);
  });
});
