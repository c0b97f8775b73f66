import { Query } from '@nestjs/cqrs';

/** What a cart or an order needs to know of a variant. */
export interface SellableVariant {
  readonly productId: string;
  readonly variantId: string;
  readonly sku: string;
  readonly name: string;
  readonly brand: string;
  readonly image?: string;
  readonly options: Readonly<Record<string, string>>;
  /** In minor units of `currency`; `null`: cannot be bought. */
  readonly price: number | null;
  readonly currency: string;
  /** `false`: invisible to the public, and not for sale. */
  readonly isActive: boolean;
}

/**
 * The variants asked for, in the same order; `null` where the product or the variant does not exist. Without `variantId` it is the product's only
 * variant (`null` when it has several, as it must be named then).
 */
export class GetVariants extends Query<(SellableVariant | null)[]> {
  constructor(readonly input: { readonly items: readonly { readonly productId: string; readonly variantId?: string }[] }) {
    super();
  }
}
