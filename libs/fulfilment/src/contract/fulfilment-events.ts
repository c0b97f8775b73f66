import { EventName, type DomainEvent } from '@cartwright/kernel';
import type { ShippedItem } from './shipment';

/** A parcel has left. `complete`: it was the order's last. */
@EventName('fulfilment.shipment_dispatched.v1')
export class ShipmentDispatched implements DomainEvent {
  constructor(
    readonly data: {
      readonly orderId: string;
      readonly shipmentId: string;
      readonly carrier: string;
      readonly trackingNumber: string;
      readonly items: readonly ShippedItem[];
      readonly complete: boolean;
    },
  ) {}
}

/** A parcel is with the buyer. `complete`: so is everything else that the order has. */
@EventName('fulfilment.shipment_delivered.v1')
export class ShipmentDelivered implements DomainEvent {
  constructor(readonly data: { readonly orderId: string; readonly shipmentId: string; readonly complete: boolean }) {}
}
