import { refusal, type Currency, type MinorUnits } from '@cartwright/kernel';

/** As they stand in examples. */
const [id, orderNumber] = ['6565f0c2a1b2c3d4e5f60718', 'CW-7K3MQ-9XD2F'];

export const OrderNotFound = refusal<{ orderNumber: string }>(
  'orders.order_not_found',
  'not_found',
  ({ orderNumber }) => `There is no order ${orderNumber.slice(0, 40)}.`,
  { orderNumber },
);
export const CartEmpty = refusal<{ orderNumber?: string }>(
  'orders.cart_empty',
  'conflict',
  ({ orderNumber }) =>
    orderNumber ? `The cart is empty; its items are in order ${orderNumber}, which waits for its payment.` : 'The cart is empty.',
  { orderNumber },
  {},
);
export const CartChanged = refusal<{ currentTotal: MinorUnits; currency: Currency }>(
  'orders.cart_changed',
  'conflict',
  () => 'The cart does not cost what the buyer saw any more. Show currentTotal, and send it as expectedTotal.',
  { currentTotal: 2199, currency: 'USD' },
);
export const ItemsNotForSale = refusal<{ items: readonly { sku: string; name: string }[] }>(
  'orders.items_not_for_sale',
  'conflict',
  ({ items }) => `No longer for sale: ${items.map((item) => item.name).join(', ')}. Remove them from the cart.`,
  { items: [{ sku: 'MUG-BLUE', name: 'Stoneware mug' }] },
);
export const PaymentDeclined = refusal<{ orderNumber: string; declineCode: string }>(
  'orders.payment_declined',
  'payment_required',
  ({ declineCode }) =>
    `The payment was declined (${declineCode}). No money was taken; POST the order's /retry puts its items back into the cart.`,
  { orderNumber, declineCode: 'insufficient_funds' },
);
export const PaymentLapsed = refusal<{ orderNumber: string }>(
  'orders.payment_lapsed',
  'conflict',
  ({ orderNumber }) => `The money held for order ${orderNumber} is not held any more, so nothing is sent. Cancel the order.`,
  { orderNumber },
);
export const AddressNotFound = refusal<{ addressId: string }>(
  'orders.address_not_found',
  'not_found',
  () => 'This account has no address with that id.',
  { addressId: id },
);
export const AlreadyRetried = refusal<{ orderNumber: string }>(
  'orders.already_retried',
  'conflict',
  () => 'The items of this order went back to the cart before.',
  { orderNumber },
);
export const UnknownOrderItem = refusal<{ items: readonly string[] }>(
  'orders.unknown_order_item',
  'unprocessable',
  ({ items }) => `Not items of this order: ${items.join(', ').slice(0, 300)}.`,
  { items: [id] },
);
export const MoreThanThere = refusal<{ items: readonly { item: string; asked: number; there: number }[] }>(
  'orders.more_than_there',
  'conflict',
  ({ items }) =>
    items.map(({ item, asked, there }) => `${asked} of item ${item} were named, but only ${there} are left for that.`).join(' '),
  { items: [{ item: id, asked: 3, there: 2 }] },
);
export const NothingToCancel = refusal<{ orderNumber: string }>(
  'orders.nothing_to_cancel',
  'conflict',
  ({ orderNumber }) => `Nothing of order ${orderNumber} is left that was not sent.`,
  { orderNumber },
);
export const NothingToReturn = refusal<{ orderNumber: string }>(
  'orders.nothing_to_return',
  'conflict',
  ({ orderNumber }) => `Nothing of order ${orderNumber} is left that could be sent back.`,
  { orderNumber },
);
export const ReturnWindowClosed = refusal<{ orderNumber: string; until: string }>(
  'orders.return_window_closed',
  'conflict',
  ({ orderNumber, until }) => `Order ${orderNumber} could be sent back until ${until}.`,
  { orderNumber, until: '2026-01-31T12:00:00.000Z' },
);
export const ReturnNotFound = refusal<{ returnId: string }>(
  'orders.return_not_found',
  'not_found',
  () => 'This order has no such return.',
  { returnId: id },
);
export const NothingToRefund = refusal<{ asked: MinorUnits; refundable: MinorUnits }>(
  'orders.nothing_to_refund',
  'conflict',
  ({ asked, refundable }) =>
    `${asked > 0 ? `${asked} was to go back` : 'Nothing is to go back for that'}, but ${refundable} is left of the order's money.`,
  { asked: 1999, refundable: 0 },
);
export const StillOnBackorder = refusal<{ items: readonly { sku: string; backordered: number }[] }>(
  'orders.still_on_backorder',
  'conflict',
  ({ items }) => items.map(({ sku, backordered }) => `${backordered} of ${sku} are not in stock yet.`).join(' '),
  { items: [{ sku: 'MUG-BLUE', backordered: 1 }] },
);
