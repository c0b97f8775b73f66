import { Readable } from 'node:stream';
import fc from 'fast-check';
import { csvOf } from '../model/csv-line';
import { linesOf } from './lines';
import { rowsOf, type Row } from './rows';

async function rowsIn(...chunks: (string | Buffer)[]): Promise<Row[]> {
  const stream = Readable.from(
    chunks.map((chunk) => Buffer.from(chunk as string)),
    { objectMode: false },
  );
  const rows: Row[] = [];
  for await (const row of rowsOf(linesOf({ stream }))) rows.push(row);
  return rows;
}
const cellsIn = async (text: string): Promise<unknown[]> => (await rowsIn(text)).map(({ cells, unreadable }) => cells ?? unreadable);

test.each<[string, string, unknown[]]>([
  [
    'cells and empty cells',
    'a,,c\n,\n',
    [
      ['a', '', 'c'],
      ['', ''],
    ],
  ],
  [
    'CRLF, and no break at the end',
    'a,b\r\nc,d',
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  ],
  ['a byte order mark', '\ufeffa,b\n', [['a', 'b']]],
  ['quotes, commas and breaks within quotes', '"a ""b"", c","d\r\ne\n",f\n', [['a "b", c', 'd\r\ne\n', 'f']]],
  ['an empty cell in quotes', '"",""\r\n', [['', '']]],
  ['a quote in the midst of a cell', 'a"b,c\nd,e\n', ['malformed_csv', ['d', 'e']]],
  ['text behind a closed quote', '"a"b,c\nd,e\n', ['malformed_csv', ['d', 'e']]],
  ['a quote that is never closed', 'a,b\n"c,d\ne,f\n', [['a', 'b'], 'malformed_csv']],
  ['blank lines', '\n\r\n', [[''], ['']]],
])('a file with %s is read', async (_, text, expected) => {
  expect(await cellsIn(text)).toEqual(expected);
});

test('a row knows its lines, what is no UTF-8 spoils its row alone, and what is too long does not fill the memory', async () => {
  const broken = Buffer.from([0x61, 0xc3, 0x0a]);
  expect(await rowsIn('a,"b\n', 'c"\n', broken, 'd,e\n')).toMatchObject([
    { line: 1, through: 2, cells: ['a', 'b\nc'] },
    { line: 3, through: 3, unreadable: 'malformed_utf8' },
    { line: 4, through: 4, cells: ['d', 'e'] },
  ]);
  const long = await rowsIn('"', ...Array.from({ length: 30 }, () => `${'x'.repeat(50_000)}\n`), '"\n', 'd,e\n');
  expect(long[0]).toMatchObject({ line: 1, unreadable: 'line_too_long' });
});

test('every row comes back as it was written, formulas as texts', async () => {
  const cell = fc
    .oneof(fc.string({ unit: 'grapheme' }), fc.stringMatching(/^[=+\-@"',\r\n|\\a]{0,6}$/))
    .filter((text) => !text.includes('\ufeff'));
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 5 }), async (rows) => {
      expect((await rowsIn(rows.map(csvOf).join(''))).map(({ cells }) => cells)).toEqual(rows);
    }),
    { numRuns: 200 },
  );
});
