import { erasedAddress, Lifecycle, newDocument, newId, type Address, type Change, type Stored } from '@cartwright/kernel';
import { ShipmentDelivered, ShipmentDispatched } from '../contract/fulfilment-events';
import type { FulfilmentLine } from '../contract/fulfilment-commands';
import { AlreadyDispatched, MoreThanLeft, NothingToShip, ShipmentNotFound, UnknownItem } from '../contract/refusals';
import type { Shipment, ShippedItem } from '../contract/shipment';

export type FulfilmentStatus = 'open' | 'dispatched' | 'delivered' | 'cancelled';

/** `open` has something left to send, with parcels sent already or not; `dispatched` has not. */
export const fulfilmentLifecycle = new Lifecycle<FulfilmentStatus>('fulfilment', {
  open: ['dispatched', 'cancelled'],
  dispatched: ['delivered'],
  delivered: [],
  cancelled: [],
});

export const shipmentLifecycle = new Lifecycle<Shipment['status']>('shipment', { dispatched: ['delivered'], delivered: [] });

/** The work of getting one order's items out. */
export interface Fulfilment extends Stored {
  readonly orderId: string;
  /** These three are missing where the order was cancelled before the warehouse heard of it. */
  readonly orderNumber?: string;
  readonly address?: Address;
  readonly lines: readonly FulfilmentLine[];
  readonly status: FulfilmentStatus;
  /** At most one for each piece of the order. */
  readonly shipments: readonly Shipment[];
}

/** What a carrier calls a parcel; unique in practice, and here for each order. */
export interface Parcel {
  readonly carrier: string;
  readonly trackingNumber: string;
  /** Everything that is left, when not given. */
  readonly items?: readonly ShippedItem[];
}

export function start(
  order: { readonly orderId: string; readonly orderNumber: string; readonly lines: readonly FulfilmentLine[]; readonly address: Address },
  now: Date,
): Change<Fulfilment> {
  const { orderId, orderNumber, lines, address } = order;
  return { next: { ...newDocument(newId(), now), orderId, orderNumber, lines, address, status: 'open', shipments: [] }, events: [] };
}

/** Who it went to is forgotten; `null` when that is so, or was never known. */
export function forgetRecipient(fulfilment: Fulfilment): Change<Fulfilment> | null {
  const { address } = fulfilment;
  if (!address) return null;
  const forgotten = erasedAddress(address);
  return forgotten.name === address.name ? null : { next: { ...fulfilment, address: forgotten }, events: [] };
}

/** The parcel that a carrier and its number stand for, when it has been sent. */
export function shipmentOf(fulfilment: Fulfilment, { carrier, trackingNumber }: Parcel): Shipment | undefined {
  return fulfilment.shipments.find((shipment) => shipment.carrier === carrier && shipment.trackingNumber === trackingNumber);
}

/** Sends a parcel. Refuses one with nothing in it, with foreign items, or with more of them than are left. */
export function dispatch(fulfilment: Fulfilment, parcel: Parcel, now: Date): Change<Fulfilment> {
  const items = contentsOf(fulfilment, parcel);
  const { carrier, trackingNumber } = parcel;
  const shipment: Shipment = { id: newId(), carrier, trackingNumber, status: 'dispatched', items, dispatchedAt: now };
  const sent = { ...fulfilment, shipments: [...fulfilment.shipments, shipment] };
  const complete = leftOf(sent).length === 0;
  const { orderId } = fulfilment;
  return {
    next: complete ? fulfilmentLifecycle.move(sent, 'dispatched') : sent,
    events: [new ShipmentDispatched({ orderId, shipmentId: shipment.id, carrier, trackingNumber, items, complete })],
  };
}

/** Records that one parcel, or every parcel on its way, was delivered; `null` when that is known. */
export function deliver(fulfilment: Fulfilment, shipmentId: string | undefined, now: Date): Change<Fulfilment> | null {
  const meant = fulfilment.shipments.filter((shipment) => shipmentId === undefined || shipment.id === shipmentId);
  if (meant.length === 0) throw new ShipmentNotFound({ shipmentId });
  const arrived = meant.filter((shipment) => shipment.status === 'dispatched');
  if (arrived.length === 0) return null;
  const shipments = fulfilment.shipments.map((shipment) =>
    arrived.includes(shipment) ? { ...shipmentLifecycle.move(shipment, 'delivered'), deliveredAt: now } : shipment,
  );
  const next = { ...fulfilment, shipments };
  const complete = fulfilment.status === 'dispatched' && shipments.every((shipment) => shipment.status === 'delivered');
  const { orderId } = fulfilment;
  const events = arrived.map(
    ({ id }, index) => new ShipmentDelivered({ orderId, shipmentId: id, complete: complete && index === arrived.length - 1 }),
  );
  return { next: complete ? fulfilmentLifecycle.move(next, 'delivered') : next, events };
}

/** Calls the work off; `null` when that was done before. Refuses when a parcel has left. */
export function cancel(fulfilment: Fulfilment): Change<Fulfilment> | null {
  if (fulfilment.status === 'cancelled') return null;
  if (fulfilment.shipments.length > 0) throw new AlreadyDispatched({ orderId: fulfilment.orderId });
  return { next: fulfilmentLifecycle.move(fulfilment, 'cancelled'), events: [] };
}

/** Takes items out of the work; when nothing else is left to send, it is done. */
export function withdraw(fulfilment: Fulfilment, items: readonly ShippedItem[]): Change<Fulfilment> {
  const taken = contentsOf(fulfilment, { items });
  const lines = fulfilment.lines.map((line) => ({ ...line, quantity: line.quantity - quantityOf(line.itemId, taken) }));
  const rest = { ...fulfilment, lines };
  const done = leftOf(rest).length === 0;
  return { next: done ? fulfilmentLifecycle.move(rest, rest.shipments.length > 0 ? 'dispatched' : 'cancelled') : rest, events: [] };
}

/** An order that was cancelled before the warehouse heard of it. Keeping that in mind stops the news of its payment from starting the work. */
export function cancelledBeforeStart(orderId: string, now: Date): Change<Fulfilment> {
  return { next: { ...newDocument(newId(), now), orderId, lines: [], status: 'cancelled', shipments: [] }, events: [] };
}

/** What has not been sent, in the order of the lines. */
export function leftOf(fulfilment: Fulfilment): ShippedItem[] {
  if (fulfilment.status === 'cancelled') return [];
  const sent = fulfilment.shipments.flatMap((shipment) => shipment.items);
  return fulfilment.lines
    .map(({ itemId, quantity }) => ({ item: itemId, quantity: quantity - quantityOf(itemId, sent) }))
    .filter(({ quantity }) => quantity > 0);
}

function contentsOf(fulfilment: Fulfilment, { items }: Pick<Parcel, 'items'>): ShippedItem[] {
  const left = leftOf(fulfilment);
  if (left.length === 0) throw new NothingToShip({ orderId: fulfilment.orderId });
  if (!items) return left;
  const unknown = items.map(({ item }) => item).filter((item) => !fulfilment.lines.some((line) => line.itemId === item));
  if (unknown.length > 0) throw new UnknownItem({ items: unknown });
  const asked = [...new Set(items.map(({ item }) => item))].map((item) => ({ item, quantity: quantityOf(item, items) }));
  const tooMany = asked
    .map(({ item, quantity }) => ({ item, asked: quantity, left: quantityOf(item, left) }))
    .filter((row) => row.asked > row.left);
  if (tooMany.length > 0) throw new MoreThanLeft({ items: tooMany });
  const packed = asked.filter(({ quantity }) => quantity > 0);
  if (packed.length === 0) throw new NothingToShip({ orderId: fulfilment.orderId });
  return packed;
}

function quantityOf(item: string, items: readonly ShippedItem[]): number {
  return items.reduce((all, row) => (row.item === item ? all + row.quantity : all), 0);
}
