export {
  BuyerErased,
  ItemsCancelled,
  LatePaymentReceived,
  OrderCancelled,
  OrderDelivered,
  OrderFailed,
  OrderPaid,
  OrderPlaced,
  OrderRefunded,
  OrderReturned,
  RefundRecorded,
  RefundSentAgain,
  RefundSettled,
  ReturnDecided,
  ReturnReceived,
  ReturnRequested,
  ShipmentSent,
} from './contract/order-events';
export type { OrderSummary } from './contract/order-events';
export { ReplayOrder, type Replayed } from './contract/replay-order';
export { OrdersModule } from './orders.module';
