// A copy of the sources in which one thing at a time is changed, to see whether a test notices.
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const needed = ['libs', 'apps', 'package.json', 'jest.config.js', 'tsconfig.json', 'docs', '.env.example'];

export class PatchedCopy {
  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'cartwright-patched-'));
    process.on('exit', () => this.remove());
    for (const name of needed) cpSync(join(root, name), join(this.folder, name), { recursive: true });
    symlinkSync(realpathSync(join(root, 'node_modules')), join(this.folder, 'node_modules'));
  }

  /** Puts `to` in the place of `from`, which `file` must hold exactly once, while `work` runs. */
  async with({ file, from, to }, work) {
    const path = join(this.folder, file);
    const sound = readFileSync(path, 'utf8');
    const places = sound.split(from).length - 1;
    if (places !== 1) throw new Error(`${file} holds what is to be replaced ${places} times, not once: ${from}`);
    writeFileSync(
      path,
      sound.replace(from, () => to),
    );
    try {
      return await work();
    } finally {
      writeFileSync(path, sound);
    }
  }

  /** Runs the tests of a file, or those of them whose full name contains `name`: `[{ fullName, status }]`. One that does not end has failed. Throws when the file does not load. */
  async test(file, name = '') {
    const output = join(this.folder, 'results.json');
    rmSync(output, { force: true });
    const pattern = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    const words = ['--runTestsByPath', file, '--testNamePattern', pattern, '--json', '--outputFile', output, '--silent', '--forceExit'];
    const options = { cwd: this.folder, timeout: 240_000, killSignal: 'SIGKILL', maxBuffer: 1e8 };
    const error = await new Promise((resolve) => {
      execFile(process.execPath, ['node_modules/jest/bin/jest.js', ...words], options, resolve);
    });
    if (error?.killed) return [{ fullName: name, status: 'failed' }];
    const [{ assertionResults, message }] = JSON.parse(readFileSync(output, 'utf8')).testResults;
    const ran = assertionResults.filter(({ status }) => status === 'passed' || status === 'failed');
    if (ran.length === 0) throw new Error(`no test of ${file} is called "${name}", or it does not load: ${message}`);
    return ran;
  }

  remove() {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
