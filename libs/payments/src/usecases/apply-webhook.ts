import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { erasedEmail, isId } from '@cartwright/kernel';
import { OutsideTransaction, Unanswered } from '@cartwright/platform';
import { WebhookReceived } from '../contract/internal-events';
import type { Payment } from '../model/payment';
import { PaymentStore } from '../store/payment.store';
import { RefundStore } from '../store/refund.store';
import { WebhookStore } from '../store/webhook.store';
import { PaymentProgress } from './payment-progress';
import { RefundNews } from './refund-news';

/**
 * A webhook only wakes us: what happened is what the gateway says when asked. So order, repetition and delay of webhooks do not matter. One whose question gets no answer is not used up:
 * of a refund that had succeeded, or a payment that is only held, nobody else would ask for long.
 */
@OutsideTransaction('asking again changes nothing, and what is learnt twice is applied once')
@EventsHandler(WebhookReceived)
export class ApplyWebhook implements IEventHandler<WebhookReceived> {
  constructor(
    private readonly payments: PaymentStore,
    private readonly refunds: RefundStore,
    private readonly progress: PaymentProgress,
    private readonly news: RefundNews,
    private readonly webhooks: WebhookStore,
  ) {}

  async handle({ data: { provider, reference, refund, orderId } }: WebhookReceived): Promise<void> {
    const payment = (await this.payments.byReference(provider, reference)) ?? (await this.unanswered(provider, orderId));
    if (!payment) return; // not ours: the webhook is kept, and that is all
    if (payment.email === erasedEmail) await this.webhooks.forgetWords(provider, reference);
    if (payment.status !== 'captured') await this.progress.ask(payment, reference);
    else if (refund) await this.told(payment, reference, refund);
    else if (refund === undefined) for (const any of await this.refunds.ofPayment(provider, reference)) await this.news.follow(any);
  }

  /** The webhook was faster than the answer to our own call, so the payment does not know its reference yet. */
  private async unanswered(provider: string, orderId: string | undefined): Promise<Payment | null> {
    const [payment] = isId(orderId) ? await this.payments.ofOrders([orderId]) : [];
    return payment?.provider === provider && !payment.reference ? payment : null;
  }

  /** Only the refund that it is about is asked for: of hundreds at one payment each has webhooks of its own. */
  private async told(payment: Payment, paymentReference: string, reference: string): Promise<void> {
    const { provider } = payment;
    const unnamed = await this.refunds.isUnnamed(provider, paymentReference); // before the look, or one could get its name between the two
    const refund = await this.refunds.byReference(provider, reference);
    if (refund) return this.news.follow(refund);
    if (unnamed) throw new Unanswered(`${reference} may be a refund whose own call was not answered yet; it is asked about when it was.`);
    await this.news.adopt(payment, reference);
  }
}
