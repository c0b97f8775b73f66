import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const library = join(__dirname, '..');
const readme = join(library, 'README.md');
const row = /^\| `([a-z-]+)\/` \| (.*) \| (\d+) \| (\d+) \|$/gm;

/** Lines of code and of specs, in a folder and all below it, or in its own files alone. */
function linesIn(folder: string, deep = true): [number, number] {
  const files = readdirSync(folder, { recursive: deep, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const count = (names: string[]): number =>
    names.reduce((sum, name) => sum + readFileSync(join(folder, name), 'utf8').split('\n').length - 1, 0);
  return [count(files.filter((name) => !name.endsWith('.spec.ts'))), count(files.filter((name) => name.endsWith('.spec.ts')))];
}

function measured(room: string): [number, number] {
  if (room === 'test') return linesIn(join(library, 'test'));
  return room === 'src' ? linesIn(join(library, 'src'), false) : linesIn(join(library, 'src', room));
}

it('README.md names every room and tells about how large it is (UPDATE_ROOMS=1 measures anew)', () => {
  const text = readFileSync(readme, 'utf8');
  const listed = [...text.matchAll(row)].map(([, room, , code, specs]) => ({ room: room!, lines: [Number(code), Number(specs)] }));
  const folders = readdirSync(join(library, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(listed.map(({ room }) => room).sort()).toEqual([...folders.map(({ name }) => name), 'src', 'test'].sort());
  if (process.env['UPDATE_ROOMS'] === '1') {
    const fresh = text.replace(row, (_all, room: string, what: string) => `| \`${room}/\` | ${what} | ${measured(room).join(' | ')} |`);
    return writeFileSync(readme, fresh);
  }
  for (const { room, lines } of listed) {
    for (const [kind, now] of measured(room).entries()) {
      // Small changes need not touch the table.
      expect([room, kind, Math.abs(now - lines[kind]!) <= Math.max(150, now * 0.25)]).toEqual([room, kind, true]);
    }
  }
});
