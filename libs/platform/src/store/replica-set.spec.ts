import type { Connection } from 'mongoose';
import { ConfigurationRefused } from '../config/config';
import { adviseOnTransactions, refuseStandalone } from './replica-set';

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

describe('a server that keeps open transactions', () => {
  const warnings = async (answer: () => Promise<object>): Promise<string[]> => {
    const said: string[] = [];
    const connection = { db: { admin: () => ({ command: answer }) } } as never;
    await adviseOnTransactions(connection, { warn: (line: string) => said.push(line) });
    return said;
  };

  test('for a minute, as MongoDB does by itself, is told of with what to do', async () => {
    expect(await warnings(() => Promise.resolve({ ok: 1, transactionLifetimeLimitSeconds: 60 }))).toEqual([
      expect.stringMatching(/60 s.*--setParameter transactionLifetimeLimitSeconds=3/),
    ]);
  });

  test.each([
    ['for three seconds', () => Promise.resolve({ ok: 1, transactionLifetimeLimitSeconds: 3 })],
    ['for as long as it does not tell', () => Promise.reject(new Error('not authorized'))],
  ])('%s is not', async (_, answer) => {
    expect(await warnings(answer)).toEqual([]);
  });
});
