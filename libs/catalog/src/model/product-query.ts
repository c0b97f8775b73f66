export const productSorts = ['relevance', 'price', '-price', 'name', '-name', 'createdAt', '-createdAt'] as const;
export type ProductSort = (typeof productSorts)[number];

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
}

export interface ProductQuestion extends ProductFilter {
  readonly sort: ProductSort;
}
