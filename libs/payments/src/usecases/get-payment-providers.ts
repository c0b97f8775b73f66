import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { GetPaymentProviders } from '../contract/payment-commands';
import type { ProviderView } from '../contract/payment-view';
import { PaymentGateways } from '../gateways/payment-gateway';

@QueryHandler(GetPaymentProviders)
export class GetPaymentProvidersHandler implements IQueryHandler<GetPaymentProviders> {
  constructor(private readonly gateways: PaymentGateways) {}

  execute(): Promise<readonly ProviderView[]> {
    return Promise.resolve(this.gateways.all.map(({ provider, capabilities: { tokenFirst } }) => ({ provider, tokenFirst })));
  }
}
