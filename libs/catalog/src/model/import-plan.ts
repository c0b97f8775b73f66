import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { newId } from '@cartwright/kernel';
import type { Category } from './category';
import { lineOf } from './export-line';
import { LineRefused, readLine, type ImportedProduct, type ImportedVariant } from './import-line';
import { edited, editedVariant, inCategory, newProduct, newVariant, type Product, type Variant, type Vendor } from './product';
import { combinationOf } from './product-rules';
import { slugCandidates } from './slug';

/** What the catalog knows already of what a batch of lines names. */
export interface Known {
  readonly byExternalId: ReadonlyMap<string, Product>;
  /** Who has a SKU: the id of its product. */
  readonly skuOwners: ReadonlyMap<string, string>;
  readonly takenSlugs: ReadonlySet<string>;
}

/** What is written for a line. `changed` is false where the line says what is known already. */
export interface Placement {
  readonly product: Product;
  readonly isNew: boolean;
  readonly changed: boolean;
  readonly counted: readonly { readonly sku: string; readonly onHand: number }[];
}

export interface PlanSettings {
  readonly vendor: Vendor;
  readonly defaultStock: number;
  readonly setStock: boolean;
  /** Whether a line about a known product also moves it to this vendor. */
  readonly keepVendor: boolean;
}

/** Decides line by line what becomes of a batch; remembers what earlier lines of it took. */
export class ImportPlan {
  private readonly skus: Map<string, string>;
  private readonly slugs: Set<string>;

  constructor(
    private readonly known: Known,
    private readonly settings: PlanSettings,
    private readonly now: Date,
  ) {
    this.skus = new Map(known.skuOwners);
    this.slugs = new Set(known.takenSlugs);
  }

  /** Throws {@link LineRefused} when another product has one of the SKUs. */
  place(line: ImportedProduct, category: Category): Placement {
    const before = this.known.byExternalId.get(line.externalId);
    const id = before?.id ?? line.id ?? newId();
    const taken = line.variants.find(({ sku }) => (this.skus.get(sku) ?? id) !== id);
    if (taken) throw new LineRefused('duplicate_sku', `Another product already has the SKU ${taken.sku}.`, line.externalId);
    for (const { sku } of line.variants) this.skus.set(sku, id);
    return before ? this.update(before, line, category) : this.create(id, line, category);
  }

  private create(id: string, line: ImportedProduct, category: Category): Placement {
    const variants = line.variants.map(newVariant);
    const { vendor, defaultStock } = this.settings;
    const slug = this.takeSlug(line);
    const product = newProduct(
      { ...contentOf(line), id, slug, category, vendor, variants, isActive: line.isActive ?? true, externalId: line.externalId },
      this.now,
    );
    return { product, isNew: true, changed: true, counted: countedOf(line.variants, defaultStock) };
  }

  /** What an import would only clean of what is there already is left as it is. */
  private update(before: Product, line: ImportedProduct, category: Category): Placement {
    const placement = this.updateTo(before, line, category);
    if (!placement.changed || !saysWhatIsExported(before, line)) return placement;
    return this.updateTo(before, asStored(before, line), category);
  }

  private updateTo(before: Product, line: ImportedProduct, category: Category): Placement {
    const { vendor, keepVendor, defaultStock, setStock } = this.settings;
    const named = new Set(line.variants.map(({ sku }) => sku));
    const leftover = before.variants.filter(({ sku }) => !named.has(sku));
    const variants = line.variants.map((variant) => sameVariant(before.variants, leftover, variant));
    const changes = { ...contentOf(line), ...inCategory(category), ...stateOf(before, line), variants, ...(keepVendor ? {} : { vendor }) };
    const product = edited(before, changes);
    const had = new Set(before.variants.map(({ sku }) => sku));
    const fresh = countedOf(
      line.variants.filter(({ sku }) => !had.has(sku)),
      defaultStock,
    );
    const recounted = setStock
      ? countedOf(
          line.variants.filter(({ sku }) => had.has(sku)),
          undefined,
        )
      : [];
    const changed = !saysTheSame(before, product);
    return { product: changed ? product : before, isNew: false, changed, counted: [...fresh, ...recounted] };
  }

  private takeSlug(line: ImportedProduct): string {
    const slug = slugsFor(line).find((candidate) => !this.slugs.has(candidate)) ?? `product-${newId()}`;
    this.slugs.add(slug);
    return slug;
  }
}

/** The slugs that a line's product may get, best first; the last ones are the line's alone. */
export function slugsFor({ name, externalId }: Pick<ImportedProduct, 'name' | 'externalId'>): string[] {
  const own = createHash('sha256').update(externalId).digest('hex').slice(0, 8);
  return slugCandidates([name, `${name.slice(0, 80)} ${own}`], `product-${own}`, 0);
}

function contentOf(line: ImportedProduct) {
  const { name, description, brand, images, basePrice, currency, options, rest } = line;
  return { name, description, brand, images, basePrice, currency, options, imported: rest };
}

/** The variant of before with the same SKU, or else one left over with the same combination, keeps its id, so that carts go on knowing it. */
function sameVariant(before: readonly Variant[], leftover: readonly Variant[], line: ImportedVariant): Variant {
  const combination = combinationOf(line.options);
  const same = before.find(({ sku }) => sku === line.sku) ?? leftover.find(({ options }) => combinationOf(options) === combination);
  return same ? editedVariant(same, line) : newVariant(line);
}

/** Whether the line says of a product what an export would. */
function saysWhatIsExported(product: Product, line: ImportedProduct): boolean {
  try {
    const exported = readLine(JSON.stringify(lineOf(product, { categoryPath: line.categoryPath, onHand: new Map() })));
    return JSON.stringify(saidBy(exported)) === JSON.stringify(saidBy(line));
  } catch (error) {
    if (error instanceof LineRefused) return false; // what was made by hand may be nothing that a line can say
    throw error;
  }
}

function saidBy({ variants, isActive: _, categoryPath: __, ...said }: ImportedProduct): object {
  return { ...said, variants: variants.map(({ stock: ___, ...variant }) => variant) };
}

function asStored({ variants, imported: rest, ...product }: Product, line: ImportedProduct): ImportedProduct {
  const { name, description, brand, images, basePrice, currency, options } = product;
  const stocked = variants.map((variant, index) => ({ ...variant, stock: line.variants[index]?.stock }));
  return { ...line, name, description, brand, images, basePrice, currency, options, rest, variants: stocked };
}

function stateOf({ isActive: before, archivedAt }: Product, { isActive = before }: ImportedProduct): Partial<Product> {
  return { isActive, archivedAt: isActive ? undefined : archivedAt };
}

function countedOf(variants: readonly ImportedVariant[], otherwise: number | undefined): { sku: string; onHand: number }[] {
  return variants.flatMap(({ sku, stock = otherwise }) => (stock === undefined ? [] : [{ sku, onHand: stock }]));
}

function saysTheSame(before: Product, after: Product): boolean {
  const core = ({ version: _, revision: __, updatedAt: ___, ...rest }: Product): object =>
    Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  // Whatever the order of their fields: what was made by hand is stored in another one.
  return isDeepStrictEqual(core(before), core(after));
}
