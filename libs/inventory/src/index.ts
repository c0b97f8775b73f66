export { RebuildStock } from './contract/rebuild-stock';
export type { RebuiltLevel } from './contract/rebuild-stock';
export { BelowReserved, MoreThanSold, OutOfStock, ReservationGone } from './contract/refusals';
export type { Shortage } from './contract/refusals';
export {
  CommitReservation,
  CountStock,
  GetAvailability,
  GetShortages,
  ReleaseReservation,
  ReserveStock,
  RestockItems,
} from './contract/stock-commands';
export type { Availability } from './contract/stock-commands';
export { LevelsChanged, ReservationExpired } from './contract/stock-events';
export type { StockLine } from './contract/stock-lines';
export { InventoryModule } from './inventory.module';
