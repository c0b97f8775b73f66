import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { RequestPayment } from '../contract/payment-commands';
import { UnknownProvider } from '../contract/refusals';
import { PaymentGateways } from '../gateways/payment-gateway';
import { requestPayment } from '../model/payment';
import { PaymentStore } from '../store/payment.store';

@CommandHandler(RequestPayment)
export class RequestPaymentHandler implements ICommandHandler<RequestPayment> {
  constructor(
    private readonly payments: PaymentStore,
    private readonly gateways: PaymentGateways,
  ) {}

  async execute({ input }: RequestPayment): Promise<void> {
    if (!this.gateways.find(input.provider)) throw new UnknownProvider({ provider: input.provider });
    await this.payments.save(requestPayment(input, new Date()));
  }
}
