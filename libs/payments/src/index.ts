export { CancelPayment, CapturePayment, GetPayments, RequestPayment, RequestRefund, RunPayment } from './contract/payment-commands';
export { PaymentAuthorized, PaymentCaptured, PaymentFailed, RefundFailed, RefundSucceeded } from './contract/payment-events';
export { paymentStatuses } from './contract/payment-view';
export type { PaymentStatus, PaymentView } from './contract/payment-view';
export { AmountNotChargeable, CaptureTooLarge, NotSupportedByProvider, RefundTooLarge, UnknownProvider } from './contract/refusals';
export { PaymentsModule } from './payments.module';
