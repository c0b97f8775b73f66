import fc from 'fast-check';
import { MongoClient } from 'mongodb';
import { violations } from '../../test/history/checker';
import { startObservedServer, type ObservedServer } from '../../test/history/observed-server';
import type { History } from '../../test/history/record';
import { runHistory } from '../../test/history/run';
import { scripts } from '../../test/history/script';

/** `EMBEDDED_HISTORIES=5000 npx jest --selectProjects unit --testPathPatterns history.spec` runs more of them, and tells what it saw. */
const asked = Number(process.env['EMBEDDED_HISTORIES'] ?? 0);
const histories = asked || 40;
const longest = 30_000 + histories * 100;

let server: ObservedServer;
let clients: MongoClient[];
const seen = { histories: 0, operations: 0, committed: 0, aborted: 0, conflicts: 0, duplicates: 0, commits: 0 };

beforeAll(async () => {
  server = await startObservedServer();
  clients = await Promise.all(Array.from({ length: 4 }, () => MongoClient.connect(server.uri, { maxPoolSize: 4 })));
});

afterAll(async () => {
  await Promise.all(clients.map((client) => client.close()));
  await server.stop();
  if (asked) process.stdout.write(`${JSON.stringify(seen)}\n`);
});

function count({ attempts, units }: History): void {
  const results = attempts.flatMap(({ operations }) => operations.map(({ result }) => result));
  seen.histories++;
  seen.operations += results.length;
  seen.committed += attempts.filter(({ transaction }) => transaction?.committed).length;
  seen.aborted += attempts.filter(({ transaction }) => transaction && !transaction.committed).length;
  seen.conflicts += results.filter((result) => 'error' in result && result.error === 112).length;
  seen.duplicates += results.filter((result) => 'error' in result && result.error === 11000).length;
  seen.commits += units.length;
}

it(
  'isolates transactions by snapshots, whatever several clients do at once',
  async () => {
    await fc.assert(
      fc.asyncProperty(scripts, async (acts) => {
        const history = await runHistory(server, clients, acts);
        count(history);
        expect(violations(history)).toEqual([]);
      }),
      { numRuns: histories, interruptAfterTimeLimit: longest - 10_000 },
    );
    // A run in which nothing met would prove nothing.
    expect(seen.committed).toBeGreaterThan(histories / 2);
    expect(seen.conflicts).toBeGreaterThan(histories / 20);
  },
  longest,
);
