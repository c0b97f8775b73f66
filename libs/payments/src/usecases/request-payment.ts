import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { RequestPayment } from '../contract/payment-commands';
import { AmountNotChargeable, UnknownProvider } from '../contract/refusals';
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
    const { provider, amount, currency } = input;
    const gateway = this.gateways.find(provider);
    if (!gateway) throw new UnknownProvider({ provider });
    const { least, most } = gateway.limits(currency);
    // Refused here, inside the caller's transaction, it leaves nothing behind; refused by the provider it would leave a Failed order.
    if (amount < least || amount > most) throw new AmountNotChargeable({ amount, currency, least, most });
    await this.payments.save(requestPayment(input, new Date()));
  }
}
