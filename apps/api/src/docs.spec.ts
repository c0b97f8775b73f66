import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { declaredEvents, declaredRefusals } from '@cartwright/kernel';
import { publicCode, statusOf } from '@cartwright/platform';
import './app.module';

const docs = join(__dirname, '../../../docs');

/** The rows of a Markdown table whose first cell is code, without its backticks. */
function rows(file: string): string[][] {
  return readFileSync(join(docs, file), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll('`', '')),
    );
}

test('docs/errors.md has each code that the shop can refuse with, at its status, and no other', () => {
  const documented = rows('errors.md').map(([code, status]) => `${code} ${status}`);
  // Errors of the HTTP layer are no refusals of the shop, but have codes, too.
  const transport = [
    'method_not_allowed 405',
    'body_too_large 413',
    'url_too_long 414',
    'unsupported_media_type 415',
    'headers_too_large 431',
    'bad_request 4xx',
    'unavailable 503',
    'internal_error 500',
  ];
  const declared = [...declaredRefusals().values()].map(({ code, kind }) => `${publicCode(code)} ${statusOf[kind]}`);
  expect(documented.sort()).toEqual([...new Set([...declared, ...transport])].sort());
});

test('docs/events.md has each event that the shop can announce, and no other', () => {
  expect(
    rows('events.md')
      .map(([name]) => name)
      .sort(),
  ).toEqual([...declaredEvents()].sort());
});
