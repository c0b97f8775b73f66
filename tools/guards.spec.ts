import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..');

interface Guard {
  readonly name: string;
  readonly file: string;
  readonly from: string;
}

/** Read by Node itself, as Jest's CommonJS mode does not load ES modules. */
const list = "import('./tools/guards/list.mjs').then(({ guards }) => process.stdout.write(JSON.stringify(guards)))";
const guards = JSON.parse(execFileSync(process.execPath, ['-e', list], { cwd: root, encoding: 'utf8' })) as Guard[];

test('each guard that `npm run guards` takes out stands in the code, once', () => {
  const lost = guards.flatMap(({ name, file, from }) => {
    const times = readFileSync(join(root, file), 'utf8').split(from).length - 1;
    return times === 1 ? [] : [`${name}: ${file} has ${times} times: ${from}`];
  });
  expect(guards.length).toBeGreaterThan(90);
  expect(lost).toEqual([]);
});

test('each unique index of the shop is a guard', () => {
  const isOfTheShop = (file: string): boolean =>
    /^[\w-]+\/src\/.*\.ts$/.test(file) && !/\.spec\.ts$|^(embedded-mongodb|payment-sandbox)\//.test(file);
  const files = readdirSync(join(root, 'libs'), { recursive: true, encoding: 'utf8' }).filter(isOfTheShop);
  const indexes = files.flatMap((file) =>
    readFileSync(join(root, 'libs', file), 'utf8')
      .split('\n')
      .filter((line) => /unique: true/.test(line))
      .map((line) => ({ file: `libs/${file}`, line })),
  );
  const forgotten = indexes.filter(({ file, line }) => !guards.some((guard) => guard.file === file && line.includes(guard.from)));
  expect(indexes.length).toBeGreaterThan(20);
  expect(forgotten).toEqual([]);
});
