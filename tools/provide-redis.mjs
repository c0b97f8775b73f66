// The tests run on a real Redis: REDIS_URL when it is set, or else a redis-server of this machine, which each spec starts for itself; one that kills it does so in
// any case. Where there is none, it is installed from Debian's archive if that is possible, and otherwise the tests are not run: to leave some out in silence would be a lie.
import { spawnSync } from 'node:child_process';

const run = (command, args) =>
  spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
const found = () => run('redis-server', ['--version']).status === 0;

if (!found()) {
  process.stdout.write('There is no redis-server here, which the tests need: installing it with apt.\n');
  const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const apt = (...args) => run([...sudo, 'apt-get'][0], [...sudo, 'apt-get', '-qq', ...args].slice(1)).status === 0;
  // A service is not wanted: each spec starts a server of its own.
  const install = ['install', '-y', '--no-install-recommends', 'redis-server'];
  if (!(apt(...install) || (apt('update') && apt(...install))) || !found()) {
    process.stderr.write('The tests need a Redis: install redis-server (Debian: apt-get install redis-server).\n');
    process.exit(1);
  }
}
