import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { FulfilmentStore, fulfilmentSchema } from './store/fulfilment.store';
import { CancelFulfilmentHandler } from './usecases/cancel-fulfilment';
import { DispatchShipmentHandler } from './usecases/dispatch-shipment';
import { ForgetRecipientHandler } from './usecases/forget-recipient';
import { GetShipmentsHandler } from './usecases/get-shipments';
import { GetStartedOrdersHandler } from './usecases/get-started-orders';
import { MarkDeliveredHandler } from './usecases/mark-delivered';
import { WithdrawItemsHandler } from './usecases/withdraw-items';
import { StartFulfilmentHandler } from './usecases/start-fulfilment';

const handlers = [
  StartFulfilmentHandler,
  DispatchShipmentHandler,
  MarkDeliveredHandler,
  WithdrawItemsHandler,
  CancelFulfilmentHandler,
  ForgetRecipientHandler,
  GetShipmentsHandler,
  GetStartedOrdersHandler,
];

/** The work of getting orders out of the house. Its routes are the orders context's. */
@Module({
  imports: [MongooseModule.forFeature([{ name: 'fulfilment', schema: fulfilmentSchema }])],
  providers: [FulfilmentStore, ...handlers],
})
export class FulfilmentModule {}
