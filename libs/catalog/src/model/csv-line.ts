import { LineRefused } from './import-line';
import type { CatalogueLine, CatalogueVariant } from './export-line';

/** The columns of a product, which stand in the first of its rows, and those of its variants, which stand in each. */
const ofProduct = ['externalId', 'name', 'description', 'brand', 'categoryPath', 'images', 'optionValues', 'isActive', 'other'] as const;
const ofVariant = ['sku', 'options', 'price', 'currency', 'stock', 'variantImages', 'variantOther'] as const;
export const csvColumns: readonly string[] = [...ofProduct, ...ofVariant];

/** The cells of a row by their column; those that are empty are missing. */
export type Cells = Readonly<Partial<Record<string, string>>>;

/** What is wrong with the first row, which names the columns; `undefined` when nothing is. */
export function headerProblem(columns: readonly string[]): string | undefined {
  const unknown = columns.filter((column) => !csvColumns.includes(column));
  if (unknown.length > 0)
    return `there is no column ${unknown.map((one) => JSON.stringify(one.slice(0, 60))).join(', ')}; there are ${csvColumns.join(', ')}`;
  if (new Set(columns).size < columns.length) return 'a column is there twice';
  return columns.includes('externalId') ? undefined : 'there is no column externalId';
}

/** The cells of a row. */
export function cellsOf(columns: readonly string[], row: readonly string[]): Cells {
  if (row.length !== columns.length)
    throw new LineRefused('malformed_csv', `The row has ${row.length} cells, the first one ${columns.length}.`);
  return Object.fromEntries(columns.flatMap((column, at) => (row[at] === '' ? [] : [[column, unguarded(row[at]!)]])));
}

/** The line that the rows of a product say, as {@link import('./import-line').readLine} takes it. Throws {@link LineRefused}. */
export function lineOfRows([first = {}, ...others]: readonly Cells[]): string {
  const differs = others.flatMap((row) => ofProduct.filter((column) => row[column] !== undefined && row[column] !== first[column]));
  if (differs.length > 0)
    throw new LineRefused('conflicting_rows', `Rows of the product differ in ${[...new Set(differs)].join(', ')}.`, first['externalId']);
  const variants = [first, ...others].map((row) => ({
    ...objectIn(row, 'variantOther'),
    sku: row['sku'],
    options: row['options'] === undefined ? {} : Object.fromEntries(pairsIn(row['options'])),
    price: numberIn(row['price']) ?? null,
    currency: row['currency'],
    stock: numberIn(row['stock']),
    images: listIn(row['variantImages']),
  }));
  const { externalId, name, description, brand, isActive } = first;
  const declared = pairsIn(first['optionValues']);
  const used = variants.flatMap(({ options }) => Object.entries(options));
  return JSON.stringify({
    ...objectIn(first, 'other'),
    ...{ externalId, name, description, brand, categoryPath: listIn(first['categoryPath']), images: listIn(first['images']) },
    options: optionsIn(declared.length > 0 ? declared : used),
    variants,
    isActive: flagIn(isActive),
  });
}

/** The rows of a product, each with a cell for each of the {@link csvColumns}. */
export function rowsOfLine(line: CatalogueLine): string[][] {
  const { externalId, name, description, brand, categoryPath, images, options, variants, isActive, ...other } = line;
  const about = [
    ...[name, description ?? '', brand ?? '', joined(categoryPath), joined(images)],
    joinedPairs(options.flatMap(({ name: option, values }) => values.map((value) => [option, value] as const))),
    ...[isActive === false ? 'false' : '', textOf(other)],
  ];
  return variants.map((variant, at) => [externalId, ...(at === 0 ? about : about.map(() => '')), ...cellsOfVariant(variant)].map(guarded));
}

function cellsOfVariant({ sku, options, price, currency, stock, images, ...other }: CatalogueVariant): string[] {
  const choices = joinedPairs(Object.entries(options));
  return [sku, choices, String(price ?? ''), currency, String(stock ?? ''), joined(images), textOf(other)];
}

/** A row as text (RFC 4180): every cell that is a text in quotes. */
export function csvOf(row: readonly string[]): string {
  return `${row.map((cell) => (/^[0-9]*$/.test(cell) ? cell : `"${cell.replaceAll('"', '""')}"`)).join(',')}\r\n`;
}

/** What makes spreadsheets take a cell for a formula (OWASP, CSV Injection). An apostrophe before it makes it a text; the import takes that away again. */
const formula = /^'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

function guarded(cell: string): string {
  return formula.test(cell) ? `'${cell}` : cell;
}

function unguarded(cell: string): string {
  return cell.startsWith("'") && formula.test(cell) ? cell.slice(1) : cell;
}

function optionsIn(pairs: readonly (readonly [string, string])[]): { name: string; values: string[] }[] {
  const values = new Map<string, Set<string>>();
  for (const [name, value] of pairs) values.set(name, (values.get(name) ?? new Set()).add(value));
  return [...values].map(([name, all]) => ({ name, values: [...all] }));
}

/** A number as it is written; what is none stays a text, and is refused as what it stands for. */
function numberIn(text: string | undefined): number | string | undefined {
  return text !== undefined && /^-?\d{1,15}(\.\d{1,10})?$/.test(text.trim()) ? Number(text) : text;
}

/** In capitals, too, as spreadsheets write it. */
function flagIn(text: string | undefined): boolean | string | undefined {
  const flag = text?.toLowerCase();
  return flag === 'true' || flag === 'false' ? flag === 'true' : text;
}

function objectIn(row: Cells, column: string): object {
  const text = row[column];
  if (text === undefined) return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // what is no JSON is no object of it either
  }
  throw new LineRefused('malformed_json', `${column} is a JSON object.`, row['externalId']);
}

function textOf(other: object): string {
  return Object.keys(other).length === 0 ? '' : JSON.stringify(other);
}

/* Entries of a cell stand between bars; a bar, an equals sign or a backslash in an entry has a backslash before it. */

function escaped(text: string): string {
  return text.replace(/[\\|=]/g, '\\$&');
}

function joined(entries: readonly string[]): string {
  return entries.map(escaped).join('|');
}

function joinedPairs(pairs: readonly (readonly [string, string])[]): string {
  return pairs.map(([name, value]) => `${escaped(name)}=${escaped(value)}`).join('|');
}

function listIn(text: string | undefined): string[] {
  return text === undefined ? [] : partsOf(text, '|').map(plain);
}

function pairsIn(text: string | undefined): [string, string][] {
  return text === undefined
    ? []
    : partsOf(text, '|').map((entry) => {
        const [name = '', ...value] = partsOf(entry, '=');
        return [plain(name), plain(value.join('='))];
      });
}

/** The parts between signs that have no backslash before them, as they are written. */
function partsOf(text: string, sign: '|' | '='): string[] {
  const parts = [''];
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === sign) parts.push('');
    else parts[parts.length - 1] += text[at] === '\\' ? text[at]! + (text[(at += 1)] ?? '') : text[at]!;
  }
  return parts;
}

function plain(part: string): string {
  return part.replace(/\\([\s\S])/g, '$1').trim();
}
