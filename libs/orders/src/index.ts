export {
  LatePaymentReceived,
  OrderCancelled,
  OrderDelivered,
  OrderFailed,
  OrderPaid,
  OrderPlaced,
  OrderRefunded,
  ShipmentSent,
} from './contract/order-events';
export type { OrderSummary } from './contract/order-events';
export { OrdersModule } from './orders.module';
