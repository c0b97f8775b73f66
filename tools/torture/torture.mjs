// Tries to make money or stock go wrong: runs the built shop in processes of its own under races, faults of the payment provider and kill -9 at every point, and
// checks every invariant afterwards by the shop's own doctor and by the provider's books.
//
//     npm run torture                                    all scenarios, in full
//     npm run torture -- --scale 0.05 --only crash       a quick look at those whose name has the word in it
//     npm run torture -- --model --schedules 1000 --seed 7   only the model: random schedules over the handlers, and seeded bugs
//     npm run torture -- --resume --write                those that this commit has not been through, and then docs/reliability.md; with --only ... those alone are run anew
//
// Each result is kept in --json (by commit; .cache/torture.json unless given). Ends with 1 when anything is violated.
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { clusterKills } from './cluster.mjs';
import { crashMatrix, randomKills } from './crashes.mjs';
import { randomSchedules, seededBugsCaught } from './model.mjs';
import { doubleSubmits, lastUnits, refundRaces } from './races.mjs';
import { tableOf, writeReport } from './report.mjs';
import { Results } from './results.mjs';
import { gatewayFaults, lostWebhooks } from './silence.mjs';
import { webhookOrders } from './webhooks.mjs';

const { values: options } = parseArgs({
  options: {
    scale: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
    json: { type: 'string' },
    resume: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    model: { type: 'boolean', default: false },
    schedules: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
  },
});
const scale = Number(options.scale);
const scaled = (number) => Math.max(1, Math.round(number * scale));
const thin = Math.max(1, Math.round(1 / scale));
const lanes = 3 * availableParallelism();
const results = new Results(options.json);

const seed = Number(options.seed);
const schedules = Number(options.schedules);

const models = {
  'random schedules': async (run) => ofAll(await randomSchedules({ schedules: scaled(schedules), seed, ...run })),
  'seeded bugs': (run) => seededBugsCaught({ within: 5000, seed, ...run }),
};
const scenarios = {
  ...models,
  'last units': (run) => lastUnits({ buyers: 1000, pieces: 100, rounds: scaled(20), ...run }),
  'double submits': (run) => doubleSubmits({ carts: scaled(200), ...run }),
  'refund races': (run) => refundRaces({ refunds: scaled(500), ...run }),
  'webhook orders': (run) => webhookOrders({ thin, ...run }),
  'lost webhooks': (run) => lostWebhooks({ orders: scaled(500), ...run }),
  'gateway faults': (run) => gatewayFaults({ orders: scaled(6), ...run }),
  'cluster kills': (run) => clusterKills({ seconds: scaled(120), ...run }),
  'random kills': (run) => randomKills({ kills: scaled(100), ...run }),
  'crash matrix': (run) => crashMatrix({ times: 3, lanes, thin, ...run }),
};

/** The row of a part of the schedules counts for that part. */
const ofAll = (row) => ({ ...row, scale: row.count / 100_000 });

for (const [name, run] of Object.entries(scenarios)) if (isWanted(name)) await runOne(name, run);

const { scenarios: rows } = results.own;
console.log(`\n${tableOf(rows)}\n\nKept in ${results.file}.`);
if (options.write) console.log(`Written: ${writeReport(results, Object.keys(scenarios))}.`);

function isWanted(name) {
  if (options.model && !(name in models)) return false;
  if (!options.only.split(',').some((part) => name.includes(part))) return false;
  return !(options.resume && results.own.scenarios[name]?.scale >= scale);
}

async function runOne(name, run) {
  console.log(`${name} ...`);
  const before = options.resume ? results.own.scenarios[name] : undefined;
  const startedAt = Date.now() - 1000 * (before?.seconds ?? 0);
  const progress = (text) => console.log(`  ${secondsSince(startedAt)} s: ${text}`);
  const keep = (part) => results.putScenario(name, { ...ofAll(part), seconds: secondsSince(startedAt) });
  const row = await run({ progress, before, keep }).catch((error) => ({ did: 'broke off', count: 0, seen: {}, violations: [error.stack] }));
  const seconds = secondsSince(startedAt);
  results.putScenario(name, { scale, ...row, seconds });
  if (row.violations.length > 0) process.exitCode = 1;
  console.log(`${row.violations.length === 0 ? 'ok' : 'VIOLATED'}: ${row.did}: ${row.count} ${JSON.stringify(row.seen)} in ${seconds} s`);
  if (row.table) console.log(row.table);
  for (const violation of row.violations.slice(0, 20)) console.log(`  ${violation}`);
}

function secondsSince(startedAt) {
  return Math.round((Date.now() - startedAt) / 1000);
}
