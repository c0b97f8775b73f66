// Compiles apps and libs into dist/ with the Nest CLI. `--if-stale` skips the work when no source is newer than the last build, so that
// the second `npm start` is immediate.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, 'dist', '.built');
const inputs = ['apps', 'libs', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json', 'nest-cli.json'];

if (!process.argv.includes('--if-stale') || isStale()) build();

function isStale() {
  if (!existsSync(stamp)) return true;
  const builtAt = statSync(stamp).mtimeMs;
  return inputs.some((input) => newerThan(join(root, input), builtAt));
}

function newerThan(path, time) {
  const stats = statSync(path);
  if (stats.isDirectory()) return readdirSync(path).some((name) => newerThan(join(path, name), time));
  return stats.mtimeMs > time;
}

function build() {
  const startedAt = Date.now();
  const nest = join(root, 'node_modules', '@nestjs', 'cli', 'bin', 'nest.js');
  const { status } = spawnSync(process.execPath, [nest, 'build', 'api'], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) process.exit(status ?? 1);
  writeFileSync(stamp, '');
  if (!process.argv.includes('--silent')) console.log(`Built in ${((Date.now() - startedAt) / 1000).toFixed(1)} s.`);
}
