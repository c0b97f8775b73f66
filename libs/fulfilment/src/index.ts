export {
  CancelFulfilment,
  DispatchShipment,
  ForgetRecipient,
  GetShipments,
  GetStartedOrders,
  MarkDelivered,
  StartFulfilment,
  WithdrawItems,
} from './contract/fulfilment-commands';
export type { FulfilmentLine } from './contract/fulfilment-commands';
export { ShipmentDelivered, ShipmentDispatched } from './contract/fulfilment-events';
export { AlreadyDispatched, MoreThanLeft, NothingToShip, NotStarted, ShipmentNotFound, UnknownItem } from './contract/refusals';
export type { Shipment, ShippedItem } from './contract/shipment';
export { FulfilmentModule } from './fulfilment.module';
