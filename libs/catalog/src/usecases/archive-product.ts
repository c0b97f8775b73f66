import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { archiveProduct } from '../model/product-edits';
import { ProductEditing, type EditTarget } from './product-editing';

/** Makes a product invisible to the public. It is kept, because orders and links point at it. */
export class ArchiveProduct extends Command<void> {
  constructor(readonly input: { readonly target: EditTarget }) {
    super();
  }
}

@CommandHandler(ArchiveProduct)
export class ArchiveProductHandler implements ICommandHandler<ArchiveProduct> {
  constructor(private readonly editing: ProductEditing) {}

  async execute({ input: { target } }: ArchiveProduct): Promise<void> {
    await this.editing.apply(target, (product) => ({ next: archiveProduct(product, new Date()) }));
  }
}
