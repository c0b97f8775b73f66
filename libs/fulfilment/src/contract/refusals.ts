import { refusal } from '@cartwright/kernel';

/** As it stands in examples. */
const id = '6565f0c2a1b2c3d4e5f60718';

export const NotStarted = refusal<{ orderId: string }>(
  'fulfilment.not_started',
  'conflict',
  () => 'Nothing is being packed for this order: it is not paid, or not yet known to the warehouse.',
  { orderId: id },
);
export const NothingToShip = refusal<{ orderId: string }>(
  'fulfilment.nothing_to_ship',
  'conflict',
  () => 'Nothing is left to ship of this order.',
  { orderId: id },
);
export const UnknownItem = refusal<{ items: readonly string[] }>(
  'fulfilment.unknown_item',
  'unprocessable',
  ({ items }) => `Not an item of this order: ${items.join(', ')}.`,
  { items: [id] },
);
export const MoreThanLeft = refusal<{ items: readonly { item: string; asked: number; left: number }[] }>(
  'fulfilment.more_than_left',
  'conflict',
  ({ items }) => items.map(({ item, asked, left }) => `${asked} of item ${item} are to be sent, but ${left} are left.`).join(' '),
  { items: [{ item: id, asked: 3, left: 2 }] },
);
export const AlreadyDispatched = refusal<{ orderId: string }>(
  'fulfilment.already_dispatched',
  'conflict',
  () => 'A parcel of this order has left already.',
  { orderId: id },
);
export const ShipmentNotFound = refusal<{ shipmentId?: string }>(
  'fulfilment.shipment_not_found',
  'not_found',
  ({ shipmentId }) => (shipmentId ? 'This order has no such shipment.' : 'This order has no shipment yet.'),
  { shipmentId: id },
  {},
);
