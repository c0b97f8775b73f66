import { newId } from '@cartwright/kernel';
import { OutOfStock } from '@cartwright/inventory';
import type { SellableVariant } from '@cartwright/catalog';
import fc from 'fast-check';
import { CartFull, CurrencyMismatch, ItemNotFound, NotForSale, QuantityTooLarge } from '../contract/refusals';
import {
  addItem,
  cartLifecycle,
  clear,
  closeMerged,
  mergeItems,
  mostLines,
  newCart,
  removeItem,
  setQuantity,
  subtotalOf,
  type Cart,
  type CartItem,
  type Market,
} from './cart';
import { basketOf, viewOf } from './cart-view';

const now = new Date('2026-01-31T12:00:00Z');
const guest = { kind: 'guest', id: 'g1' } as const;

let serial = 0;
function aVariant(changes: Partial<SellableVariant> = {}): SellableVariant {
  const sku = `SKU-${(serial += 1)}`;
  return {
    ...{ productId: newId(), variantId: newId(), sku, name: 'Saw', brand: 'Cartwright', options: { Size: 'M' } },
    ...{ price: 1999, currency: 'USD', isActive: true },
    ...changes,
  };
}
function marketOf(variants: readonly SellableVariant[], available = 100): Market {
  return {
    variants: new Map(variants.map((variant) => [variant.variantId, variant])),
    stock: Object.fromEntries(variants.map(({ sku }) => [sku, { available, backorderable: 0, revision: 1 }])),
  };
}
function aCart(...lines: [SellableVariant, number][]): Cart {
  const market = marketOf(
    lines.map(([variant]) => variant),
    999,
  );
  return lines.reduce((cart, [variant, quantity]) => addItem(cart, variant, quantity, market), newCart(guest, 'USD', now));
}

describe('adding', () => {
  it('makes one line of the same variant twice', () => {
    const saw = aVariant();
    const cart = aCart([saw, 2], [aVariant(), 1], [saw, 3]);
    expect(cart.items.map((item) => item.quantity)).toEqual([5, 1]);
    expect(subtotalOf(cart)).toBe(6 * 1999);
  });

  it('keeps the price at which a variant was first added', () => {
    const saw = aVariant();
    const dearer = { ...saw, price: 2500 };
    const cart = addItem(aCart([saw, 1]), dearer, 1, marketOf([dearer]));
    expect(cart.items).toMatchObject([{ price: 1999, quantity: 2 }]);
    expect(viewOf(cart, marketOf([dearer])).warnings).toMatchObject([{ code: 'price_changed', price: 1999, currentPrice: 2500 }]);
  });

  it('takes over the currency of the first thing, and only of that', () => {
    const pounds = aVariant({ currency: 'GBP' });
    const cart = addItem(newCart(guest, 'USD', now), pounds, 1, marketOf([pounds]));
    expect(cart.currency).toBe('GBP');
    expect(() => addItem(cart, aVariant(), 1, marketOf([]))).toThrow(CurrencyMismatch);
    expect(clear(cart).items).toEqual([]);
    const dollars = aVariant();
    expect(addItem(clear(cart), dollars, 1, marketOf([dollars])).currency).toBe('USD');
  });

  it('refuses what has no price, what is not there, and what no line holds', () => {
    const saw = aVariant();
    expect(() => addItem(aCart(), aVariant({ price: null }), 1, marketOf([]))).toThrow(NotForSale);
    expect(() => addItem(aCart([saw, 3]), saw, 3, marketOf([saw], 5))).toThrow(OutOfStock);
    expect(() => addItem(aCart([saw, 900]), saw, 100, marketOf([saw], 5000))).toThrow(QuantityTooLarge);
  });

  it('refuses a line more than a cart holds, but not more of a line it has', () => {
    const variants = Array.from({ length: mostLines }, () => aVariant());
    const cart = aCart(...variants.map((variant): [SellableVariant, number] => [variant, 1]));
    const [first = aVariant()] = variants;
    const another = aVariant();
    expect(() => addItem(cart, another, 1, marketOf([another]))).toThrow(CartFull);
    expect(addItem(cart, first, 1, marketOf([first])).items[0]?.quantity).toBe(2);
  });
});

describe('changing', () => {
  const saw = aVariant();
  const cart = aCart([saw, 2], [aVariant(), 1]);
  const itemId = cart.items[0]?.id ?? '';

  it('sets the quantity within the stock', () => {
    expect(setQuantity(cart, itemId, 7, marketOf([saw])).items[0]?.quantity).toBe(7);
    expect(() => setQuantity(cart, itemId, 7, marketOf([saw], 6))).toThrow(OutOfStock);
    expect(() => setQuantity(cart, itemId, 1, marketOf([{ ...saw, isActive: false }]))).toThrow(NotForSale);
  });

  it('sets it beyond the stock where it may be ordered on back-order, and says how many would wait', () => {
    const saw = aVariant();
    const cart = aCart([saw, 1]);
    const id = cart.items[0]?.id ?? '';
    const market = { ...marketOf([saw]), stock: { [saw.sku]: { available: 3, backorderable: 4, revision: 1 } } };
    expect(viewOf(setQuantity(cart, id, 7, market), market)).toMatchObject({ items: [{ quantity: 7, available: 7, backordered: 4 }] });
    expect(viewOf(cart, market)).toMatchObject({ items: [{ quantity: 1, available: 7, backordered: 0 }] });
    expect(() => setQuantity(cart, id, 8, market)).toThrow(OutOfStock);
  });

  it('removes one item and leaves the others', () => {
    expect(removeItem(cart, itemId).items.map((item) => item.id)).toEqual([cart.items[1]?.id]);
  });

  it('knows no items but its own', () => {
    expect(() => setQuantity(cart, newId(), 1, marketOf([saw]))).toThrow(ItemNotFound);
    expect(() => removeItem(cart, newId())).toThrow(ItemNotFound);
  });
});

describe('warnings', () => {
  const saw = aVariant();
  const cart = aCart([saw, 4]);
  const itemId = cart.items[0]?.id;

  it.each([
    ['nothing when all is as it was', saw, 50, []],
    ['low_stock when few are left', saw, 5, [{ code: 'low_stock', asked: 4, available: 5 }]],
    ['out_of_stock when fewer are left than wanted', saw, 3, [{ code: 'out_of_stock', asked: 4, available: 3 }]],
    ['price_changed when it became cheaper', { ...saw, price: 1500 }, 50, [{ code: 'price_changed', price: 1999, currentPrice: 1500 }]],
    ['both when both', { ...saw, price: 2500 }, 0, [{ code: 'price_changed' }, { code: 'out_of_stock' }]],
    ['unavailable when it is inactive', { ...saw, isActive: false }, 50, [{ code: 'unavailable' }]],
    ['unavailable when it has no price any more', { ...saw, price: null }, 50, [{ code: 'unavailable' }]],
    ['unavailable when it changed its currency', { ...saw, currency: 'EUR' }, 50, [{ code: 'unavailable' }]],
  ])('say %s', (_, variant: SellableVariant, available: number, warnings: object[]) => {
    const view = viewOf(cart, marketOf([variant], available));
    expect(view.warnings).toMatchObject(warnings.map((warning) => ({ itemId, ...warning })));
    expect(view.warnings).toHaveLength(warnings.length);
    expect(view.subtotal).toBe(4 * 1999);
  });

  it('say unavailable, and show what it was called, when it was deleted', () => {
    const view = viewOf(cart, marketOf([]));
    expect(view).toMatchObject({ warnings: [{ code: 'unavailable' }], items: [{ name: 'Saw', available: 0 }] });
  });
});

describe('a basket', () => {
  it('is at the prices of today, and marks what cannot be bought', () => {
    const [saw, gone] = [aVariant(), aVariant({ price: 100 })];
    const cart = aCart([saw, 2], [gone, 1]);
    const basket = basketOf(cart, marketOf([{ ...saw, price: 1500, name: 'Fine saw' }]));
    expect(basket).toMatchObject({
      currency: 'USD',
      subtotal: 2 * 1500 + 100,
      lines: [
        { sku: saw.sku, name: 'Fine saw', unitPrice: 1500, snapshotPrice: 1999, purchasable: true },
        { sku: gone.sku, unitPrice: 100, snapshotPrice: 100, purchasable: false },
      ],
    });
  });
});

describe('a variant that has another SKU since', () => {
  const saw = aVariant();
  const renamed = { ...saw, sku: 'SAW-2' };
  const cart = aCart([saw, 2]);
  const market: Market = {
    variants: new Map([[saw.variantId, renamed]]),
    stock: { [saw.sku]: { available: 50, backorderable: 0, revision: 1 }, 'SAW-2': { available: 3, backorderable: 0, revision: 1 } },
  };

  it('is looked for, shown and sold under that one, not from what lies under the old one', () => {
    expect(viewOf(cart, market).items).toMatchObject([{ sku: 'SAW-2', available: 3 }]);
    expect(basketOf(cart, market).lines).toMatchObject([{ sku: 'SAW-2', quantity: 2, purchasable: true }]);
    expect(() => setQuantity(cart, cart.items[0]!.id, 4, market)).toThrow(OutOfStock);
    expect(setQuantity(cart, cart.items[0]!.id, 3, market).items).toMatchObject([{ quantity: 3 }]);
  });

  it('keeps the old one once the catalogue has forgotten it', () => {
    expect(viewOf(cart, { ...market, variants: new Map() }).items).toMatchObject([{ sku: saw.sku, available: 0 }]);
  });
});

describe('merging', () => {
  const variants = Array.from({ length: 6 }, () => aVariant());
  const lines = fc.dictionary(fc.integer({ min: 0, max: 5 }).map(String), fc.integer({ min: 1, max: 999 }));
  const itemsOf = (wanted: Record<string, number>): CartItem[] => {
    const picked = Object.entries(wanted).map(([index, quantity]): [SellableVariant, number] => [
      variants[Number(index)] ?? aVariant(),
      quantity,
    ]);
    return [...aCart(...picked).items];
  };
  const empty = newCart({ kind: 'user', id: newId() }, 'USD', now);
  const totals = (cart: Cart): Record<string, number> => Object.fromEntries(cart.items.map((item) => [item.variant, item.quantity]));

  it('loses no line, and of no variant more than a line can hold', () => {
    fc.assert(
      fc.property(lines, lines, (a, b) => {
        const merged = mergeItems(mergeItems(empty, itemsOf(a), 'USD'), itemsOf(b), 'USD');
        const expected = Object.keys({ ...a, ...b }).map((index) => [
          variants[Number(index)]?.variantId,
          Math.min((a[index] ?? 0) + (b[index] ?? 0), 999),
        ]);
        expect(totals(merged)).toEqual(Object.fromEntries(expected));
        expect(new Set(merged.items.map((item) => item.id)).size).toBe(merged.items.length);
      }),
    );
  });

  it('comes to the same quantities in either order', () => {
    fc.assert(
      fc.property(lines, lines, (a, b) => {
        const [left, right] = [itemsOf(a), itemsOf(b)];
        const either = (first: CartItem[], second: CartItem[]) => totals(mergeItems(mergeItems(empty, first, 'USD'), second, 'USD'));
        expect(either(left, right)).toEqual(either(right, left));
      }),
    );
  });

  it('does not mix currencies, and takes over that of what comes into an empty cart', () => {
    const items = itemsOf({ 0: 1 });
    expect(mergeItems(empty, items, 'EUR').currency).toBe('EUR');
    expect(() => mergeItems(mergeItems(empty, items, 'USD'), items, 'EUR')).toThrow(CurrencyMismatch);
    expect(mergeItems(empty, [], 'EUR')).toBe(empty);
  });
});

describe('the lifecycle', () => {
  it('ends with an order or in another cart, and a closed cart stays closed', () => {
    expect(closeMerged(aCart(), now)).toMatchObject({ status: 'merged', closedAt: now });
    expect(() => closeMerged({ ...aCart(), status: 'ordered' }, now)).toThrow(/cannot become merged/);
    expect(cartLifecycle.reachableFrom('open').size).toBe(cartLifecycle.states.length);
  });
});
