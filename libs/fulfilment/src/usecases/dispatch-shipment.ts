import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { retryWhenStale } from '@cartwright/platform';
import { DispatchShipment } from '../contract/fulfilment-commands';
import { NotStarted } from '../contract/refusals';
import type { Shipment } from '../contract/shipment';
import { dispatch, leftOf, shipmentOf, type Fulfilment, type Parcel } from '../model/fulfilment';
import { FulfilmentStore } from '../store/fulfilment.store';

@CommandHandler(DispatchShipment)
export class DispatchShipmentHandler implements ICommandHandler<DispatchShipment> {
  constructor(private readonly fulfilments: FulfilmentStore) {}

  async execute({ input }: DispatchShipment): Promise<{ shipment: Shipment; complete: boolean }> {
    return retryWhenStale(async () => {
      const fulfilment = await this.fulfilments.ofOrder(input.orderId);
      if (!fulfilment) throw new NotStarted({ orderId: input.orderId });
      // A parcel may be reported twice; the second report must not send what is left in a parcel that does not exist.
      const known = shipmentOf(fulfilment, input) ? fulfilment : await this.fulfilments.save(dispatch(fulfilment, input, new Date()));
      return answer(known, input);
    });
  }
}

function answer(fulfilment: Fulfilment, parcel: Parcel): { shipment: Shipment; complete: boolean } {
  const shipment = shipmentOf(fulfilment, parcel);
  if (!shipment) throw new Error(`The parcel ${parcel.trackingNumber} of order ${fulfilment.orderId} was sent and is not there.`);
  return { shipment, complete: leftOf(fulfilment).length === 0 };
}
