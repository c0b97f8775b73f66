import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { isId } from '@cartwright/kernel';
import { OutsideTransaction } from '@cartwright/platform';
import { WebhookReceived } from '../contract/internal-events';
import type { Payment } from '../model/payment';
import { PaymentStore } from '../store/payment.store';
import { RefundStore } from '../store/refund.store';
import { GatewayCalls } from './gateway-calls';
import { PaymentProgress } from './payment-progress';
import { SendRefund } from './send-refund';

/** A webhook only wakes us: what happened is what the gateway says when asked. So order, repetition and delay of webhooks do not matter. */
@OutsideTransaction('asking again changes nothing, and what is learnt twice is applied once')
@EventsHandler(WebhookReceived)
export class ApplyWebhook implements IEventHandler<WebhookReceived> {
  constructor(
    private readonly payments: PaymentStore,
    private readonly refunds: RefundStore,
    private readonly progress: PaymentProgress,
    private readonly calls: GatewayCalls,
    private readonly sendRefund: SendRefund,
  ) {}

  async handle({ data: { provider, reference, orderId } }: WebhookReceived): Promise<void> {
    const payment = (await this.payments.byReference(provider, reference)) ?? (await this.unanswered(provider, orderId));
    if (!payment) return; // not ours: the webhook is kept, and that is all
    if (payment.status === 'captured') await this.followRefunds(provider, reference);
    else await this.progress.ask(payment, reference);
  }

  /** The webhook was faster than the answer to our own call, so the payment does not know its reference yet. */
  private async unanswered(provider: string, orderId: string | undefined): Promise<Payment | null> {
    const [payment] = isId(orderId) ? await this.payments.ofOrders([orderId]) : [];
    return payment?.provider === provider && !payment.reference ? payment : null;
  }

  private async followRefunds(provider: string, reference: string): Promise<void> {
    for (const refund of await this.refunds.ofPayment(provider, reference)) {
      const { reference: known } = refund;
      if (!known || refund.status === 'failed') continue;
      await this.sendRefund.record(refund, await this.calls.lookUpRefund({ ...refund, reference: known }));
    }
  }
}
