// Tries to make money or stock go wrong: `npm run torture [-- --scale 0.1 --only races,crashes]`. Runs the built shop in processes of its own under races, faults of the
// payment provider and kill -9 at every point, checks every invariant afterwards by the shop's own doctor and by the provider's books, prints a table, and writes
// docs/reliability.md when it ran whole. Ends with 1 when anything is violated.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as scenarios from './scenarios.mjs';
import { root } from './shop.mjs';

const { values: options } = parseArgs({ options: { scale: { type: 'string', default: '1' }, only: { type: 'string' } } });
const scale = Number(options.scale);
const scaled = (number) => Math.max(1, Math.round(number * scale));
const onProgress = ({ done, of, crashes, violations }) => console.log(`  ${done} of ${of}, ${crashes} crashes, ${violations} violations`);

const plan = {
  'last units': () => scenarios.lastUnits({ buyers: 1000, pieces: 100, rounds: scaled(20) }),
  'double submits': () => scenarios.doubleSubmits({ carts: scaled(200) }),
  'refund races': () => scenarios.refundRaces({ refunds: scaled(500), orders: scaled(10) }),
  'webhook orders': () => scenarios.webhookOrders({ orders: scaled(360) }),
  'lost webhooks': () => scenarios.lostWebhooks({ orders: scaled(500) }),
  'gateway faults': () => scenarios.gatewayFaults({ orders: scaled(100) }),
  'random kills': () => scenarios.randomKills({ kills: scaled(100), onProgress }),
  'crash matrix': () => scenarios.crashMatrix({ times: scaled(3), onProgress }),
};

const chosen = Object.entries(plan).filter(([name]) => !options.only || options.only.split(',').some((part) => name.includes(part)));
const rows = [];
for (const [name, run] of chosen) {
  console.log(`${name} ...`);
  const startedAt = Date.now();
  const { did, count, violations, ...more } = await run();
  const seconds = Math.round((Date.now() - startedAt) / 1000);
  rows.push({ name, did, count, more, violations, seconds });
  console.log(`${violations.length === 0 ? 'ok' : 'VIOLATED'}: ${did}: ${count} ${JSON.stringify(more)} in ${seconds} s`);
  for (const violation of violations.slice(0, 20)) console.log(`  ${violation}`);
}
const table = tableOf(rows);
console.log(`\n${table}\n\n${JSON.stringify(rows)}`);
if (!options.only && scale === 1) writeReport(table);
process.exitCode = rows.some(({ violations }) => violations.length > 0) ? 1 : 0;

function tableOf(results) {
  const line = ({ name, did, count, more, violations, seconds }) =>
    `| ${name} | ${did} | ${count} | ${Object.entries(more)
      .map(([key, value]) => `${key} ${value}`)
      .join(', ')} | ${violations.length} | ${seconds} |`;
  return [
    '| scenario | what was done | times | seen | violations | seconds |',
    '| --- | --- | --- | --- | --- | --- |',
    ...results.map(line),
  ].join('\n');
}

function writeReport(rowsAsTable) {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim();
  const text = `# Reliability

Written by \`npm run torture\` on ${new Date().toISOString().slice(0, 10)}, at commit ${commit}: what was done to the built shop, and how often an invariant of money or stock was
violated. After each scenario every order must be at rest within 60 seconds, \`cli doctor\` must find nothing, and the payment provider's own books must agree with the orders to
the cent.

${rowsAsTable}

*Crash matrix*: the process is ended with SIGKILL before and after each write to the database and each call to the payment provider of a purchase, its parcel and a refund; the
client then sends the same checkout again. \`npm run torture -- --scale 0.1\` is a quick look; \`--only crash\` runs one scenario.
`;
  writeFileSync(join(root, 'docs/reliability.md'), text);
}
