import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { GetOrderStock, type OrderStockLine } from '../contract/stock-commands';
import { onBackorder } from '../model/level';
import { pieceAt } from '../model/reservation';
import { ReservationStore } from '../store/reservation.store';

@QueryHandler(GetOrderStock)
export class GetOrderStockHandler implements IQueryHandler<GetOrderStock> {
  constructor(private readonly reservations: ReservationStore) {}

  async execute({ input: { orderId } }: GetOrderStock): Promise<readonly OrderStockLine[]> {
    const reservation = await this.reservations.ofOrder(orderId);
    return (reservation?.lines ?? []).map(({ sku, quantity, from }) => ({
      ...{ sku, quantity, backordered: pieceAt(from, onBackorder) },
      from: from
        .filter(({ location }) => location !== onBackorder)
        .map(({ location, quantity: pieces }) => ({ location, quantity: pieces })),
    }));
  }
}
