import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';

/** Where the real catalogues are: `CATALOGUES`, or beside the project. They are not part of it. */
const folder = process.env.CATALOGUES ?? join(__dirname, '../../../../../shared/data');

/** A catalogue file, and how many lines it has. */
export interface CatalogueFile {
  readonly path: string;
  readonly lines: number;
  readonly real: boolean;
}

/**
 * A real catalogue by its name, or, on machines that do not have it, a small one of our own in its shape (and a line on the console
 * saying so): the stories are the same, the data less rich.
 */
export function catalogue(name: string): CatalogueFile {
  const path = join(folder, `${name}.ndjson.gz`);
  if (existsSync(path)) return { path, lines: gunzipSync(readFileSync(path)).toString().split('\n').filter(Boolean).length, real: true };
  process.stdout.write(`The real catalogue ${name} is not on this machine (CATALOGUES=folder names where it is): a stand-in is used.\n`);
  const standIn = join(mkdtempSync(join(tmpdir(), 'catalogue-')), `${name}.ndjson.gz`);
  const lines = Array.from({ length: 12 }, (_, index) => JSON.stringify(productLine(name, index)));
  writeFileSync(standIn, gzipSync(`${lines.join('\n')}\n`));
  return { path: standIn, lines: lines.length, real: false };
}

function productLine(name: string, index: number): object {
  const sizes = ['S', 'M'];
  const price = index === 11 ? null : 1000 + index * 100;
  const variants = sizes.map((size) => ({ sku: `${name}-${index}-${size}`, options: { size }, price, currency: 'USD', stock: 100 }));
  const options = [{ name: 'size', values: sizes }];
  const rest = { description: 'A stand-in.', brand: 'Stand-in', categoryPath: ['Stand-ins', name], images: [], source: { dataset: name } };
  return { externalId: `${name}-${index}`, name: `Stand-in ${index}`, options, variants, ...rest };
}
