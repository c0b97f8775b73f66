/** So many pieces of one SKU. */
export interface StockLine {
  readonly sku: string;
  /** Whole and positive. */
  readonly quantity: number;
}
