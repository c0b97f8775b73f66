import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { GetShipments } from '../contract/fulfilment-commands';
import type { Shipment } from '../contract/shipment';
import { FulfilmentStore } from '../store/fulfilment.store';

@QueryHandler(GetShipments)
export class GetShipmentsHandler implements IQueryHandler<GetShipments> {
  constructor(private readonly fulfilments: FulfilmentStore) {}

  async execute({ input: { orderId } }: GetShipments): Promise<readonly Shipment[]> {
    return (await this.fulfilments.ofOrder(orderId))?.shipments ?? [];
  }
}
