import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { transformFileSync } from '@swc/core';
import { tokenSecret } from './token-secret';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'cartwright-'));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

const kept = (): string => tokenSecret({ JWT_SECRET: undefined, DATA_DIR: dataDir }).key.export().toString();

it('is the configured one when there is one', () => {
  expect(
    tokenSecret({ JWT_SECRET: 'x'.repeat(32), DATA_DIR: dataDir })
      .key.export()
      .toString(),
  ).toBe('x'.repeat(32));
  expect(readdirSync(dataDir)).toEqual([]);
});

it('is made once, long and random, and kept for nobody else to read', () => {
  const secret = kept();
  expect(secret.length).toBeGreaterThanOrEqual(43);
  expect(kept()).toBe(secret);
  expect(readdirSync(dataDir)).toEqual(['jwt-secret']);
  expect(statSync(join(dataDir, 'jwt-secret')).mode & 0o777).toBe(0o600);
});

it('is the same for processes that start at the same moment', async () => {
  const program = join(dataDir, 'program.cjs');
  const { code } = transformFileSync(join(__dirname, 'token-secret.ts'), {
    jsc: { parser: { syntax: 'typescript' }, target: 'es2023' },
    module: { type: 'commonjs' },
  });
  const kernel = `{ randomToken: (n) => require('node:crypto').randomBytes(n).toString('base64url') }`;
  const run = `console.log(tokenSecret({ DATA_DIR: ${JSON.stringify(join(dataDir, 'data'))} }).key.export().toString())`;
  writeFileSync(program, `${code.replace('require("@cartwright/kernel")', kernel)}\n${run}`);
  const runs = await Promise.all(Array.from({ length: 8 }, () => promisify(execFile)(process.execPath, [program])));
  const secrets = new Set(runs.map(({ stdout }) => stdout.trim()));
  expect([...secrets]).toEqual([expect.stringMatching(/^[\w-]{64}$/)]);
});

it('is not taken from a file that holds none', () => {
  writeFileSync(join(dataDir, 'jwt-secret'), '');
  expect(kept).toThrow(/jwt-secret does not hold a secret/);
});
