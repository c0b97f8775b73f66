export { CancelPayment, GetPayments, RequestPayment, RequestRefund, RunPayment } from './contract/payment-commands';
export { PaymentCaptured, PaymentFailed, RefundFailed, RefundSucceeded } from './contract/payment-events';
export type { PaymentStatus, PaymentView } from './contract/payment-view';
export { AmountNotChargeable, UnknownProvider } from './contract/refusals';
export { PaymentsModule } from './payments.module';
