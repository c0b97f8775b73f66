// What the tests need of the machine beside Node: a Redis and a browser. Where one is missing, it is installed from Debian's archive if that is possible, and otherwise the
// tests are not run: to leave some out in silence would be a lie.
import { spawnSync } from 'node:child_process';

const run = (command, args) =>
  spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
const isThere = (program) => run('which', [program]).status === 0;

const needs = [
  {
    // Even beside REDIS_URL: a spec that kills Redis does so to one of its own. No service of it is wanted.
    programs: ['redis-server'],
    packages: ['redis-server'],
    help: 'The tests need a Redis: install redis-server (Debian: apt-get install redis-server).',
  },
  {
    programs: ['chromium', 'chromium-browser', 'google-chrome'],
    given: process.env.CHROMIUM,
    packages: ['chromium'],
    help: 'The tests need a browser: install Chromium (Debian: apt-get install chromium), or set CHROMIUM to the program.',
  },
];

const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
const apt = (...args) => run([...sudo, 'apt-get'][0], [...sudo, 'apt-get', '-qq', ...args].slice(1)).status === 0;

for (const { programs, given, packages, help } of needs) {
  if (given || programs.some(isThere)) continue;
  process.stdout.write(`There is no ${programs[0]} here, which the tests need: installing it with apt.\n`);
  const install = ['install', '-y', '--no-install-recommends', ...packages];
  if (!(apt(...install) || (apt('update') && apt(...install))) || !programs.some(isThere)) {
    process.stderr.write(`${help}\n`);
    process.exit(1);
  }
}
