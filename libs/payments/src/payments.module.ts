import { Module, type DynamicModule } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { PaymentGateways, type PaymentGateway } from './gateways/payment-gateway';
import { StripeGateway, type StripeOptions } from './gateways/stripe-gateway';
import { WebhooksController } from './http/webhooks.controller';
import { PaymentStore, paymentSchema } from './store/payment.store';
import { RefundStore, refundSchema } from './store/refund.store';
import { WebhookStore, webhookSchema } from './store/webhook.store';
import { ApplyWebhook } from './usecases/apply-webhook';
import { CancelPaymentHandler } from './usecases/cancel-payment';
import { GetPaymentsHandler } from './usecases/get-payments';
import { PaymentProgress } from './usecases/payment-progress';
import { ReceiveWebhookHandler } from './usecases/receive-webhook';
import { RequestPaymentHandler } from './usecases/request-payment';
import { RequestRefundHandler } from './usecases/request-refund';
import { ResumePayments } from './usecases/resume-payments';
import { ResumeRefunds } from './usecases/resume-refunds';
import { RunPaymentHandler } from './usecases/run-payment';
import { SendRefund } from './usecases/send-refund';
import { WithdrawFailedPayment } from './usecases/withdraw-failed-payment';

const schemas = [
  { name: 'payment', schema: paymentSchema },
  { name: 'refund', schema: refundSchema },
  { name: 'webhook', schema: webhookSchema },
];
const handlers = [
  RequestPaymentHandler,
  RunPaymentHandler,
  CancelPaymentHandler,
  RequestRefundHandler,
  ReceiveWebhookHandler,
  GetPaymentsHandler,
];
const reactions = [ApplyWebhook, SendRefund, WithdrawFailedPayment, ResumePayments, ResumeRefunds];

@Module({})
export class PaymentsModule {
  /** `stripe` says how Stripe, or a server that speaks its API, is reached. */
  static forRoot(options: { readonly stripe: StripeOptions }): DynamicModule {
    const all: readonly PaymentGateway[] = [new StripeGateway(options.stripe)];
    const gateways: PaymentGateways = { find: (provider) => all.find((gateway) => gateway.provider === provider) };
    return {
      module: PaymentsModule,
      imports: [MongooseModule.forFeature(schemas)],
      controllers: [WebhooksController],
      providers: [
        PaymentStore,
        RefundStore,
        WebhookStore,
        PaymentProgress,
        ...handlers,
        ...reactions,
        { provide: PaymentGateways, useValue: gateways },
      ],
    };
  }
}
