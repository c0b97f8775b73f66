// Takes one guard at a time out of a copy of the sources and runs the test that holds it: it passes with the guard, and must fail without.
//
//     npm run guards                     all of them
//     npm run guards -- cart unique      those whose place or name has one of the words in it
//
// The outcome is kept with that of `npm run torture`. Ends with 1 when a guard is missed by nobody, or is not where the list says.
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { guards } from './guards/list.mjs';
import { PatchedCopy } from './patched-copy.mjs';
import { inParallel, times } from './torture/lanes.mjs';
import { Results } from './torture/results.mjs';

const { values: options, positionals: words } = parseArgs({ options: { json: { type: 'string' } }, allowPositionals: true });
const wanted = guards.filter(({ name, file }) => words.length === 0 || words.some((word) => `${file} ${name}`.includes(word)));
const queue = wanted.map((guard, place) => ({ guard, place }));
const outcomes = [];
const asTheyAre = new Map();

await inParallel(times(availableParallelism()), availableParallelism(), async () => {
  const copy = new PatchedCopy();
  for (let next; (next = queue.shift());) {
    const { name, file, test } = next.guard;
    const outcome = await takenOut(copy, next.guard).catch((error) => `broken: ${error.message}`);
    outcomes[next.place] = { name, file, test: test[1], caught: outcome === 'fails' };
    console.log(`${outcome === 'fails' ? 'ok      ' : 'MISSED  '} ${file}: ${name}: ${outcome}`);
  }
  copy.remove();
});

const missed = outcomes.filter(({ caught }) => !caught);
console.log(`${outcomes.length - missed.length} of ${outcomes.length} guards are missed by their test when they are gone.`);
if (words.length === 0) new Results(options.json).put('guards', { at: new Date().toISOString(), scale: 1, outcomes });
if (missed.length > 0) process.exitCode = 1;

/** What the guard's test says of its absence. */
async function takenOut(copy, { file, from, to, test: [spec, name] }) {
  const sound = (await untouched(copy, spec)).filter(({ fullName }) => fullName.includes(name));
  if (sound.length === 0) return `there is no test "${name}"`;
  if (sound.some(({ status }) => status === 'failed')) return 'the test fails with the guard, too';
  const results = await copy.with({ file, from, to }, () => copy.test(spec, name));
  return results.some(({ status }) => status === 'failed') ? 'fails' : 'the test passes without the guard';
}

/** Each file of tests is run once as it is. */
function untouched(copy, spec) {
  if (!asTheyAre.has(spec)) asTheyAre.set(spec, copy.test(spec));
  return asTheyAre.get(spec);
}
