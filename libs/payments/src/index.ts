export {
  CancelPayment,
  CapturePayment,
  ConfirmPayment,
  ForgetPayer,
  GetAmountStep,
  GetPaymentProviders,
  GetPayments,
  GetSavedMethod,
  OpenWallet,
  RefundAgain,
  RequestPayment,
  RequestRefund,
  RunPayment,
} from './contract/payment-commands';
export {
  PaymentAuthorized,
  PaymentCaptured,
  PaymentFailed,
  RefundFailed,
  RefundMadeElsewhere,
  RefundSucceeded,
} from './contract/payment-events';
export { paymentProviders, paymentStatuses } from './contract/payment-view';
export type { PaymentStatus, PaymentView } from './contract/payment-view';
export {
  AmountNotChargeable,
  BadSignature,
  CaptureTooLarge,
  NotSupportedByProvider,
  ProviderUnavailable,
  RefundedOtherwise,
  RefundTooLarge,
  SavedMethodNotFound,
  UnknownProvider,
} from './contract/refusals';
export { PaymentsModule, type PaymentProviders } from './payments.module';
