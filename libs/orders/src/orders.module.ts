import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { BackOfficeController } from './http/back-office.controller';
import { OrdersController } from './http/orders.controller';
import { OrderStore, orderSchema } from './store/order.store';
import { CaptureOrderHandler } from './usecases/capture-order';
import { CancelOrderHandler } from './usecases/cancel-order';
import { DeliverOrderHandler } from './usecases/deliver-order';
import { ExpireOrders } from './usecases/expire-orders';
import { FailOrderHandler } from './usecases/fail-order';
import { MarkOrderPaidHandler } from './usecases/mark-order-paid';
import { MarkOrderRefundedHandler } from './usecases/mark-order-refunded';
import { GetOrderEventsHandler } from './usecases/get-order-events';
import { GetOrderHandler, ListOrdersHandler } from './usecases/order-queries';
import { OrderSaga } from './usecases/order.saga';
import { PlaceOrderHandler } from './usecases/place-order';
import { RetryOrderHandler } from './usecases/retry-order';
import { ShipOrderHandler } from './usecases/ship-order';

const handlers = [
  PlaceOrderHandler,
  FailOrderHandler,
  MarkOrderPaidHandler,
  MarkOrderRefundedHandler,
  CancelOrderHandler,
  CaptureOrderHandler,
  RetryOrderHandler,
  ShipOrderHandler,
  DeliverOrderHandler,
  GetOrderHandler,
  ListOrdersHandler,
  GetOrderEventsHandler,
];

@Module({
  imports: [MongooseModule.forFeature([{ name: 'order', schema: orderSchema }])],
  controllers: [OrdersController, BackOfficeController],
  providers: [OrderStore, OrderSaga, ExpireOrders, ...handlers],
})
export class OrdersModule {}
