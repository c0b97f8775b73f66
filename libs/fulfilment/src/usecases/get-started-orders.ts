import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { GetStartedOrders } from '../contract/fulfilment-commands';
import { FulfilmentStore } from '../store/fulfilment.store';

@QueryHandler(GetStartedOrders)
export class GetStartedOrdersHandler implements IQueryHandler<GetStartedOrders> {
  constructor(private readonly fulfilments: FulfilmentStore) {}

  async execute({ input: { orderIds } }: GetStartedOrders): Promise<ReadonlySet<string>> {
    return new Set((await this.fulfilments.ofOrders(orderIds)).map(({ orderId }) => orderId));
  }
}
