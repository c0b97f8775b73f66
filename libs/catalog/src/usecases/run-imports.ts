import { Readable } from 'node:stream';
import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { newId, Refusal } from '@cartwright/kernel';
import { Audit, publicCode, Repeats, Transactions, Uploads } from '@cartwright/platform';
import type { CatalogueImport, ImportFailure } from '../model/catalogue-import';
import { ImportStore, TakenOver } from '../store/import.store';
import { productsOf } from './import-formats';
import { Importing } from './import-run';

export const runImports = 'catalog.run_imports';

/** An import that was taken up so often without getting on is given up, so that those behind it have their turn. */
const mostAttempts = 10;
/** What 64 MiB may unpack to, in bytes; real catalogues pack to a tenth. */
const mostUnpacked = 1024 ** 3;

/**
 * Works through the files that were sent, one after the other. What came of a batch is kept in the transaction that writes it, so that whoever takes an import up goes on exactly where
 * the one before stopped, however it ended; and one that was only thought dead finds that out at its next batch, which is undone.
 */
@Injectable()
export class RunImports implements OnModuleDestroy {
  private readonly logger = new Logger(RunImports.name);
  private stopping = false;

  constructor(
    private readonly imports: ImportStore,
    private readonly uploads: Uploads,
    private readonly importing: Importing,
    private readonly transactions: Transactions,
    private readonly audit: Audit,
  ) {}

  @Repeats(runImports, 2_000)
  async run(): Promise<void> {
    while (!this.stopping) {
      const taken = await this.imports.takeUp(newId(), new Date());
      if (!taken) return;
      await this.workOn(taken);
    }
  }

  onModuleDestroy(): void {
    this.stopping = true;
  }

  private async workOn(job: CatalogueImport): Promise<void> {
    try {
      if (job.attempts > mostAttempts) await this.finish(job, gaveUp);
      else if (await this.import(job)) await this.finish(job);
    } catch (error) {
      if (error instanceof TakenOver) this.logger.warn(error.message);
      else if (error instanceof Refusal && error.kind !== 'unavailable')
        await this.finish(job, { code: publicCode(error.code), message: error.message });
      else throw error;
    }
  }

  private async import(job: CatalogueImport): Promise<boolean> {
    const stream = Readable.from(this.uploads.read(job.upload), { objectMode: false });
    const candidates = productsOf(job.format, { stream }, mostUnpacked);
    const isStopping = (): boolean => this.stopping;
    const keep = (step: Parameters<ImportStore['advance']>[1]): Promise<void> => this.imports.advance(job, step);
    return this.importing.run(candidates, await this.importing.settings(job), { after: job.line, keep, isStopping });
  }

  /** Its products are not recorded one by one; for all of them stands what came of the file, as the doing of whoever sent it. */
  private async record({ id, by }: CatalogueImport): Promise<void> {
    const { status, created, updated, refused } = (await this.imports.find(id)) ?? {};
    const sender = { id: by, roles: [] };
    this.audit.actOf('importProducts', sender, () => this.audit.recordDone({ type: 'import', id }, { status, created, updated, refused }));
  }

  private async finish(job: CatalogueImport, failure?: ImportFailure): Promise<void> {
    await this.transactions.run(async () => {
      await this.imports.finish(job, failure);
      await this.record(job);
      await this.uploads.release(job.upload);
    });
    this.logger.log(`The import ${job.id} is ${failure ? `given up: ${failure.message}` : 'done'}.`);
  }
}

const gaveUp: ImportFailure = { code: 'gave_up', message: `It was begun ${mostAttempts} times and did not get on; the log says why.` };
