import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

test('the types are those of docs/openapi.json, and the codes those of docs/errors.md', () => {
  const root = join(__dirname, '../../..');
  const made = execFileSync(process.execPath, [join(root, 'tools/sdk-types.mjs'), '--print'], { encoding: 'utf8', maxBuffer: 1e8 });
  if (made !== readFileSync(join(__dirname, 'generated.ts'), 'utf8')) {
    throw new Error('libs/sdk/src/generated.ts is out of date: run `npm run sdk`.');
  }
  expect(made).toContain("| 'out_of_stock'");
}, 120_000);
