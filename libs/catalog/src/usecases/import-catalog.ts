import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Audit, Transactions } from '@cartwright/platform';
import { ImportCatalog, type ImportProgress, type ImportReport, type RefusedLine } from '../contract/import-catalog';
import { productsOf } from './import-formats';
import { Importing, type ImportStep } from './import-run';

@CommandHandler(ImportCatalog)
export class ImportCatalogHandler implements ICommandHandler<ImportCatalog> {
  constructor(
    private readonly importing: Importing,
    private readonly transactions: Transactions,
    private readonly audit: Audit,
  ) {}

  async execute({ input: { source, format = 'ndjson', onProgress, ...wishes } }: ImportCatalog): Promise<ImportReport> {
    const errors: RefusedLine[] = [];
    let progress: ImportProgress = { processed: 0, created: 0, updated: 0, refused: 0, bytes: 0 };
    const add = (step: ImportStep): void => {
      errors.push(...step.errors);
      progress = after(progress, step);
      onProgress?.(progress);
    };
    const keep = async (step: ImportStep): Promise<void> => Promise.resolve(this.transactions.afterCommit(() => add(step)));
    const settings = await this.importing.settings(wishes);
    try {
      await this.audit.asOne(() => this.importing.run(productsOf(format, source), settings, { after: 0, keep }));
    } finally {
      // What came of it before it broke off is there, too.
      const { created, updated, refused } = progress;
      const done = { created, updated, refused };
      await this.transactions.run(() => Promise.resolve(this.audit.recordDone({ type: 'import', id: 'cli' }, done)));
    }
    const { bytes: _, ...counts } = progress;
    return { ...counts, errors: errors.sort((a, b) => a.line - b.line) };
  }
}

function after(before: ImportProgress, { created, updated, errors, bytes }: ImportStep): ImportProgress {
  return {
    processed: before.processed + created + updated + errors.length,
    created: before.created + created,
    updated: before.updated + updated,
    refused: before.refused + errors.length,
    bytes,
  };
}
