import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { GetSoldPieces, type SoldPieces } from '../contract/stock-commands';
import { LedgerStore } from '../store/ledger.store';
import { ReservationStore } from '../store/reservation.store';

@QueryHandler(GetSoldPieces)
export class GetSoldPiecesHandler implements IQueryHandler<GetSoldPieces> {
  constructor(
    private readonly ledger: LedgerStore,
    private readonly reservations: ReservationStore,
  ) {}

  async execute({ input: { from, to } }: GetSoldPieces): Promise<readonly SoldPieces[]> {
    const pieces = new Map<string, SoldPieces>();
    const add = ({ orderId, sku, ...more }: Pick<SoldPieces, 'orderId' | 'sku'> & Partial<SoldPieces>): void => {
      const { out = 0, owed = 0 } = pieces.get(`${orderId}:${sku}`) ?? {};
      pieces.set(`${orderId}:${sku}`, { orderId, sku, out: out + (more.out ?? 0), owed: owed + (more.owed ?? 0) });
    };
    for (const { orderId, sku, quantity } of await this.ledger.movedBy('sold', from, to)) add({ orderId, sku, out: quantity });
    for (const { orderId, sku, quantity } of await this.ledger.movedBy('returned', from, to)) add({ orderId, sku, out: -quantity });
    for (const { orderId, sku, quantity } of await this.reservations.owedTo(from, to)) add({ orderId, sku, owed: quantity });
    return [...pieces.values()];
  }
}
