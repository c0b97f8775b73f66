// The model tier of `npm run torture`: random schedules over the shop's real handlers and stores, on a database in memory and a simulated payment provider, with crashes at
// every wait, lost answers, doubled, shuffled and missing webhooks, write conflicts and a turned clock. `npm run torture -- --model --schedules 100000 --seed 1`
// runs it alone; a violation is printed with its seed and path, shrunk, and `node tools/torture/model/runner.mjs --schedules=1 --seed=.. --path=..` runs it again.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { seededBugs } from './model/seeded-bugs.mjs';
import { builtAt } from './build-copy.mjs';
import { root } from './root.mjs';
import { inParallel, times } from './lanes.mjs';

const atOnce = 2;

/** Schedules of one seed, after which what was seen is kept. */
const portion = 1_000;

/**
 * So many schedules on two processes, each portion of a seed of its own; a row of the report. `before` is the row of an earlier run to go on from, and `keep` is
 * given the row after each portion, so that it can be made in several goes.
 */
export async function randomSchedules({ schedules, seed, before, keep, progress }) {
  let row = before ?? { count: 0, seeds: 0, seen: { steps: 0 }, violations: [] };
  while (row.count < schedules && row.violations.length === 0) {
    const { count, seeds } = row;
    const share = Math.min(portion, Math.ceil((schedules - count) / atOnce));
    const results = await inParallel(times(atOnce), atOnce, (lane) => run({ schedules: share, seed: seed + seeds + lane, shrink: true }));
    row = {
      did: `random schedules over the real handlers, seeds ${seed} to ${seed + seeds + atOnce - 1}`,
      count: count + share * atOnce,
      seeds: seeds + atOnce,
      seen: results.reduce((seen, { steps, faults }) => sumOf(seen, { steps, ...faults }), row.seen),
      violations: results.filter(({ failure }) => failure).map(worded),
    };
    keep(row);
    progress(`${row.count} of ${schedules} schedules, ${row.violations.length} violations`);
  }
  return row;
}

function sumOf(one, other) {
  const sum = { ...one };
  for (const [name, number] of Object.entries(other)) sum[name] = (sum[name] ?? 0) + number;
  return sum;
}

/** Each seeded bug, until it is caught or the schedules are used up; a row of the report and a table of its own. */
export async function seededBugsCaught({ within, seed, names = seededBugs.map(({ name }) => name) }) {
  const results = await inParallel(names, atOnce, async (name) => ({ name, ...(await run({ schedules: within, seed, bug: name })) }));
  const escaped = results.filter(({ failure }) => !failure);
  return {
    did: `${names.length} bugs put into the product, one at a time, seed ${seed}`,
    count: names.length,
    seen: { caught: names.length - escaped.length },
    table: [
      '| seeded bug | caught by schedule | how it showed |',
      '| --- | --- | --- |',
      ...results.map(
        ({ name, schedules, failure }) => `| ${name} | ${failure ? schedules : `not within ${within}`} | ${showing(failure)} |`,
      ),
    ].join('\n'),
    violations: escaped.map(({ name }) => `"${name}" is not noticed within ${within} schedules`),
  };
}

/** What one runner made of its schedules. */
function run({ schedules, seed, path, seconds, shrink = false, bug }) {
  const args = [`--schedules=${schedules}`, `--seed=${seed}`];
  if (path) args.push(`--path=${path}`);
  if (seconds) args.push(`--seconds=${seconds}`);
  if (shrink) args.push('--shrink');
  const env = { ...process.env, TORTURE_BUILD: join(builtAt, 'dist'), ...(bug ? { SEEDED_BUG: bug } : {}) };
  const child = spawn(process.execPath, [join(root, 'tools/torture/model/runner.mjs'), ...args], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  return new Promise((resolve, reject) =>
    child.once('close', (code) => (code === 0 ? resolve(JSON.parse(output)) : reject(new Error(`A runner ended with ${code}: ${output}`)))),
  );
}

function worded({ seed, failure: { path, shrunk, schedule, broken } }) {
  return `seed ${seed}, path "${path}", after ${shrunk} steps of shrinking: ${broken}\n${JSON.stringify(schedule)}`;
}

function showing(failure) {
  return failure
    ? failure.broken
        .split('\n')[0]
        .replace(/CW-\w+-\w+/g, 'CW-...')
        .replace(/[0-9a-f]{24}/g, '...')
        .replaceAll('|', '/')
        .slice(0, 120)
    : '';
}
