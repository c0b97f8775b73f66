import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { RequestPayment } from '../contract/payment-commands';
import { AmountNotChargeable } from '../contract/refusals';
import { Config } from '@cartwright/platform';
import { requestPayment, type CaptureMode } from '../model/payment';
import { PaymentStore } from '../store/payment.store';
import { GatewayCalls } from './gateway-calls';

@CommandHandler(RequestPayment)
export class RequestPaymentHandler implements ICommandHandler<RequestPayment> {
  constructor(
    private readonly payments: PaymentStore,
    private readonly calls: GatewayCalls,
    private readonly config: Config,
  ) {}

  async execute({ input }: RequestPayment): Promise<void> {
    const { provider, amount, currency } = input;
    const gateway = this.calls.of({ provider });
    const { least, most } = gateway.limits(currency);
    // Refused here, inside the caller's transaction, it leaves nothing behind; refused by the provider it would leave a Failed order.
    if (amount < least || amount > most) throw new AmountNotChargeable({ amount, currency, least, most });
    const captureMode: CaptureMode = gateway.capabilities.separateCapture ? this.config.PAYMENT_CAPTURE : 'automatic';
    await this.payments.save(requestPayment({ ...input, captureMode }, new Date()));
  }
}
