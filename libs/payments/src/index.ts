export {
  CancelPayment,
  CapturePayment,
  GetPayments,
  GetSavedMethod,
  OpenWallet,
  RequestPayment,
  RequestRefund,
  RunPayment,
} from './contract/payment-commands';
export { PaymentAuthorized, PaymentCaptured, PaymentFailed, RefundFailed, RefundSucceeded } from './contract/payment-events';
export { paymentStatuses } from './contract/payment-view';
export type { PaymentStatus, PaymentView } from './contract/payment-view';
export {
  AmountNotChargeable,
  CaptureTooLarge,
  NotSupportedByProvider,
  ProviderUnavailable,
  RefundTooLarge,
  SavedMethodNotFound,
  UnknownProvider,
} from './contract/refusals';
export { PaymentsModule } from './payments.module';
