export const productSorts = ['relevance', 'price', '-price', 'name', '-name', 'createdAt', '-createdAt'] as const;
export type ProductSort = (typeof productSorts)[number];

/** Of all products, on sale or not; other orders have an index only for those of one state. */
export const backOfficeSorts = ['createdAt', '-createdAt'] as const satisfies readonly ProductSort[];
export type BackOfficeSort = (typeof backOfficeSorts)[number];

/** Which products a list shows. Everything said must hold; what is said of variants must hold of one and the same variant. */
export interface ProductFilter {
  readonly q?: string;
  /** Id of a category; its descendants' products are included. */
  readonly category?: string;
  readonly brand?: string;
  /** Id of a vendor. */
  readonly vendor?: string;
  readonly minPrice?: number;
  readonly maxPrice?: number;
  readonly inStock?: boolean;
  readonly options?: Readonly<Record<string, string>>;
  /** What staff looks through; without it, what is on sale. */
  readonly backOffice?: BackOfficeFilter;
}

/** Which of all products, on sale or not, staff looks through. */
export interface BackOfficeFilter {
  readonly isActive?: boolean;
  /** Only what is archived; otherwise only what is not. */
  readonly archived: boolean;
}

/** What can be counted beside a list. */
export const facetNames = ['brand', 'category', 'price', 'options'] as const;
export type FacetName = (typeof facetNames)[number];

/**
 * How many products a list would have with each value of a filter. A filter's own value does not narrow its own facet, all others do: who has chosen a brand still sees how
 * many there are of the others. Products are counted once for each value, the most frequent values come first.
 */
export interface Facets {
  readonly brand?: readonly { readonly value: string; readonly count: number }[];
  /** Products of descendants count for their ancestors, too. */
  readonly category?: readonly { readonly id: string; readonly name: string; readonly slug: string; readonly count: number }[];
  /** From the cheapest to the dearest variant, in minor units, for each currency. */
  readonly price?: readonly { readonly currency: string; readonly min: number; readonly max: number; readonly count: number }[];
  readonly options?: readonly {
    readonly name: string;
    readonly values: readonly { readonly value: string; readonly count: number }[];
  }[];
}

export interface ProductQuestion extends ProductFilter {
  readonly sort: ProductSort;
}
