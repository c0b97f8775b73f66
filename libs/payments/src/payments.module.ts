import { Module, type DynamicModule } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { PaymentGateways, type PaymentGateway } from './gateways/payment-gateway';
import { RazorpayGateway, type RazorpayOptions } from './gateways/razorpay-gateway';
import { StripeGateway, type StripeOptions } from './gateways/stripe-gateway';
import { ProvidersController } from './http/providers.controller';
import { PaymentsController } from './http/payments.controller';
import { SavedMethodsController } from './http/saved-methods.controller';
import { WebhooksController } from './http/webhooks.controller';
import { LedgerStore, ledgerSchema } from './store/ledger.store';
import { PaymentStore, paymentSchema } from './store/payment.store';
import { RefundStore, refundSchema } from './store/refund.store';
import { WalletStore, walletSchema } from './store/wallet.store';
import { WebhookStore, webhookSchema } from './store/webhook.store';
import { RefundNews } from './usecases/refund-news';
import { ApplyWebhook } from './usecases/apply-webhook';
import { CapturePaymentHandler, SendCapture } from './usecases/capture-payment';
import { CancelPaymentHandler } from './usecases/cancel-payment';
import { MakeMethodDefaultHandler, RemoveMethodHandler } from './usecases/change-wallet';
import { ConfirmPaymentHandler } from './usecases/confirm-payment';
import { DetachRemovedMethod, FollowSetups, RefreshSavedMethods } from './usecases/follow-wallets';
import { GatewayCalls } from './usecases/gateway-calls';
import { ForgetPayerHandler } from './usecases/forget-payer';
import { GetAmountStepHandler } from './usecases/get-amount-step';
import { GetPaymentProvidersHandler } from './usecases/get-payment-providers';
import { GetPaymentsHandler } from './usecases/get-payments';
import { GetPaymentFileHandler, ListPaymentsHandler, ListRefundsHandler } from './usecases/payment-queries';
import { PaymentChecks } from './usecases/payment-checks';
import { WalletData } from './usecases/personal-data';
import { PaymentProgress } from './usecases/payment-progress';
import { ReconcilePaymentsHandler } from './usecases/reconcile-payments';
import { ReceiveWebhookHandler } from './usecases/receive-webhook';
import { RequestPaymentHandler } from './usecases/request-payment';
import { RequestRefundHandler } from './usecases/request-refund';
import { ResumePayments } from './usecases/resume-payments';
import { ResumeRefunds } from './usecases/resume-refunds';
import { RetryRefundHandler } from './usecases/retry-refund';
import { RunPaymentHandler } from './usecases/run-payment';
import { OpenWalletHandler, SaveMethodHandler } from './usecases/save-method';
import { SendRefund } from './usecases/send-refund';
import { GetSavedMethodHandler, GetWalletHandler } from './usecases/wallet-queries';
import { Wallets } from './usecases/wallets';
import { WithdrawFailedPayment } from './usecases/withdraw-failed-payment';

const schemas = [
  { name: 'payment', schema: paymentSchema },
  { name: 'refund', schema: refundSchema },
  { name: 'paymentLedger', schema: ledgerSchema },
  { name: 'webhook', schema: webhookSchema },
  { name: 'wallet', schema: walletSchema },
];
const handlers = [
  RequestPaymentHandler,
  RunPaymentHandler,
  CancelPaymentHandler,
  ConfirmPaymentHandler,
  ForgetPayerHandler,
  GetPaymentProvidersHandler,
  GetAmountStepHandler,
  CapturePaymentHandler,
  RequestRefundHandler,
  ReceiveWebhookHandler,
  GetPaymentsHandler,
  ListPaymentsHandler,
  ListRefundsHandler,
  GetPaymentFileHandler,
  ReconcilePaymentsHandler,
  RetryRefundHandler,
  ...[OpenWalletHandler, SaveMethodHandler, MakeMethodDefaultHandler, RemoveMethodHandler],
  ...[GetWalletHandler, GetSavedMethodHandler],
];
const walletReactions = [RefreshSavedMethods, DetachRemovedMethod, FollowSetups];
const reactions = [
  ApplyWebhook,
  RefundNews,
  SendCapture,
  SendRefund,
  WithdrawFailedPayment,
  ResumePayments,
  ResumeRefunds,
  ...walletReactions,
];

/** How each provider of this shop, or a server that speaks its API, is reached. The first of them is the one that is meant when none is named. */
export interface PaymentProviders {
  readonly stripe?: StripeOptions;
  readonly razorpay?: RazorpayOptions;
}

@Module({})
export class PaymentsModule {
  static forRoot({ stripe, razorpay }: PaymentProviders): DynamicModule {
    const all: readonly PaymentGateway[] = [
      ...(stripe ? [new StripeGateway(stripe)] : []),
      ...(razorpay ? [new RazorpayGateway(razorpay)] : []),
    ];
    const gateways: PaymentGateways = { all, find: (provider) => all.find((gateway) => gateway.provider === provider) };
    return {
      module: PaymentsModule,
      imports: [MongooseModule.forFeature(schemas)],
      controllers: [PaymentsController, ProvidersController, SavedMethodsController, WebhooksController],
      providers: [
        PaymentStore,
        RefundStore,
        WebhookStore,
        LedgerStore,
        WalletStore,
        GatewayCalls,
        Wallets,
        WalletData,
        PaymentProgress,
        PaymentChecks,
        ...handlers,
        ...reactions,
        { provide: PaymentGateways, useValue: gateways },
      ],
    };
  }
}
