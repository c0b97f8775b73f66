import { Command, CommandBus, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { GetShipments, MarkDelivered } from '@cartwright/fulfilment';
import { IllegalTransition } from '@cartwright/kernel';
import { retryWhenStale, Transactions } from '@cartwright/platform';
import { recordDelivery, type Actor, type Order } from '../model/order';
import { OrderStore } from '../store/order.store';

/** The carrier delivered a parcel (or, without `shipmentId`, all of them). With the last one the order is Delivered. */
export class DeliverOrder extends Command<Order> {
  constructor(readonly input: { readonly orderNumber: string; readonly shipmentId?: string; readonly actor: Actor }) {
    super();
  }
}

@CommandHandler(DeliverOrder)
export class DeliverOrderHandler implements ICommandHandler<DeliverOrder> {
  constructor(
    private readonly orders: OrderStore,
    private readonly transactions: Transactions,
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  async execute({ input: { orderNumber, shipmentId, actor } }: DeliverOrder): Promise<Order> {
    return retryWhenStale(() =>
      this.transactions.run(async () => {
        const order = await this.orders.byNumber(orderNumber);
        if (order.status === 'Delivered') return order;
        if (order.shipments.length === 0) throw new IllegalTransition({ subject: 'order', from: order.status, to: 'Delivered' });
        await this.commands.execute(new MarkDelivered({ orderId: order.id, shipmentId }));
        const shipments = await this.queries.execute(new GetShipments({ orderId: order.id }));
        const complete = order.status === 'Shipped' && shipments.every((shipment) => shipment.status === 'delivered');
        return this.orders.save(recordDelivery(order, shipments, complete, actor, new Date()));
      }),
    );
  }
}
