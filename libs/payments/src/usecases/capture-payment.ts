import { CommandHandler, EventsHandler, type ICommandHandler, type IEventHandler } from '@nestjs/cqrs';
import { OutsideTransaction, retryWhenStale } from '@cartwright/platform';
import { CaptureRequested } from '../contract/internal-events';
import { CapturePayment } from '../contract/payment-commands';
import { NotSupportedByProvider } from '../contract/refusals';
import { canCapture, requestCapture } from '../model/payment';
import { PaymentStore } from '../store/payment.store';
import { checkStep } from './amount-steps';
import { GatewayCalls } from './gateway-calls';
import { PaymentProgress } from './payment-progress';

@CommandHandler(CapturePayment)
export class CapturePaymentHandler implements ICommandHandler<CapturePayment> {
  constructor(
    private readonly payments: PaymentStore,
    private readonly calls: GatewayCalls,
  ) {}

  async execute({ input: { orderId, amount, ifHeld = false } }: CapturePayment): Promise<void> {
    await retryWhenStale(async () => {
      const payment = await this.payments.ofOrder(orderId);
      if (ifHeld && !canCapture(payment)) return;
      if (amount !== undefined) checkStep(this.calls.of(payment), amount, payment.currency);
      const change = requestCapture(payment, amount);
      const { provider } = payment;
      if (change.next.captureRequested !== payment.amount && !this.calls.of(payment).capabilities.partialCapture)
        throw new NotSupportedByProvider({ provider, what: 'capture a part of what is held' });
      await this.payments.save(change);
    });
  }
}

/**
 * Takes held money at its gateway. No answer is no success: the relay repeats it until there is one. Money that cannot be taken any more is no success either: it is
 * parked, where an admin sees it, as the goods may have left.
 */
@OutsideTransaction('what was captured cannot be captured again, and the gateway then says that it was')
@EventsHandler(CaptureRequested)
export class SendCapture implements IEventHandler<CaptureRequested> {
  constructor(
    private readonly payments: PaymentStore,
    private readonly progress: PaymentProgress,
  ) {}

  async handle({ data }: CaptureRequested): Promise<void> {
    const payment = await this.payments.ofOrder(data.orderId);
    if (canCapture(payment))
      throw new Error(`The money of order ${payment.orderNumber} lapsed and is held anew: it has to be captured anew, too.`);
    const { status, orderNumber, failureCode } = payment.status === 'authorized' ? await this.progress.capture(payment) : payment;
    if (status === 'captured') return;
    throw new Error(`The payment of order ${orderNumber} was to be captured, and is ${status}${failureCode ? ` (${failureCode})` : ''}.`);
  }
}
