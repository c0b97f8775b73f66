import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { erased, erasedEmail } from '@cartwright/kernel';
import { isDuplicate } from '@cartwright/platform';
import { UnknownProvider } from '../contract/refusals';
import { PaymentGateways } from '../gateways/payment-gateway';
import type { GatewayEvent } from '../model/gateway-outcome';
import { receiveWebhook } from '../model/webhook';
import { PaymentStore } from '../store/payment.store';
import { WebhookStore } from '../store/webhook.store';

/** Checks and stores a provider's webhook; what it brings about happens after it was answered. */
export class ReceiveWebhook extends Command<void> {
  constructor(
    readonly input: { readonly provider: string; readonly rawBody: Buffer; readonly headers: Readonly<Record<string, string | undefined>> },
  ) {
    super();
  }
}

@CommandHandler(ReceiveWebhook)
export class ReceiveWebhookHandler implements ICommandHandler<ReceiveWebhook> {
  constructor(
    private readonly webhooks: WebhookStore,
    private readonly payments: PaymentStore,
    private readonly gateways: PaymentGateways,
  ) {}

  async execute({ input: { provider, rawBody, headers } }: ReceiveWebhook): Promise<void> {
    const gateway = this.gateways.find(provider);
    if (!gateway) throw new UnknownProvider({ provider });
    const now = new Date();
    const event = gateway.readWebhook(rawBody, headers, now);
    try {
      const words = (await this.isForgotten(provider, event)) ? erased : rawBody.toString('utf8');
      await this.webhooks.save(receiveWebhook(provider, event, words, now));
    } catch (error) {
      if (!isDuplicate(error, 'provider', 'eventId')) throw error; // a repeated webhook is answered like the first
    }
  }

  /** Whether who paid was to be forgotten: then what the provider says of them now is not kept either. Of what matters that shows when it is acted on. */
  private async isForgotten(provider: string, { matters, reference }: GatewayEvent): Promise<boolean> {
    if (matters || reference === undefined) return false;
    return (await this.payments.byReference(provider, reference))?.email === erasedEmail;
  }
}
