export { RebuildStock } from './contract/rebuild-stock';
export type { RebuiltLevel } from './contract/rebuild-stock';
export { BelowReserved, MoreThanSold, OutOfStock, ReservationGone } from './contract/refusals';
export type { Shortage } from './contract/refusals';
export {
  CommitReservation,
  CountStock,
  GetAvailability,
  GetOnHand,
  GetOrderStock,
  GetShortages,
  GetSoldPieces,
  ReleaseReservation,
  ReserveStock,
  RestockItems,
  ReclaimItems,
} from './contract/stock-commands';
export type { Availability, OrderStockLine, ReturnedLine, SoldPieces } from './contract/stock-commands';
export { BackorderServed, LevelsChanged, ReservationExpired } from './contract/stock-events';
export type { StockLine } from './contract/stock-lines';
export { InventoryModule } from './inventory.module';
