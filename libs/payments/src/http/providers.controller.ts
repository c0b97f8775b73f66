import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { Flag, OneOf, Operation, pageOf, pageOfAll, PageQuery, Public, sliceOf, type Page } from '@cartwright/platform';
import { GetPaymentProviders } from '../contract/payment-commands';
import { paymentProviders, type ProviderView } from '../contract/payment-view';

/** A way to pay. */
class ProviderDto {
  @OneOf(paymentProviders)
  provider!: string;
  @Flag({
    description: "Get a token from the provider's client library first; otherwise place the order without one: it says what to do next.",
  })
  tokenFirst!: boolean;

  static of({ provider, tokenFirst }: ProviderView): ProviderDto {
    return { provider, tokenFirst };
  }
}

@ApiTags('Checkout and orders')
@Controller('payments/providers')
export class ProvidersController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Public()
  @Operation({
    summary: 'The payment providers that buyers can choose; the first when they choose none',
    description: 'Which of them need a token of their client library before the order is placed, and which ask the buyer afterwards.',
    answers: pageOf(ProviderDto),
  })
  async listPaymentProviders(@Query() query: PageQuery): Promise<Page<ProviderDto>> {
    return pageOfAll(await this.queries.execute(new GetPaymentProviders()), sliceOf(query), ProviderDto.of);
  }
}
