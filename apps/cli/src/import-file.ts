import { stat, writeFile } from 'node:fs/promises';
import type { INestApplicationContext } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ImportCatalog, type ImportReport } from '@cartwright/catalog';
import { GetUserByEmail } from '@cartwright/identity';
import { Refused } from './refused';
import { progressOn } from './progress';
import { inShop } from './shop';

export interface ImportOptions {
  readonly vendor?: string;
  readonly stock?: number;
  readonly setStock?: boolean;
  readonly report?: string;
}

/** `import <file>`: takes a catalogue, shows how far it is, and reports every line that was refused. */
export async function importFile(path: string, options: ImportOptions): Promise<void> {
  const { size } = await stat(path).catch(() => {
    throw new Refused(`There is no file ${path}.`);
  });
  const startedAt = Date.now();
  const report = await inShop((shop) => take(shop, { path, size, ...options }), { command: 'import' });
  process.stdout.write(`${reportText(report, Date.now() - startedAt)}\n`);
  if (options.report) await writeFile(options.report, `${JSON.stringify(report, null, 2)}\n`);
}

async function take(
  shop: INestApplicationContext,
  { path, size, vendor, stock: defaultStock, setStock }: ImportOptions & { readonly path: string; readonly size: number },
): Promise<ImportReport> {
  const vendorId = vendor === undefined ? undefined : await vendorOf(shop.get(QueryBus), vendor);
  const progress = progressOn(process.stderr, size);
  const format = /\.csv(\.gz)?$/i.test(path) ? 'csv' : 'ndjson';
  const command = new ImportCatalog({ source: { path }, format, vendorId, defaultStock, setStock, onProgress: progress.show });
  return shop
    .get(CommandBus)
    .execute(command)
    .finally(() => progress.end());
}

async function vendorOf(queries: QueryBus, email: string): Promise<string> {
  const user = await queries.execute(new GetUserByEmail({ email }));
  if (!user?.roles.includes('vendor')) throw new Refused(`There is no vendor with the email ${email}.`);
  return user.id;
}

/** The report as people read it: each refusal, then the sum, which adds up to the lines read. */
export function reportText(report: ImportReport, ms: number): string {
  const { processed, created, updated, refused, errors } = report;
  const refusals = errors.map(
    ({ line, externalId, code, message }) => `line ${line}${externalId ? ` (${externalId})` : ''}: ${code}: ${message}`,
  );
  const seconds = (ms / 1000).toFixed(1);
  return [...refusals, `${processed} lines: ${created} created, ${updated} updated, ${refused} refused, in ${seconds} s.`].join('\n');
}
