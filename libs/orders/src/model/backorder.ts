import type { OrderStockLine, StockLine } from '@cartwright/inventory';
import type { Change } from '@cartwright/kernel';
import { StillOnBackorder } from '../contract/refusals';
import type { Order } from './order';
import { rowsOf, unsentPieces, type ItemQuantity } from './quantities';

/** The order with what of it was not in stock; of two items of one SKU it is the later one that waits. */
export function withBackorders(order: Order, owed: readonly StockLine[]): Change<Order> {
  const left = new Map(owed.map(({ sku, quantity }) => [sku, quantity]));
  const items = [...order.items].reverse().map((item) => {
    const backordered = Math.min(item.quantity, left.get(item.sku) ?? 0);
    left.set(item.sku, (left.get(item.sku) ?? 0) - backordered);
    return backordered > 0 ? { ...item, backordered } : item;
  });
  return { next: { ...order, items: items.reverse() }, events: [] };
}

/** What a parcel holds: what was asked for, or all that is left and in stock. Refuses pieces that are still on back-order. */
export function sendable(
  order: Order,
  asked: readonly ItemQuantity[] | undefined,
  stock: readonly OrderStockLine[],
): readonly ItemQuantity[] | undefined {
  const waiting = stock.filter(({ backordered }) => backordered > 0).map(({ sku, backordered }) => ({ sku, backordered }));
  if (waiting.length === 0) return asked;
  const unsent = rowsOf(unsentPieces(order));
  const skuOf = (item: string): string => order.items.find(({ id }) => id === item)?.sku ?? '';
  const there = new Map(
    waiting.map(({ sku, backordered }) => [sku, sumOf(unsent.filter(({ item }) => skuOf(item) === sku)) - backordered]),
  );
  const parcel = (asked ?? unsent).map(({ item, quantity }) => {
    const left = there.get(skuOf(item)) ?? quantity;
    const sent = Math.min(quantity, left);
    if (there.has(skuOf(item))) there.set(skuOf(item), left - sent);
    return { item, quantity: sent };
  });
  const missing = asked && sumOf(parcel) < sumOf(asked);
  if (missing || sumOf(parcel) === 0) throw new StillOnBackorder({ items: waiting });
  return parcel.filter(({ quantity }) => quantity > 0);
}

function sumOf(rows: readonly { readonly quantity: number }[]): number {
  return rows.reduce((all, { quantity }) => all + quantity, 0);
}
