import { Command, CommandBus, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { DispatchShipment, StartFulfilment } from '@cartwright/fulfilment';
import { GetOrderStock } from '@cartwright/inventory';
import { IllegalTransition } from '@cartwright/kernel';
import { GetPayments } from '@cartwright/payments';
import { retryWhenStale, Transactions } from '@cartwright/platform';
import { PaymentLapsed } from '../contract/refusals';
import { sendable } from '../model/backorder';
import { recordShipment, type Actor, type Order } from '../model/order';
import { OrderStore } from '../store/order.store';
import { isPaidFor } from './order-money';

/**
 * Sends a parcel of a paid order; without `items`, whatever is left and in stock. With the last parcel the order is Shipped. Refuses `still_on_backorder` for
 * pieces that are not there yet.
 */
export class ShipOrder extends Command<Order> {
  constructor(
    readonly input: {
      readonly orderNumber: string;
      readonly carrier: string;
      readonly trackingNumber: string;
      readonly items?: readonly { readonly item: string; readonly quantity: number }[];
      readonly actor: Actor;
    },
  ) {
    super();
  }
}

@CommandHandler(ShipOrder)
export class ShipOrderHandler implements ICommandHandler<ShipOrder> {
  constructor(
    private readonly orders: OrderStore,
    private readonly transactions: Transactions,
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  async execute({ input: { orderNumber, carrier, trackingNumber, items, actor } }: ShipOrder): Promise<Order> {
    return retryWhenStale(() =>
      this.transactions.run(async () => {
        const order = await this.orders.byNumber(orderNumber);
        if (order.shipments.some((known) => known.carrier === carrier && known.trackingNumber === trackingNumber)) return order;
        if (order.status !== 'Processing') throw new IllegalTransition({ subject: 'order', from: order.status, to: 'Shipped' });
        await this.refuseUnpaid(order);
        await this.commands.execute(fulfilmentOf(order)); // the paid order's event may still be on its way there
        const parcel = sendable(order, items, await this.queries.execute(new GetOrderStock({ orderId: order.id })));
        const { shipment, complete } = await this.commands.execute(
          new DispatchShipment({ orderId: order.id, carrier, trackingNumber, items: parcel }),
        );
        const change = recordShipment(order, shipment, complete, actor);
        return change ? this.orders.save(change) : order;
      }),
    );
  }

  /** Money that was only held can lapse before the goods leave; then they stay. */
  private async refuseUnpaid({ id, orderNumber }: Order): Promise<void> {
    const payment = (await this.queries.execute(new GetPayments({ orderIds: [id] })))[id];
    if (!payment || !isPaidFor(payment)) throw new PaymentLapsed({ orderNumber });
  }
}

/** The work that a paid order is to the warehouse. */
export function fulfilmentOf({ id: orderId, orderNumber, items, shippingAddress: address }: Order): StartFulfilment {
  const lines = items.map(({ id: itemId, sku, name, quantity }) => ({ itemId, sku, name, quantity }));
  return new StartFulfilment({ orderId, orderNumber, lines, address });
}
