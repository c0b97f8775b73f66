import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { BackOfficeController } from './http/back-office.controller';
import { ComingBackController } from './http/coming-back.controller';
import { OrdersController } from './http/orders.controller';
import { OrderStore, orderSchema } from './store/order.store';
import { CaptureOrderHandler } from './usecases/capture-order';
import { CancelOrderHandler } from './usecases/cancel-order';
import { ConfirmOrderPaymentHandler } from './usecases/confirm-order-payment';
import { DeliverOrderHandler } from './usecases/deliver-order';
import { ExpireOrders } from './usecases/expire-orders';
import { FailOrderHandler } from './usecases/fail-order';
import { MarkOrderPaidHandler } from './usecases/mark-order-paid';
import { OrderChecks } from './usecases/order-checks';
import { OrderGoods } from './usecases/order-goods';
import { OrderMoney } from './usecases/order-money';
import { ReplayOrderHandler } from './usecases/replay-order';
import { NoteRefundHandler } from './usecases/note-refund';
import { RefundAgainHandler } from './usecases/refund-again';
import { QuoteRefundHandler, RefundOrderHandler } from './usecases/refund-order';
import { DecideReturnHandler, ReceiveReturnHandler, RequestReturnHandler } from './usecases/return-order';
import { SettleRefundHandler } from './usecases/settle-refund';
import { JoinGuestOrders } from './usecases/join-guest-orders';
import { GetOrderEventsHandler } from './usecases/get-order-events';
import { GetOrderHandler, ListOrdersHandler, SearchOrdersHandler } from './usecases/order-queries';
import { OrderSaga } from './usecases/order.saga';
import { OrderData } from './usecases/personal-data';
import { PlaceOrderHandler } from './usecases/place-order';
import { RetryOrderHandler } from './usecases/retry-order';
import { ShipOrderHandler } from './usecases/ship-order';

const handlers = [
  PlaceOrderHandler,
  ConfirmOrderPaymentHandler,
  FailOrderHandler,
  MarkOrderPaidHandler,
  SettleRefundHandler,
  RefundOrderHandler,
  QuoteRefundHandler,
  RefundAgainHandler,
  NoteRefundHandler,
  RequestReturnHandler,
  DecideReturnHandler,
  ReceiveReturnHandler,
  CancelOrderHandler,
  CaptureOrderHandler,
  RetryOrderHandler,
  ShipOrderHandler,
  DeliverOrderHandler,
  GetOrderHandler,
  ListOrdersHandler,
  SearchOrdersHandler,
  GetOrderEventsHandler,
  ReplayOrderHandler,
];

@Module({
  imports: [MongooseModule.forFeature([{ name: 'order', schema: orderSchema }])],
  controllers: [OrdersController, BackOfficeController, ComingBackController],
  providers: [OrderStore, OrderGoods, OrderMoney, OrderChecks, OrderData, OrderSaga, JoinGuestOrders, ExpireOrders, ...handlers],
})
export class OrdersModule {}
