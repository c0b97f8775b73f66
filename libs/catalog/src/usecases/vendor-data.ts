import { Injectable } from '@nestjs/common';
import { ErasesPersonalData, type ErasedPerson } from '@cartwright/platform';
import { house } from '../model/house';
import { ProductStore } from '../store/product.store';
import { ProductEditing } from './product-editing';

const batch = 100;

/** What catalog keeps about people: who sold what. That is public, and with the profile, so nobody need ask for it; but it is to be forgotten. */
@Injectable()
export class VendorData {
  constructor(
    private readonly products: ProductStore,
    private readonly editing: ProductEditing,
  ) {}

  /** Whoever still sells cannot be erased, so these are archived, or left over; the house has them from now on. */
  @ErasesPersonalData('products')
  async eraseVendor({ userId }: ErasedPerson): Promise<null> {
    for (;;) {
      const found = await this.products.ofVendor(userId, batch);
      for (const productId of found)
        await this.editing.apply({ productId, editor: { kind: 'admin' } }, (product) => ({ next: { ...product, vendor: house } }));
      if (found.length < batch) return null;
    }
  }
}
