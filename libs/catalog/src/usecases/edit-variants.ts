import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { newVariant, type VariantContent } from '../model/product';
import { addVariant, editVariant, removeVariant, variantOf } from '../model/product-edits';
import { ProductEditing, type EditTarget } from './product-editing';

/** Adds a variant with its stock; answers its id. Without a price it costs the product's base price. */
export class AddVariant extends Command<string> {
  constructor(
    readonly input: {
      readonly target: EditTarget;
      readonly variant: Omit<VariantContent, 'price'> & { readonly price?: number | null; readonly stock: number };
    },
  ) {
    super();
  }
}

/** Changes what is given of a variant. `stock` is counted anew; a new SKU has the stock that inventory knows of it. */
export class EditVariant extends Command<void> {
  constructor(
    readonly input: {
      readonly target: EditTarget;
      readonly variantId: string;
      readonly changes: Partial<VariantContent> & { readonly stock?: number };
    },
  ) {
    super();
  }
}

export class RemoveVariant extends Command<void> {
  constructor(readonly input: { readonly target: EditTarget; readonly variantId: string }) {
    super();
  }
}

@CommandHandler(AddVariant)
export class AddVariantHandler implements ICommandHandler<AddVariant> {
  constructor(private readonly editing: ProductEditing) {}

  async execute({ input: { target, variant } }: AddVariant): Promise<string> {
    const { stock, price, ...content } = variant;
    const product = await this.editing.apply(target, (before) => {
      const added = newVariant({ ...content, price: price === undefined ? before.basePrice : price });
      return { next: addVariant(before, added), counted: [{ sku: added.sku, onHand: stock }] };
    });
    return product.variants.at(-1)?.id ?? '';
  }
}

@CommandHandler(EditVariant)
export class EditVariantHandler implements ICommandHandler<EditVariant> {
  constructor(private readonly editing: ProductEditing) {}

  async execute({ input: { target, variantId, changes } }: EditVariant): Promise<void> {
    const { stock, ...content } = changes;
    await this.editing.apply(target, (before) => {
      const next = editVariant(before, variantId, content);
      const { sku } = variantOf(next, variantId);
      return { next, counted: stock === undefined ? [] : [{ sku, onHand: stock }] };
    });
  }
}

@CommandHandler(RemoveVariant)
export class RemoveVariantHandler implements ICommandHandler<RemoveVariant> {
  constructor(private readonly editing: ProductEditing) {}

  async execute({ input: { target, variantId } }: RemoveVariant): Promise<void> {
    await this.editing.apply(target, (before) => ({ next: removeVariant(before, variantId) }));
  }
}
