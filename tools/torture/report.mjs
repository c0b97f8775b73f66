// docs/reliability.md, made of docs/reliability.json, which keeps what `npm run torture` and `npm run guards` have shown: each part as it was seen last, with its commit.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.mjs';

const kept = join(root, 'docs/reliability.json');
const page = join(root, 'docs/reliability.md');

/** The scenarios as a table; with `commits`, also what each was seen on. */
export function tableOf(rows, { commits = false } = {}) {
  const seen = (row) =>
    Object.entries(row.seen)
      .map(([what, count]) => `${what}: ${count}`)
      .join(', ');
  const line = ([name, row]) =>
    `| ${name} | ${row.did} | ${row.count} | ${seen(row)} | ${row.violations.length} | ${row.seconds} |${commits ? ` ${row.commit}, ${day(row)} |` : ''}`;
  return [
    `| scenario | what was done | times | seen | violations | seconds |${commits ? ' commit, day |' : ''}`,
    `| --- | --- | --- | --- | --- | --- |${commits ? ' --- |' : ''}`,
    ...Object.entries(rows).map(line),
  ].join('\n');
}

/** Takes over what has been shown since, and writes the page. A part that was run in full gives way only to one that was, too. Gives the page's path. */
export function writeReport(results, names) {
  const parts = existsSync(kept) ? JSON.parse(readFileSync(kept, 'utf8')) : {};
  for (const [name, part] of results.parts()) if (isBetter(part, parts[name])) parts[name] = part;
  writeFileSync(kept, `${JSON.stringify(parts, null, 2)}\n`);
  writeFileSync(page, pageOf(parts, names));
  return page;
}

function isBetter(part, known) {
  if (!known) return true;
  const [full, wasFull] = [part.scale >= 1, known.scale >= 1];
  return full === wasFull ? part.at > known.at : full;
}

/** The page, as a text. */
export function pageOf(parts, names) {
  const there = names.filter((name) => parts[name]);
  const rows = Object.fromEntries(there.map((name) => [name, parts[name]]));
  const minutes = Math.round(there.reduce((sum, name) => sum + rows[name].seconds, 0) / 60);
  const violations = there.flatMap((name) => rows[name].violations.map((violation) => `- ${name}: ${violation.split('\n')[0]}`));
  return `# Reliability

Written by \`npm run torture -- --write\`: what was done to the built shop, and how often an invariant of money or stock was violated. After each scenario every order is at rest,
\`cli doctor\` finds nothing, no delivery was given up, and the payment provider's own books agree with the orders to the cent.

${unfinished(parts, names)}

${tableOf(rows, { commits: true })}

Together ${minutes} minutes, on ${machines(Object.values(rows)).join('; ')}.
${violations.length === 0 ? '' : `\nWhat was violated:\n\n${violations.join('\n')}\n`}
## Processes

*Crash matrix*: the process is ended with SIGKILL before and after each write to the database (an event's row in the outbox is the only queue), and each call to the payment
provider and each of its webhooks, of a purchase, its parcel and a refund. Of three kills at each point one has a client that never comes back, the others one that sends the same again. Within 60 seconds of each restart (or of the
client's having sent all again) every order is at rest.
*Webhook orders*: all permutations of the events; in each, every event comes once, or twice, or three times, the copies straight after it or the whole row over again: five ways. Each before and after the
provider's answer to our own call, which waits for them on a wire of ours. Not each event its own number of copies: that would be 243 ways, and orders within copies besides.
*Gateway faults*: a 500 to a charge that the provider keeps under our key is waited out; of refunds only 500s that it does not keep.

\`npm run torture -- --scale 0.1\` is a quick look, \`--only crash\` runs one scenario, \`--resume\` those that this commit has not been through.

## Model

*Random schedules* run in one process, without sockets: the real handlers, stores and Stripe adapter of two processes of the shop, on a database in memory that has
transactions and write conflicts as MongoDB has, and a simulated provider behind Stripe's SDK. What happens next is decided by the seed at every single wait.
*Seeded bugs* are put into the compiled product, one at a time; each has to be noticed:

${rows['seeded bugs']?.table ?? 'Not run yet.'}

## Guards

${guardsSection(parts.guards)}`;
}

/** What is to be run in full yet: nothing is passed over in silence. */
function unfinished(parts, names) {
  const short = names.filter((name) => !(parts[name]?.scale >= 1));
  if (short.length === 0) return 'Each scenario was run in full.';
  const said = short.map((name) => (parts[name] ? `${name} (${(100 * parts[name].scale).toFixed(1)} % of it)` : name));
  return `**Not run in full yet:** ${said.join(', ')}.`;
}

function guardsSection(guards) {
  if (!guards) return 'Each guard has a test that must fail without it (`npm run guards`). Not run yet.\n';
  const { outcomes } = guards;
  const caught = outcomes.filter((guard) => guard.caught).length;
  const line = ({ name, file, test, caught: isCaught }) => `| ${name} | \`${file}\` | ${test} | ${isCaught ? 'fails' : 'PASSES'} |`;
  return `Each guard was taken out of a copy of the sources, and the test that holds it was run (\`npm run guards\`; ${guards.commit}, ${day(guards)}): ${caught} of ${outcomes.length} tests failed, as they must.

| guard | where | test | without it |
| --- | --- | --- | --- |
${outcomes.map(line).join('\n')}
`;
}

function machines(rows) {
  return [
    ...new Set(
      rows.map(({ machine }) => `${machine.cores} cores (${machine.cpu}), ${machine.memoryGb} GB, ${machine.system}, Node ${machine.node}`),
    ),
  ];
}

function day({ at }) {
  return at.slice(0, 10);
}
