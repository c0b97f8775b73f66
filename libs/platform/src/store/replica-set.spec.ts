import type { Connection } from 'mongoose';
import { ConfigurationRefused } from '../config/config';
import { refuseStandalone } from './replica-set';

/** A connection to a server that says this of itself. */
function connected(hello: object): Pick<Connection, 'db'> {
  return { db: { command: (command: object) => Promise.resolve('hello' in command ? { ok: 1, ...hello } : {}) } } as never;
}

test('a MongoDB without a replica set is refused, with what to do', async () => {
  const refused = refuseStandalone(connected({ isWritablePrimary: true, maxWireVersion: 21 }));
  await expect(refused).rejects.toThrow(ConfigurationRefused);
  await expect(refused).rejects.toThrow(/MONGODB_URI .*--replSet.*rs\.initiate\(\)/);
});

test.each([
  ['a member of a replica set', { setName: 'rs0' }],
  ['the router of a sharded cluster', { msg: 'isdbgrid' }],
])('%s is taken', async (_, hello) => {
  await expect(refuseStandalone(connected(hello))).resolves.toBeUndefined();
});
