/** How much of one of the order's items is meant. `item` is the item's id. */
export interface ShippedItem {
  readonly item: string;
  readonly quantity: number;
}

/** One parcel on its way to the buyer, or there. */
export interface Shipment {
  readonly id: string;
  readonly carrier: string;
  readonly trackingNumber: string;
  readonly status: 'dispatched' | 'delivered';
  readonly items: readonly ShippedItem[];
  readonly dispatchedAt: Date;
  readonly deliveredAt?: Date;
}
