// One process of the model tier: runs schedules, with the bug that SEEDED_BUG names, and prints what came of them as JSON. Started by ../model.mjs.
import fc from 'fast-check';
import { parseArgs } from 'node:util';
import { Model, schedules } from './schedule.mjs';

const { values: options } = parseArgs({
  options: {
    schedules: { type: 'string' },
    seed: { type: 'string' },
    path: { type: 'string' },
    seconds: { type: 'string' },
    shrink: { type: 'boolean' },
  },
});
const progressEveryMs = 60_000;
/** A schedule that breaks something is made smaller for so long. */
const shrinkMs = 300_000;

const model = await Model.open();
const startedAt = performance.now();
let done = 0;
let toldAt = startedAt;
let brokenAt = Infinity;
const property = fc.asyncProperty(schedules, async (schedule) => {
  if (performance.now() - brokenAt > shrinkMs) return;
  const broken = await model.run(schedule);
  if (broken.length > 0) {
    brokenAt = Math.min(brokenAt, performance.now());
    throw new Error([...new Set(broken)].join('\n'));
  }
  done += 1;
  if (performance.now() - toldAt < progressEveryMs) return;
  toldAt = performance.now();
  process.stderr.write(`  ${done} schedules, ${(done / ((toldAt - startedAt) / 1000)).toFixed(1)} a second\n`);
});
const checked = await fc.check(property, {
  numRuns: Number(options.schedules),
  seed: Number(options.seed),
  path: options.path,
  endOnFailure: !options.shrink,
  interruptAfterTimeLimit: options.seconds ? Number(options.seconds) * 1000 : undefined,
});
const { counterexample, counterexamplePath: path, numShrinks, errorInstance } = checked;
const failure =
  checked.failed && counterexample
    ? { schedule: counterexample[0], path, shrunk: numShrinks, broken: errorInstance?.message ?? '' }
    : undefined;
const seconds = (performance.now() - startedAt) / 1000;
const runs = checked.numRuns;
process.stdout.write(
  `${JSON.stringify({ seed: checked.seed, schedules: runs, steps: model.stepsTaken, faults: model.tally, digest: model.digest, lastDigest: model.lastDigest, failure, seconds })}\n`,
);
process.exit();
