import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { MinorUnits } from '@cartwright/kernel';
import { GetAmountStep } from '../contract/payment-commands';
import { PaymentGateways } from '../gateways/payment-gateway';

@QueryHandler(GetAmountStep)
export class GetAmountStepHandler implements IQueryHandler<GetAmountStep> {
  constructor(private readonly gateways: PaymentGateways) {}

  execute({ input: { provider, currency } }: GetAmountStep): Promise<MinorUnits> {
    return Promise.resolve(this.gateways.find(provider)?.limits(currency).step ?? 1);
  }
}
