// docs/reliability.md, made of what `npm run torture` and `npm run guards` have kept.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './build-copy.mjs';

/** The scenarios as a table. */
export function tableOf(rows) {
  const seen = (row) =>
    Object.entries(row.seen)
      .map(([what, count]) => `${what}: ${count}`)
      .join(', ');
  const line = ([name, row]) => `| ${name} | ${row.did} | ${row.count} | ${seen(row)} | ${row.violations.length} | ${row.seconds} |`;
  return [
    '| scenario | what was done | times | seen | violations | seconds |',
    '| --- | --- | --- | --- | --- | --- |',
    ...Object.entries(rows).map(line),
  ].join('\n');
}

/** Writes the page. Refuses while a scenario is missing or was not run in full. Gives its path. */
export function writeReport({ commit, date, machine, scenarios, guards }, names) {
  const missing = names.filter((name) => !(scenarios[name]?.scale >= 1));
  if (missing.length > 0) throw new Error(`Not all was run in full at ${commit}: ${missing.join(', ')}.`);
  const path = join(root, 'docs/reliability.md');
  const minutes = Math.round(names.reduce((sum, name) => sum + scenarios[name].seconds, 0) / 60);
  writeFileSync(
    path,
    `# Reliability

Written by \`npm run torture -- --write\` on ${date.slice(0, 10)}, at commit ${commit}, on ${machine.cores} cores (${machine.cpu}), ${machine.memoryGb} GB, ${machine.system}, Node ${machine.node}:
what was done to the built shop, and how often an invariant of money or stock was violated. After each scenario every order is at rest, \`cli doctor\` finds nothing, no
delivery was given up, and the payment provider's own books agree with the orders to the cent.

## Processes

${tableOf(Object.fromEntries(names.map((name) => [name, scenarios[name]])))}

Together ${minutes} minutes.

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

${scenarios['seeded bugs'].table}
${guards ? guardsSection(guards) : ''}`,
  );
  return path;
}

function guardsSection(guards) {
  const caught = guards.filter((guard) => guard.caught).length;
  const line = ({ name, file, test, caught: isCaught }) => `| ${name} | \`${file}\` | ${test} | ${isCaught ? 'fails' : 'PASSES'} |`;
  return `
## Guards

Each guard was taken out of a copy of the sources, and the test that holds it was run (\`npm run guards\`): ${caught} of ${guards.length} tests failed, as they must.

| guard | where | test | without it |
| --- | --- | --- | --- |
${guards.map(line).join('\n')}
`;
}
