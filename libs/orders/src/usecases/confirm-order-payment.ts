import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ConfirmPayment, type PaymentView } from '@cartwright/payments';
import type { Buyer, Order } from '../model/order';
import { OrderStore } from '../store/order.store';

/** Brings what the buyer's client got from a provider that asks the buyer itself. What became of the payment is what the provider then says. */
export class ConfirmOrderPayment extends Command<{ readonly order: Order; readonly payment: PaymentView }> {
  constructor(readonly input: { readonly orderNumber: string; readonly buyer: Buyer; readonly proof: Readonly<Record<string, string>> }) {
    super();
  }
}

@CommandHandler(ConfirmOrderPayment)
export class ConfirmOrderPaymentHandler implements ICommandHandler<ConfirmOrderPayment> {
  constructor(
    private readonly orders: OrderStore,
    private readonly commands: CommandBus,
  ) {}

  async execute({
    input: { orderNumber, buyer, proof },
  }: ConfirmOrderPayment): Promise<{ readonly order: Order; readonly payment: PaymentView }> {
    const order = await this.orders.byNumber(orderNumber, buyer);
    return { order, payment: await this.commands.execute(new ConfirmPayment({ orderId: order.id, proof })) };
  }
}
