import { refusal, type Currency } from '@cartwright/kernel';

/** As it stands in examples. */
const id = '6565f0c2a1b2c3d4e5f60718';

export const ProductNotFound = refusal<{ productId: string; variantId?: string }>(
  'cart.product_not_found',
  'not_found',
  ({ variantId }) => (variantId ? 'There is no such variant for sale.' : 'There is no such product for sale.'),
  { productId: id, variantId: id },
  { productId: id },
);
export const NotForSale = refusal<{ sku: string; name: string }>(
  'cart.not_for_sale',
  'conflict',
  ({ name }) => `${name} cannot be bought at the moment.`,
  { sku: 'MUG-BLUE', name: 'Stoneware mug' },
);
export const CurrencyMismatch = refusal<{ currency: Currency; cartCurrency: Currency }>(
  'cart.currency_mismatch',
  'conflict',
  ({ currency, cartCurrency }) => `This is sold in ${currency}, and the cart is in ${cartCurrency}. A cart has one currency.`,
  { currency: 'EUR', cartCurrency: 'USD' },
);
export const CartFull = refusal<{ limit: number }>('cart.cart_full', 'conflict', ({ limit }) => `A cart holds ${limit} lines at most.`, {
  limit: 1000,
});
export const QuantityTooLarge = refusal<{ asked: number; limit: number }>(
  'cart.quantity_too_large',
  'conflict',
  ({ asked, limit }) => `A line has ${limit} pieces at most; this would make ${asked}.`,
  { asked: 1000, limit: 999 },
);
export const ItemNotFound = refusal<{ itemId: string }>('cart.item_not_found', 'not_found', () => 'There is no such item in the cart.', {
  itemId: id,
});
