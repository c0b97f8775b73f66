import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { LocationsController } from './http/locations.controller';
import { StockController } from './http/stock.controller';
import { LedgerStore, movementSchema } from './store/ledger.store';
import { LocationStore, locationSchema } from './store/location.store';
import { ReservationStore, reservationSchema } from './store/reservation.store';
import { levelSchema, StockStore } from './store/stock.store';
import { AdjustStockHandler } from './usecases/adjust-stock';
import { CommitReservationHandler } from './usecases/commit-reservation';
import { CountStockHandler } from './usecases/count-stock';
import { CreateLocationHandler, EditLocationHandler, GetLocationHandler, ListLocationsHandler } from './usecases/edit-locations';
import { ExpireReservations } from './usecases/expire-reservations';
import { FollowLocations } from './usecases/follow-locations';
import { GetAvailabilityHandler, GetOnHandHandler, GetShortagesHandler } from './usecases/get-availability';
import { GetOrderStockHandler } from './usecases/get-order-stock';
import { GetSoldPiecesHandler } from './usecases/get-sold-pieces';
import { KnownLocations } from './usecases/known-locations';
import { RebuildStockHandler } from './usecases/rebuild-stock';
import { ReleaseReservationHandler } from './usecases/release-reservation';
import { ReserveStockHandler } from './usecases/reserve-stock';
import { RestockItemsHandler } from './usecases/restock-items';
import { ReturnedStock } from './usecases/returned-stock';
import { ServeBackorders } from './usecases/serve-backorders';
import { SetBackorderHandler } from './usecases/set-backorder';
import { StockAudit } from './usecases/stock-audit';
import { StockChecks } from './usecases/stock-checks';
import { GetLevelHandler, ListEntriesHandler, ListLevelsHandler } from './usecases/stock-queries';
import { StockRoom } from './usecases/stock-room';
import { ReclaimItemsHandler } from './usecases/reclaim-items';

const schemas = [
  { name: 'stockLevel', schema: levelSchema },
  { name: 'stockMovement', schema: movementSchema },
  { name: 'stockLocation', schema: locationSchema },
  { name: 'stockReservation', schema: reservationSchema },
];
const handlers = [
  ReserveStockHandler,
  CommitReservationHandler,
  ReleaseReservationHandler,
  RestockItemsHandler,
  ReclaimItemsHandler,
  SetBackorderHandler,
  GetOrderStockHandler,
  GetSoldPiecesHandler,
  CountStockHandler,
  AdjustStockHandler,
  RebuildStockHandler,
  GetAvailabilityHandler,
  GetOnHandHandler,
  GetShortagesHandler,
  CreateLocationHandler,
  EditLocationHandler,
  GetLocationHandler,
  ListLocationsHandler,
  ListLevelsHandler,
  GetLevelHandler,
  ListEntriesHandler,
];

/** What there is of each SKU, and what of it is promised to whom. */
@Module({
  imports: [MongooseModule.forFeature(schemas)],
  controllers: [StockController, LocationsController],
  providers: [
    LedgerStore,
    StockStore,
    ReservationStore,
    LocationStore,
    KnownLocations,
    FollowLocations,
    StockRoom,
    ReturnedStock,
    ExpireReservations,
    ServeBackorders,
    StockAudit,
    StockChecks,
    ...handlers,
  ],
})
export class InventoryModule {}
