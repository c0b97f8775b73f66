import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { GetPayments, type PaymentView } from '@cartwright/payments';
import type { Conditions, Listed, Slice } from '@cartwright/platform';
import type { Buyer, Order } from '../model/order';
import type { OrderSearch } from '../model/order-search';
import { OrderStore } from '../store/order.store';

export interface OrderWithPayment {
  readonly order: Order;
  readonly payment?: PaymentView;
}

/** One order by its number: the buyer's own, or (without one) any. */
export class GetOrder extends Query<OrderWithPayment> {
  constructor(readonly input: { readonly orderNumber: string; readonly buyer?: Buyer }) {
    super();
  }
}

/** A buyer's own orders, newest first. */
export class ListOrders extends Query<Listed<OrderWithPayment>> {
  constructor(readonly input: { readonly buyer: Buyer; readonly wish: Conditions; readonly slice: Slice }) {
    super();
  }
}

/** All orders that an admin looks for. */
export class SearchOrders extends Query<Listed<OrderWithPayment>> {
  constructor(readonly input: { readonly search: OrderSearch; readonly wish: Conditions; readonly slice: Slice }) {
    super();
  }
}

@QueryHandler(GetOrder)
export class GetOrderHandler implements IQueryHandler<GetOrder> {
  constructor(
    private readonly orders: OrderStore,
    private readonly queries: QueryBus,
  ) {}

  async execute({ input }: GetOrder): Promise<OrderWithPayment> {
    const order = await this.orders.byNumber(input.orderNumber, input.buyer);
    const payments = await this.queries.execute(new GetPayments({ orderIds: [order.id] }));
    return { order, payment: payments[order.id] };
  }
}

@QueryHandler(ListOrders)
export class ListOrdersHandler implements IQueryHandler<ListOrders> {
  constructor(
    private readonly orders: OrderStore,
    private readonly queries: QueryBus,
  ) {}

  async execute({ input: { buyer, wish, slice } }: ListOrders): Promise<Listed<OrderWithPayment>> {
    return withPayments(await this.orders.list(buyer, wish, slice), this.queries);
  }
}

@QueryHandler(SearchOrders)
export class SearchOrdersHandler implements IQueryHandler<SearchOrders> {
  constructor(
    private readonly orders: OrderStore,
    private readonly queries: QueryBus,
  ) {}

  async execute({ input: { search, wish, slice } }: SearchOrders): Promise<Listed<OrderWithPayment>> {
    return withPayments(await this.orders.search(search, wish, slice), this.queries);
  }
}

async function withPayments({ rows: orders, ...list }: Listed<Order>, queries: QueryBus): Promise<Listed<OrderWithPayment>> {
  const payments = await queries.execute(new GetPayments({ orderIds: orders.map((order) => order.id) }));
  return { ...list, rows: orders.map((order) => ({ order, payment: payments[order.id] })) };
}
