import { refusal, type Currency, type MinorUnits } from '@cartwright/kernel';

export const OrderNotFound = refusal<{ orderNumber: string }>(
  'orders.order_not_found',
  'not_found',
  ({ orderNumber }) => `There is no order ${orderNumber.slice(0, 40)}.`,
);
export const CartEmpty = refusal<{ orderNumber?: string }>('orders.cart_empty', 'conflict', ({ orderNumber }) =>
  orderNumber ? `The cart is empty; its items are in order ${orderNumber}, which waits for its payment.` : 'The cart is empty.',
);
export const CartChanged = refusal<{ currentTotal: MinorUnits; currency: Currency }>(
  'orders.cart_changed',
  'conflict',
  () => 'The cart does not cost what the buyer saw any more. Show currentTotal, and send it as expectedTotal.',
);
export const ItemsNotForSale = refusal<{ items: readonly { sku: string; name: string }[] }>(
  'orders.items_not_for_sale',
  'conflict',
  ({ items }) => `No longer for sale: ${items.map((item) => item.name).join(', ')}. Remove them from the cart.`,
);
export const PaymentDeclined = refusal<{ orderNumber: string; declineCode: string }>(
  'orders.payment_declined',
  'payment_required',
  ({ declineCode }) =>
    `The payment was declined (${declineCode}). No money was taken; POST the order's /retry puts its items back into the cart.`,
);
export const PaymentLapsed = refusal<{ orderNumber: string }>(
  'orders.payment_lapsed',
  'conflict',
  ({ orderNumber }) => `The money held for order ${orderNumber} is not held any more, so nothing is sent. Cancel the order.`,
);
export const AddressNotFound = refusal<{ addressId: string }>(
  'orders.address_not_found',
  'not_found',
  () => 'This account has no address with that id.',
);
export const AlreadyRetried = refusal<{ orderNumber: string }>(
  'orders.already_retried',
  'conflict',
  () => 'The items of this order went back to the cart before.',
);
export const UnknownOrderItem = refusal<{ items: readonly string[] }>(
  'orders.unknown_order_item',
  'unprocessable',
  ({ items }) => `Not items of this order: ${items.join(', ').slice(0, 300)}.`,
);
export const MoreThanThere = refusal<{ items: readonly { item: string; asked: number; there: number }[] }>(
  'orders.more_than_there',
  'conflict',
  ({ items }) =>
    items.map(({ item, asked, there }) => `${asked} of item ${item} were named, but only ${there} are left for that.`).join(' '),
);
export const NothingToCancel = refusal<{ orderNumber: string }>(
  'orders.nothing_to_cancel',
  'conflict',
  ({ orderNumber }) => `Nothing of order ${orderNumber} is left that was not sent.`,
);
export const NothingToReturn = refusal<{ orderNumber: string }>(
  'orders.nothing_to_return',
  'conflict',
  ({ orderNumber }) => `Nothing of order ${orderNumber} is left that could be sent back.`,
);
export const ReturnWindowClosed = refusal<{ orderNumber: string; until: string }>(
  'orders.return_window_closed',
  'conflict',
  ({ orderNumber, until }) => `Order ${orderNumber} could be sent back until ${until}.`,
);
export const ReturnNotFound = refusal<{ returnId: string }>('orders.return_not_found', 'not_found', () => 'This order has no such return.');
export const NothingToRefund = refusal<{ asked: MinorUnits; refundable: MinorUnits }>(
  'orders.nothing_to_refund',
  'conflict',
  ({ asked, refundable }) => `${asked} was to go back, but ${refundable} is left of the order's money.`,
);
export const StillOnBackorder = refusal<{ items: readonly { sku: string; backordered: number }[] }>(
  'orders.still_on_backorder',
  'conflict',
  ({ items }) => items.map(({ sku, backordered }) => `${backordered} of ${sku} are not in stock yet.`).join(' '),
);
