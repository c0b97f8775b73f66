import { Command } from '@nestjs/cqrs';

/** A SKU that was not what its ledger adds up to. */
export interface RebuiltLevel {
  readonly sku: string;
  /** What was wrong. */
  readonly problems: readonly string[];
  /** Whether it is in order now. Not where the ledger itself takes away what was never there, or lacks entries. */
  readonly rebuilt: boolean;
}

/**
 * Makes levels anew from the ledger, and the sums that its entries carry: all that are not what the ledger adds up to, or of these only those
 * of `skus`. What is in order stays untouched. The shop may be at work meanwhile. Refuses `sku_not_found`.
 */
export class RebuildStock extends Command<readonly RebuiltLevel[]> {
  constructor(readonly input: { readonly skus?: readonly string[] }) {
    super();
  }
}
