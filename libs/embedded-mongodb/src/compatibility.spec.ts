import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compatibilityTables } from '../test/compatibility';

const file = join(__dirname, '..', 'COMPATIBILITY.md');
const [begin, end] = ['<!-- generated: begin -->\n', '\n<!-- generated: end -->'];

it('COMPATIBILITY.md lists exactly what the server dispatches (UPDATE_COMPATIBILITY=1 rewrites it)', () => {
  const text = readFileSync(file, 'utf8');
  const [before, rest] = text.split(begin) as [string, string];
  const [listed, after] = rest.split(end) as [string, string];
  if (process.env['UPDATE_COMPATIBILITY'] === '1') writeFileSync(file, [before, begin, compatibilityTables(), end, after].join(''));
  else expect(listed).toBe(compatibilityTables());
});
