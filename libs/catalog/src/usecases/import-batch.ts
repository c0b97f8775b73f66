import { Injectable } from '@nestjs/common';
import { Refusal } from '@cartwright/kernel';
import { isDuplicate, publicCode, retryWhenStale, Transactions } from '@cartwright/platform';
import { CategoryNotFound } from '../contract/refusals';
import type { RefusedLine } from '../contract/import-catalog';
import type { Category } from '../model/category';
import { LineRefused, type ImportedProduct } from '../model/import-line';
import type { Product } from '../model/product';
import { ImportPlan, slugsFor, type Known, type PlanSettings, type Placement } from '../model/import-plan';
import { CategoryStore } from '../store/category.store';
import { ProductStore } from '../store/product.store';
import type { CategoryShelves } from './category-shelves';
import { StockOfProducts } from './stock-of-products';

/** A readable line and where it stands. */
export interface Entry {
  readonly line: number;
  /** The line that it ends in. */
  readonly through: number;
  readonly product: ImportedProduct;
}

export interface BatchSettings extends PlanSettings {
  readonly shelves: CategoryShelves;
}

export interface BatchOutcome {
  readonly created: number;
  readonly updated: number;
  readonly errors: readonly RefusedLine[];
}

/** Keeps what came of some lines, in the transaction that writes them. Called again when that is repeated. */
export type Keep = (outcome: BatchOutcome, entries: readonly Entry[]) => Promise<void>;

/** Writes some lines of an import in one transaction: products, stock and what is kept of the import, all of them or, when one line spoils it, each on its own. */
@Injectable()
export class ImportBatch {
  constructor(
    private readonly products: ProductStore,
    private readonly categories: CategoryStore,
    private readonly stock: StockOfProducts,
    private readonly transactions: Transactions,
  ) {}

  async write(entries: readonly Entry[], settings: BatchSettings, keep: Keep): Promise<void> {
    try {
      await retryWhenStale(() => this.together(entries, settings, keep), 3);
    } catch (error) {
      // What passes is nothing about the lines.
      const isAbout = error instanceof Refusal ? error.kind !== 'unavailable' : isDuplicate(error);
      if (!isAbout) throw error;
      // A category that was deleted since it was looked up is looked up, or made, again.
      if (error instanceof CategoryNotFound) await settings.shelves.load();
      else if (entries.length === 1) return this.transactions.run(() => keep(refusedAlone(entries[0] as Entry, error), entries));
      for (const entry of entries) await this.write([entry], settings, keep);
    }
  }

  private async together(entries: readonly Entry[], settings: BatchSettings, keep: Keep): Promise<void> {
    const shelved: [Entry, Category][] = [];
    for (const entry of entries) shelved.push([entry, await settings.shelves.at(entry.product.categoryPath)]);
    await this.transactions.run(async () => {
      const now = new Date();
      const plan = new ImportPlan(await this.known(entries), settings, now);
      const errors: RefusedLine[] = [];
      const placements: Placement[] = [];
      for (const [{ line, product }, category] of shelved) {
        try {
          placements.push(plan.place(product, category));
        } catch (error) {
          if (!(error instanceof LineRefused)) throw error;
          errors.push({ line, externalId: error.externalId, code: error.code, message: error.message });
        }
      }
      await this.save(placements, now);
      const created = placements.filter(({ isNew }) => isNew).length;
      await keep({ created, updated: placements.length - created, errors }, entries);
    });
  }

  private async known(entries: readonly Entry[]): Promise<Known> {
    const lines = entries.map(({ product }) => product);
    const before = await this.products.byExternalIds(lines.map(({ externalId }) => externalId));
    const byExternalId = new Map(before.map((product) => [product.externalId ?? product.id, product]));
    const fresh = lines.filter(({ externalId }) => !byExternalId.has(externalId));
    const skuOwners = await this.products.skuOwners(lines.flatMap(({ variants }) => variants.map(({ sku }) => sku)));
    const takenSlugs = fresh.length === 0 ? new Set<string>() : await this.products.takenSlugs(fresh.flatMap(slugsFor));
    return { byExternalId, skuOwners, takenSlugs };
  }

  private async save(placements: readonly Placement[], now: Date): Promise<void> {
    const written = placements.filter(({ changed, counted }) => changed || counted.length > 0);
    if (written.length === 0) return;
    const products = written.map(({ product }) => product);
    await this.categories.claim([...new Set(products.map(({ category }) => category.id))], now);
    const counted = written.flatMap((placement) => placement.counted);
    const settled = await this.stock.settle(products, counted, 'catalogue import');
    // A count that found what was known leaves the product alone.
    const isNews = (product: Product, index: number): boolean =>
      written[index]?.changed === true || JSON.stringify(product) !== JSON.stringify(products[index]);
    await this.products.saveMany(settled.filter(isNews));
  }
}

function refusedAlone({ line, product: { externalId } }: Entry, error: unknown): BatchOutcome {
  const code = error instanceof Refusal ? publicCode(error.code) : 'duplicate';
  const message = error instanceof Refusal ? error.message : 'Something that must be unique is taken.';
  return { created: 0, updated: 0, errors: [{ line, externalId, code, message }] };
}
