import { Command, Query } from '@nestjs/cqrs';
import type { Address } from '@cartwright/kernel';
import type { Shipment, ShippedItem } from './shipment';

/** One item of the order that has to get out. */
export interface FulfilmentLine {
  readonly itemId: string;
  readonly sku: string;
  readonly name: string;
  readonly quantity: number;
}

/** A paid order is to be packed and sent. Repeating it begins nothing twice, and what was cancelled before it began stays cancelled. */
export class StartFulfilment extends Command<void> {
  constructor(
    readonly input: {
      readonly orderId: string;
      readonly orderNumber: string;
      readonly lines: readonly FulfilmentLine[];
      readonly address: Address;
    },
  ) {
    super();
  }
}

/**
 * A parcel leaves; without `items` everything that is left is in it. The same carrier and tracking number again is the same parcel. `complete`: nothing
 * is left to send. Refuses `not_started`, `nothing_to_ship`, `unknown_item`, `more_than_left`.
 */
export class DispatchShipment extends Command<{ readonly shipment: Shipment; readonly complete: boolean }> {
  constructor(
    readonly input: {
      readonly orderId: string;
      readonly carrier: string;
      readonly trackingNumber: string;
      readonly items?: readonly ShippedItem[];
    },
  ) {
    super();
  }
}

/** The carrier delivered one parcel, or (without `shipmentId`) all that were sent. `complete`: everything the order has is with the buyer. */
export class MarkDelivered extends Command<{ readonly complete: boolean }> {
  constructor(readonly input: { readonly orderId: string; readonly shipmentId?: string }) {
    super();
  }
}

/** The order is not to be sent after all. Refuses `already_dispatched` when a parcel has left. Repeating it is harmless. */
export class CancelFulfilment extends Command<void> {
  constructor(readonly input: { readonly orderId: string }) {
    super();
  }
}

/** Items that have not been sent are not to be sent after all; the rest of the work goes on. Refuses `not_started`, `unknown_item`, `more_than_left`. */
export class WithdrawItems extends Command<void> {
  constructor(readonly input: { readonly orderId: string; readonly items: readonly ShippedItem[] }) {
    super();
  }
}

/** The order is at rest, and who it went to is to be forgotten. Repeating it changes nothing. */
export class ForgetRecipient extends Command<void> {
  constructor(readonly input: { readonly orderId: string }) {
    super();
  }
}

/** The order's parcels, the oldest first; none when nothing was sent. */
export class GetShipments extends Query<readonly Shipment[]> {
  constructor(readonly input: { readonly orderId: string }) {
    super();
  }
}

/** Of these orders those that the warehouse has heard of, cancelled ones among them. */
export class GetStartedOrders extends Query<ReadonlySet<string>> {
  constructor(readonly input: { readonly orderIds: readonly string[] }) {
    super();
  }
}
