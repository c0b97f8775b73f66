import { Controller, Param, Post, Req } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBody, ApiHeader, ApiParam, ApiTags } from '@nestjs/swagger';
import { EvenWhenBusy, Flag, Operation, OutsideTransaction, PathParameters, Public } from '@cartwright/platform';
import { paymentProviders } from '../contract/payment-view';
import { BadSignature, UnknownProvider } from '../contract/refusals';
import { ReceiveWebhook } from '../usecases/receive-webhook';

/** The part of a request that a signature is checked over. */
interface SignedRequest {
  readonly rawBody?: Buffer;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

class ReceivedDto {
  @Flag({ description: 'The event is stored, now or by an earlier call.' })
  received!: true;
}

const event = {
  type: 'object',
  additionalProperties: true,
  description: "An event of the provider, in the provider's own form.",
};

const signature = { required: false, schema: { type: 'string', maxLength: 1000 } };

@ApiTags('Webhooks')
@PathParameters({ provider: { description: 'Who calls.', example: 'stripe' } })
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
    answers: ReceivedDto,
    refuses: [BadSignature, UnknownProvider],
    example: {
      id: 'evt_1ExampleOfAnEvent',
      object: 'event',
      type: 'payment_intent.succeeded',
      data: { object: { id: 'pi_3ExampleOfAPayment', object: 'payment_intent' } },
    },
  })
  @ApiParam({ name: 'provider', enum: paymentProviders })
  @ApiBody({ schema: event })
  @ApiHeader({ ...signature, name: 'Stripe-Signature', description: 'Signs the body of an event of Stripe.' })
  @ApiHeader({ ...signature, name: 'X-Razorpay-Signature', description: 'Signs the body of an event of Razorpay.' })
  @ApiHeader({ ...signature, name: 'X-Razorpay-Event-Id', description: 'Names an event of Razorpay, so that it is applied once.' })
  async receivePaymentWebhook(@Param('provider') provider: string, @Req() request: SignedRequest): Promise<ReceivedDto> {
    const { rawBody = Buffer.alloc(0), headers } = request;
    await this.commands.execute(new ReceiveWebhook({ provider, rawBody, headers }));
    return { received: true };
  }
}
