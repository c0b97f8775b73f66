import { CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { GetUser } from '@cartwright/identity';
import { InvalidInput } from '@cartwright/platform';
import { ImportCatalog, type ImportReport, type ImportSettings, type RefusedLine } from '../contract/import-catalog';
import { linesOf, type Line } from '../gateways/lines';
import { LineRefused, readLine, type ImportedProduct } from '../model/import-line';
import { house } from '../model/house';
import type { Vendor } from '../model/product';
import { CategoryShelving } from './category-shelves';
import { ImportBatch, type BatchSettings, type Entry } from './import-batch';

/** A batch ends at so many lines or variants: large enough to spare commands, small enough for a transaction to be short. */
const most = { lines: 100, variants: 100 };

@CommandHandler(ImportCatalog)
export class ImportCatalogHandler implements ICommandHandler<ImportCatalog> {
  constructor(
    private readonly batch: ImportBatch,
    private readonly shelving: CategoryShelving,
    private readonly queries: QueryBus,
  ) {}

  async execute({ input }: ImportCatalog): Promise<ImportReport> {
    const { vendorId, defaultStock = 0, setStock = false } = input;
    const vendor = vendorId === undefined ? house : await this.vendor(vendorId);
    const settings = { vendor, keepVendor: vendorId === undefined, defaultStock, setStock, shelves: await this.shelving.open() };
    const run = new ImportRun(this.batch, settings, input.onProgress);
    for await (const line of linesOf(input.source)) await run.take(line);
    return run.finish();
  }

  private async vendor(userId: string): Promise<Vendor> {
    const user = await this.queries.execute(new GetUser({ userId }));
    if (user) return { id: user.id, name: user.name };
    throw new InvalidInput({ errors: [{ path: 'vendor', code: 'unknown_vendor', message: `There is no user ${userId}.` }] });
  }
}

/** One import on its way: gathers lines into batches and keeps the count. */
class ImportRun {
  private entries: Entry[] = [];
  private variants = 0;
  private readonly errors: RefusedLine[] = [];
  private created = 0;
  private updated = 0;
  private bytes = 0;

  constructor(
    private readonly batch: ImportBatch,
    private readonly settings: BatchSettings,
    private readonly onProgress: ImportSettings['onProgress'],
  ) {}

  async take(line: Line): Promise<void> {
    this.bytes = line.bytes;
    const product = this.read(line);
    if (!product) return;
    // A line may repeat a product of the same batch; the later one is an update of the earlier one.
    if (this.entries.some((entry) => entry.product.externalId === product.externalId)) await this.write();
    this.entries.push({ line: line.number, product });
    this.variants += product.variants.length;
    if (this.entries.length >= most.lines || this.variants >= most.variants) await this.write();
  }

  async finish(): Promise<ImportReport> {
    await this.write();
    const { bytes: _, ...counts } = this.progress;
    return { ...counts, errors: [...this.errors].sort((a, b) => a.line - b.line) };
  }

  private read({ number, text, unreadable }: Line): ImportedProduct | undefined {
    try {
      if (unreadable === 'line_too_long') throw new LineRefused(unreadable, 'The line is longer than 1 MiB.');
      if (unreadable !== undefined || text === undefined) throw new LineRefused('malformed_utf8', 'The line is not UTF-8.');
      return readLine(text);
    } catch (error) {
      if (!(error instanceof LineRefused)) throw error;
      this.errors.push({ line: number, externalId: error.externalId, code: error.code, message: error.message });
      return undefined;
    }
  }

  private async write(): Promise<void> {
    const { entries } = this;
    this.entries = [];
    this.variants = 0;
    if (entries.length > 0) {
      const { created, updated, errors } = await this.batch.write(entries, this.settings);
      this.created += created;
      this.updated += updated;
      this.errors.push(...errors);
    }
    this.onProgress?.(this.progress);
  }

  private get progress() {
    const { created, updated, bytes } = this;
    const refused = this.errors.length;
    return { processed: created + updated + refused, created, updated, refused, bytes };
  }
}
