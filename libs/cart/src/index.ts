export { CartModule } from './cart.module';
export { CloseCart, GetBasket, GetLastClosedCart, RefillCart } from './contract/cart-commands';
export type { Basket, BasketLine, ClosedCart } from './contract/cart-commands';
export type { CartOwner } from './contract/cart-owner';
export { CurrencyMismatch } from './contract/refusals';
