import { cellsOf, csvColumns, csvOf, headerProblem, lineOfRows, rowsOfLine } from './csv-line';
import type { CatalogueLine } from './export-line';

const line: CatalogueLine = {
  externalId: '=1+1',
  type: 'configurable',
  name: "@SUM(1) | 'a\\b'",
  description: '-2\n"quoted"',
  brand: "'+x",
  categoryPath: ['A|B', 'C\\=D'],
  images: ['https://cdn.example/a.jpg?x=1|2', '/b'],
  options: [{ name: 'Size=', values: ['S|1', 'M', 'unused'] }],
  variants: [
    { barcode: '007', sku: '-S', options: { 'Size=': 'S|1' }, price: 900, currency: 'EUR', stock: 3, images: ['/s'] },
    { sku: '\tM', options: { 'Size=': 'M' }, price: null, currency: 'EUR', images: [] },
  ],
  isActive: false,
  source: { dataset: 'made up' },
};
const back = (rows: readonly string[][]): unknown => JSON.parse(lineOfRows(rows.map((row) => cellsOf(csvColumns, row))));

test('a line comes back from its rows', () => {
  const { type, source, ...rest } = line;
  expect(back(rowsOfLine(line))).toEqual({ type, source, ...rest });
});

test('no cell is a formula to a spreadsheet', () => {
  const cells = rowsOfLine(line).flat();
  expect(cells.filter((cell) => /^[=+\-@\t\r\n＝＋－＠]/.test(cell))).toEqual([]);
  expect(cells).toEqual(expect.arrayContaining(["'=1+1", "''+x", "'-S", "'\tM"]));
  expect(csvOf(["'=1+1", '5', 'a"b'])).toBe('"\'=1+1",5,"a""b"\r\n');
});

test('options that are not declared are those of the rows', () => {
  const columns = ['externalId', 'name', 'sku', 'options', 'price', 'currency', 'isActive'];
  const rows = [
    ['p', 'Pot', 'P-B', 'Colour=Blue | Size=S', '5', 'EUR', 'FALSE'],
    ['p', '', 'P-G', 'Colour=Grey|Size=S', '', 'EUR', ''],
  ].map((row) => cellsOf(columns, row));
  expect(JSON.parse(lineOfRows(rows))).toMatchObject({
    name: 'Pot',
    isActive: false,
    options: [
      { name: 'Colour', values: ['Blue', 'Grey'] },
      { name: 'Size', values: ['S'] },
    ],
    variants: [{ sku: 'P-B', options: { Colour: 'Blue', Size: 'S' }, price: 5 }, { sku: 'P-G' }],
  });
});

test.each<[string, () => unknown, string]>([
  [
    'rows that differ in what is the product’s',
    () =>
      lineOfRows([
        { externalId: 'p', name: 'A' },
        { externalId: 'p', name: 'B' },
      ]),
    'conflicting_rows',
  ],
  ['a row of another length', () => cellsOf(['a', 'b'], ['1']), 'malformed_csv'],
  ['something else that is no object', () => lineOfRows([{ externalId: 'p', other: '[1]' }]), 'malformed_json'],
])('%s are refused', (_, read, code) => {
  expect(read).toThrow(expect.objectContaining({ code }));
});

test('the first row is looked at', () => {
  expect(headerProblem(csvColumns)).toBeUndefined();
  expect(headerProblem(['externalId', 'Preis'])).toMatch(/no column "Preis"; there are externalId, name/);
  expect(headerProblem(['name'])).toMatch(/no column externalId/);
  expect(headerProblem(['externalId', 'name', 'name'])).toMatch(/twice/);
});
