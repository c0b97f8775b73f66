import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { newDocument, newId } from '@cartwright/kernel';
import { Timers, Transactions, Uploads, type Upload } from '@cartwright/platform';
import type { ImportFormat, ImportWishes } from '../contract/import-catalog';
import { TooManyImports } from '../contract/refusals';
import type { CatalogueImport } from '../model/catalogue-import';
import { ImportStore } from '../store/import.store';
import { References } from './references';
import { runImports } from './run-imports';

/** So many may wait at a time; each is a file of up to 64 MiB. */
const mostUnfinished = 20;

/** Takes an uploaded file over, to be imported as soon as those before it are. */
export class StartImport extends Command<CatalogueImport> {
  constructor(
    readonly input: ImportWishes & { readonly upload: Pick<Upload, 'id' | 'size'>; readonly format: ImportFormat; readonly by: string },
  ) {
    super();
  }
}

@CommandHandler(StartImport)
export class StartImportHandler implements ICommandHandler<StartImport> {
  constructor(
    private readonly imports: ImportStore,
    private readonly uploads: Uploads,
    private readonly references: References,
    private readonly transactions: Transactions,
    private readonly timers: Timers,
  ) {}

  async execute({ input }: StartImport): Promise<CatalogueImport> {
    const { upload, vendorId, defaultStock = 0, setStock = false, format, by } = input;
    if (vendorId !== undefined) await this.references.vendor(vendorId);
    return this.transactions.run(async () => {
      if ((await this.imports.countUnfinished()) >= mostUnfinished) throw new TooManyImports({ most: mostUnfinished });
      await this.uploads.keep(upload.id);
      const counts = { processed: 0, created: 0, updated: 0, refused: 0, refusals: [], line: 0, read: 0, attempts: 0 };
      const about = { status: 'waiting' as const, format, by, upload: upload.id, size: upload.size, vendorId, defaultStock, setStock };
      const made = await this.imports.save({ next: { ...newDocument(newId(), new Date()), ...about, ...counts }, events: [] });
      this.transactions.afterCommit(() => this.timers.wakeAt(runImports, new Date()));
      return made;
    });
  }
}
