import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const runner = join(__dirname, '../../../tools/torture/model/runner.mjs');

interface Outcome {
  readonly schedules: number;
  readonly digest: number;
  readonly lastDigest: number;
  readonly failure?: { readonly broken: string; readonly path: string };
}

/** Random schedules over the real handlers, in a process of their own; see tools/torture/model.mjs. */
function run(schedules: number, seed: number, { bug, path }: { bug?: string; path?: string } = {}): Promise<Outcome> {
  const env = { ...process.env, ...(bug ? { SEEDED_BUG: bug } : {}) };
  const child = spawn(process.execPath, [runner, `--schedules=${schedules}`, `--seed=${seed}`, ...(path ? [`--path=${path}`] : [])], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += String(chunk)));
  return new Promise((resolve, reject) =>
    child.once('close', (code) => (code === 0 ? resolve(JSON.parse(output) as Outcome) : reject(new Error(`ended with ${code}`)))),
  );
}

test('two processes of the shop keep money and stock right, whatever is interrupted, lost, doubled or late', async () => {
  const { schedules, failure } = await run(150, 42);
  expect(failure).toBeUndefined();
  expect(schedules).toBe(150);
}, 600_000);

test('a seed is a schedule: running it again does the same', async () => {
  const [once, again] = await Promise.all([run(5, 7), run(5, 7)]);
  expect(again.digest).toBe(once.digest);
}, 600_000);

test('a schedule alone, by its path, is the same step by step as after others: nothing of what ran before is left', async () => {
  const [after, alone] = await Promise.all([run(30, 555), run(1, 555, { path: '29' })]);
  expect(alone.lastDigest).toBe(after.lastDigest);
  expect([after.schedules, alone.schedules]).toEqual([30, 1]);
}, 600_000);

interface SeededBug {
  readonly name: string;
  readonly patches: readonly { readonly file: string; readonly from: string }[];
}

test('each seeded bug has its place in the built product, once', () => {
  const root = join(__dirname, '../../..');
  const list = "import('./tools/torture/model/seeded-bugs.mjs').then(({ seededBugs }) => process.stdout.write(JSON.stringify(seededBugs)))";
  const bugs = JSON.parse(execFileSync(process.execPath, ['-e', list], { cwd: root, encoding: 'utf8' })) as SeededBug[];
  const lost = bugs.flatMap(({ name, patches }) =>
    patches.filter(({ file, from }) => readFileSync(join(root, 'dist/libs', file), 'utf8').split(from).length !== 2).map(() => name),
  );
  expect(bugs.length).toBeGreaterThan(25);
  expect(lost).toEqual([]);
});

test.each([
  ['no answer is taken for a no', 'is Failed, and'],
  ['a cart is closed without a look, and no index keeps its order unique', 'became two orders'],
  ['the key of a charge is made of chance', 'was charged 2 times'],
  ['the work of a transaction runs outside of it', 'inside a transaction'],
])(
  'a shop in which %s is found out',
  async (bug, showing) => {
    const { failure } = await run(60, 1, { bug });
    expect(failure?.broken).toContain(showing);
  },
  600_000,
);
