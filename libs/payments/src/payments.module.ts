import { Module, type DynamicModule } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { PaymentGateways, type PaymentGateway } from './gateways/payment-gateway';
import { StripeGateway, type StripeOptions } from './gateways/stripe-gateway';
import { PaymentsController } from './http/payments.controller';
import { WebhooksController } from './http/webhooks.controller';
import { LedgerStore, ledgerSchema } from './store/ledger.store';
import { PaymentStore, paymentSchema } from './store/payment.store';
import { RefundStore, refundSchema } from './store/refund.store';
import { WebhookStore, webhookSchema } from './store/webhook.store';
import { ApplyWebhook } from './usecases/apply-webhook';
import { CapturePaymentHandler, SendCapture } from './usecases/capture-payment';
import { CancelPaymentHandler } from './usecases/cancel-payment';
import { GatewayCalls } from './usecases/gateway-calls';
import { GetPaymentsHandler } from './usecases/get-payments';
import { GetPaymentFileHandler, ListPaymentsHandler, ListRefundsHandler } from './usecases/payment-queries';
import { PaymentChecks } from './usecases/payment-checks';
import { PaymentProgress } from './usecases/payment-progress';
import { ReconcilePaymentsHandler } from './usecases/reconcile-payments';
import { ReceiveWebhookHandler } from './usecases/receive-webhook';
import { RequestPaymentHandler } from './usecases/request-payment';
import { RequestRefundHandler } from './usecases/request-refund';
import { ResumePayments } from './usecases/resume-payments';
import { ResumeRefunds } from './usecases/resume-refunds';
import { RetryRefundHandler } from './usecases/retry-refund';
import { RunPaymentHandler } from './usecases/run-payment';
import { SendRefund } from './usecases/send-refund';
import { WithdrawFailedPayment } from './usecases/withdraw-failed-payment';

const schemas = [
  { name: 'payment', schema: paymentSchema },
  { name: 'refund', schema: refundSchema },
  { name: 'paymentLedger', schema: ledgerSchema },
  { name: 'webhook', schema: webhookSchema },
];
const handlers = [
  RequestPaymentHandler,
  RunPaymentHandler,
  CancelPaymentHandler,
  CapturePaymentHandler,
  RequestRefundHandler,
  ReceiveWebhookHandler,
  GetPaymentsHandler,
  ListPaymentsHandler,
  ListRefundsHandler,
  GetPaymentFileHandler,
  ReconcilePaymentsHandler,
  RetryRefundHandler,
];
const reactions = [ApplyWebhook, SendCapture, SendRefund, WithdrawFailedPayment, ResumePayments, ResumeRefunds];

@Module({})
export class PaymentsModule {
  /** `stripe` says how Stripe, or a server that speaks its API, is reached. */
  static forRoot(options: { readonly stripe: StripeOptions }): DynamicModule {
    const all: readonly PaymentGateway[] = [new StripeGateway(options.stripe)];
    const gateways: PaymentGateways = {
      providers: all.map(({ provider }) => provider),
      find: (provider) => all.find((gateway) => gateway.provider === provider),
    };
    return {
      module: PaymentsModule,
      imports: [MongooseModule.forFeature(schemas)],
      controllers: [PaymentsController, WebhooksController],
      providers: [
        PaymentStore,
        RefundStore,
        WebhookStore,
        LedgerStore,
        GatewayCalls,
        PaymentProgress,
        PaymentChecks,
        ...handlers,
        ...reactions,
        { provide: PaymentGateways, useValue: gateways },
      ],
    };
  }
}
