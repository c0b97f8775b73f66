// Puts one bug at a time into a copy of the embedded database, and tells whether its randomised tests notice:
//
//     npm run seeded-bugs                      all of them
//     npm run seeded-bugs -- --only sort       those whose name has the word in it
//
// A check that has never been seen to fail is not a check. Ends with code 1 when a bug goes unnoticed, or cannot be planted any more.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bugs } from './seeded-bugs/embedded-mongodb.mjs';

const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } });
const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const library = join('libs', 'embedded-mongodb');
const copy = mkdtempSync(join(tmpdir(), 'seeded-bugs-'));

try {
  makeCopy();
  const wanted = bugs.filter(({ name }) => name.includes(values.only));
  const unnoticed = wanted.filter((bug) => !report(bug, isNoticed(bug)));
  console.log(`${wanted.length - unnoticed.length} of ${wanted.length} noticed`);
  if (unnoticed.length > 0) process.exitCode = 1;
} finally {
  rmSync(copy, { recursive: true, force: true });
}

function makeCopy() {
  for (const name of [library, 'package.json', 'jest.config.js', 'tsconfig.json'])
    cpSync(join(root, name), join(copy, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  // The first failure is enough; a smaller one takes its time to find.
  writeFileSync(join(copy, 'setup.js'), "require('fast-check').configureGlobal({ endOnFailure: true });");
  const config = readFileSync(join(copy, 'jest.config.js'), 'utf8');
  writeFileSync(join(copy, 'jest.config.js'), config.replace("setupFiles: ['", "setupFiles: ['<rootDir>/setup.js', '"));
}

function isNoticed({ name, file, from, to, test }) {
  const path = join(copy, library, 'src', file);
  const sound = readFileSync(path, 'utf8');
  if (sound.split(from).length !== 2) throw new Error(`${name}: ${file} does not hold once what is to be replaced`);
  writeFileSync(
    path,
    sound.replace(from, () => to),
  );
  try {
    return fails(test);
  } finally {
    writeFileSync(path, sound);
  }
}

/** Whether a test fails. A bug may also keep one from coming to its end; a file that does not load is no answer. */
function fails(test) {
  const output = join(copy, 'results.json');
  const command = ['node_modules/jest/bin/jest.js', '--selectProjects', 'unit', '--testPathPatterns', test, '--silent', '--forceExit'];
  const options = { cwd: copy, timeout: 180_000, killSignal: 'SIGKILL', stdio: 'ignore' };
  rmSync(output, { force: true });
  const { error } = spawnSync(process.execPath, [...command, '--json', '--outputFile', output], options);
  if (error?.code === 'ETIMEDOUT') return true;
  const { numTotalTests, numFailedTests } = JSON.parse(readFileSync(output, 'utf8'));
  if (numTotalTests === 0) throw new Error(`${test} does not run`);
  return numFailedTests > 0;
}

function report({ name, test }, noticed) {
  console.log(`${noticed ? 'noticed  ' : 'UNNOTICED'} ${name} (${test})`);
  return noticed;
}
