import { Injectable } from '@nestjs/common';
import { Transactions } from '@cartwright/platform';
import type { ImportWishes, RefusedLine } from '../contract/import-catalog';
import { house } from '../model/house';
import type { ImportedProduct } from '../model/import-line';
import { CategoryShelving } from './category-shelves';
import { ImportBatch, type BatchOutcome, type BatchSettings, type Entry } from './import-batch';
import { References } from './references';

/** A product as a file gives it, or why it is none; and where it stands there. */
export type Candidate = {
  /** The line that it begins in, from 1. */
  readonly line: number;
  /** The line that it ends in. */
  readonly through: number;
  /** Bytes of the source read by then. */
  readonly bytes: number;
} & ({ readonly product: ImportedProduct } | { readonly refused: Omit<RefusedLine, 'line'> });

/** What came of some lines, one behind the other. */
export interface ImportStep extends BatchOutcome {
  /** The last of them. */
  readonly through: number;
  readonly bytes: number;
}

/** Where an import keeps how far it is. */
export interface Journal {
  /** The line behind which it goes on: what came before was kept. */
  readonly after: number;
  /** Called in the transaction that a step is written in, so that there are both or neither; when that is repeated, it is called again. */
  keep(step: ImportStep): Promise<void>;
  /** Whether to stop after the step in hand, as the program is ending; somebody else goes on. */
  isStopping?(): boolean;
}

/** A batch ends at so many products or variants: large enough to spare commands, small enough for a transaction to be short. */
const most = { lines: 100, variants: 100 };

/** How the products of a file, whatever its form and wherever it comes from, get into the catalogue. */
@Injectable()
export class Importing {
  constructor(
    private readonly batch: ImportBatch,
    private readonly shelving: CategoryShelving,
    private readonly references: References,
    private readonly transactions: Transactions,
  ) {}

  /** Refuses a vendor that is none. */
  async settings({ vendorId, defaultStock = 0, setStock = false }: ImportWishes): Promise<BatchSettings> {
    const vendor = vendorId === undefined ? house : await this.references.vendor(vendorId);
    return { vendor, keepVendor: vendorId === undefined, defaultStock, setStock, shelves: await this.shelving.open() };
  }

  /** Takes all products behind the journal's line. `false` when it was to stop before the end. */
  async run(candidates: AsyncIterable<Candidate>, settings: BatchSettings, journal: Journal): Promise<boolean> {
    const run = new ImportRun(this.batch, this.transactions, settings, journal);
    for await (const candidate of candidates) {
      if (candidate.through <= journal.after) continue;
      await run.take(candidate);
      if (journal.isStopping?.()) return false;
    }
    await run.write();
    return true;
  }
}

/** One import on its way: gathers products into batches, and says what came of them. */
class ImportRun {
  private entries: Entry[] = [];
  private variants = 0;
  /** Not kept yet. */
  private refused: RefusedLine[] = [];
  private last = { through: 0, bytes: 0 };

  constructor(
    private readonly batch: ImportBatch,
    private readonly transactions: Transactions,
    private readonly settings: BatchSettings,
    private readonly journal: Journal,
  ) {}

  async take(candidate: Candidate): Promise<void> {
    const { line, through, bytes } = candidate;
    if ('refused' in candidate) this.refused.push({ line, ...candidate.refused });
    else {
      const { product } = candidate;
      // A file may repeat a product within a batch; the later one is an update of the earlier one.
      if (this.entries.some((entry) => entry.product.externalId === product.externalId)) await this.write();
      this.entries.push({ line, through, product });
      this.variants += product.variants.length;
    }
    this.last = { through, bytes };
    const { entries, variants, refused } = this;
    if (entries.length >= most.lines || variants >= most.variants || refused.length >= most.lines) await this.write();
  }

  async write(): Promise<void> {
    const { entries } = this;
    this.entries = [];
    this.variants = 0;
    const final = entries.at(-1)?.line;
    const keep = (outcome: BatchOutcome, written: readonly Entry[]): Promise<void> => this.keep(outcome, written, final);
    if (entries.length > 0) await this.batch.write(entries, this.settings, keep);
    else if (this.refused.length > 0) await this.transactions.run(() => keep({ created: 0, updated: 0, errors: [] }, []));
  }

  /** Where a batch is written one by one, each takes along what was refused before it, and the last one what was refused behind it. */
  private async keep({ created, updated, errors }: BatchOutcome, written: readonly Entry[], final: number | undefined): Promise<void> {
    const end = written.at(-1);
    const through = !end || end.line === final ? this.last.through : end.through;
    const due = this.refused.filter((refused) => refused.line <= through);
    const all = [...due, ...errors].sort((a, b) => a.line - b.line);
    await this.journal.keep({ created, updated, errors: all, through, bytes: this.last.bytes });
    this.transactions.afterCommit(() => (this.refused = this.refused.filter((refused) => !due.includes(refused))));
  }
}
