// What has been shown so far, by commit: each scenario (and each other part of the proof) takes its place when it has run, so that the whole can be made in several goes.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from './root.mjs';

const product = ['apps/*/src', 'libs', 'package-lock.json', ':(exclude)*.spec.ts'];

/** The commit that is built, short; with a `+` when the product was changed since. */
export function commit() {
  const git = (...words) => execFileSync('git', words, { cwd: root, encoding: 'utf8' }).trim();
  return git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain', '--', ...product) === '' ? '' : '+');
}

export class Results {
  constructor(file = join(root, '.cache/torture.json')) {
    this.file = file;
    this.commit = commit();
  }

  /** What there is of this commit: `{ scenarios: { [name]: row }, guards? }`. */
  get own() {
    return { scenarios: {}, ...this.all()[this.commit] };
  }

  /** Of all commits: each part (a scenario by its name, `guards`) with the commit, the time and the machine that it was last seen on. */
  *parts() {
    for (const { commit, machine, scenarios = {}, guards } of Object.values(this.all())) {
      for (const [name, row] of Object.entries(scenarios)) yield [name, { commit, machine, ...row }];
      if (guards) yield ['guards', { commit, machine, ...guards }];
    }
  }

  /** Puts a scenario's row where the one before it was. */
  putScenario(name, row) {
    this.put('scenarios', { ...this.own.scenarios, [name]: { ...row, at: new Date().toISOString() } });
  }

  /** Puts a part in the place of what was there before: `guards`, say. */
  put(part, value) {
    const all = this.all();
    const now = { commit: this.commit, date: new Date().toISOString(), machine: machine() };
    mkdirSync(dirname(this.file), { recursive: true });
    writeFileSync(this.file, JSON.stringify({ ...all, [this.commit]: { ...all[this.commit], ...now, [part]: value } }, null, 2));
  }

  all() {
    return existsSync(this.file) ? JSON.parse(readFileSync(this.file, 'utf8')) : {};
  }
}

function machine() {
  return {
    cores: availableParallelism(),
    cpu: cpus()[0]?.model ?? 'unknown',
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    system: process.platform,
  };
}
