import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { CapturePayment } from '@cartwright/payments';
import { OrderStore } from '../store/order.store';

/** Takes the money that is held for an order, or a part of it; the rest is given up. Refuses with `capture_too_large`. */
export class CaptureOrder extends Command<void> {
  constructor(readonly input: { readonly orderNumber: string; readonly amount?: number }) {
    super();
  }
}

@CommandHandler(CaptureOrder)
export class CaptureOrderHandler implements ICommandHandler<CaptureOrder> {
  constructor(
    private readonly orders: OrderStore,
    private readonly commands: CommandBus,
  ) {}

  async execute({ input: { orderNumber, amount } }: CaptureOrder): Promise<void> {
    const { id: orderId } = await this.orders.byNumber(orderNumber);
    await this.commands.execute(new CapturePayment({ orderId, amount }));
  }
}
