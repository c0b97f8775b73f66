import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { isDuplicate } from '@cartwright/platform';
import { UnknownProvider } from '../contract/refusals';
import { PaymentGateways } from '../gateways/payment-gateway';
import { receiveWebhook } from '../model/webhook';
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
    private readonly gateways: PaymentGateways,
  ) {}

  async execute({ input: { provider, rawBody, headers } }: ReceiveWebhook): Promise<void> {
    const gateway = this.gateways.find(provider);
    if (!gateway) throw new UnknownProvider({ provider });
    const now = new Date();
    const event = gateway.readWebhook(rawBody, headers, now);
    try {
      await this.webhooks.save(receiveWebhook(provider, event, rawBody.toString('utf8'), now));
    } catch (error) {
      if (!isDuplicate(error, 'provider', 'eventId')) throw error; // a repeated webhook is answered like the first
    }
  }
}
