import { Controller, Param, Post, Req } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { EvenWhenBusy, Operation, OutsideTransaction, Public } from '@cartwright/platform';
import { BadSignature, UnknownProvider } from '../contract/refusals';
import { ReceiveWebhook } from '../usecases/receive-webhook';

/** The part of a request that a signature is checked over. */
interface SignedRequest {
  readonly rawBody?: Buffer;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

@ApiTags('Webhooks')
@Controller('payments/webhooks')
export class WebhooksController {
  constructor(private readonly commands: CommandBus) {}

  @Post(':provider')
  @OutsideTransaction('each event of a provider is stored once')
  @Public()
  @EvenWhenBusy()
  @Operation({
    summary: "A payment provider's webhook",
    description:
      'Called by the provider. The signature is checked over the raw body and may be at most five minutes old; each event is applied once.',
    refuses: [BadSignature, UnknownProvider],
  })
  async receivePaymentWebhook(@Param('provider') provider: string, @Req() request: SignedRequest): Promise<{ received: true }> {
    const { rawBody = Buffer.alloc(0), headers } = request;
    await this.commands.execute(new ReceiveWebhook({ provider, rawBody, headers }));
    return { received: true };
  }
}
