import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { CartController } from './http/cart.controller';
import { CartStore, cartSchema } from './store/cart.store';
import { AddCartItemHandler } from './usecases/add-cart-item';
import { CartEdits } from './usecases/cart-edits';
import { CartMarket } from './usecases/cart-market';
import { ChangeCartItemHandler } from './usecases/change-cart-item';
import { GetBasketHandler, GetLastClosedCartHandler } from './usecases/checkout-queries';
import { ClearCartHandler } from './usecases/clear-cart';
import { CloseCartHandler } from './usecases/close-cart';
import { GetCartHandler } from './usecases/get-cart';
import { MergeGuestCart } from './usecases/merge-guest-cart';
import { CartData } from './usecases/personal-data';
import { RefillCartHandler } from './usecases/refill-cart';

const handlers = [
  GetCartHandler,
  AddCartItemHandler,
  ChangeCartItemHandler,
  ClearCartHandler,
  GetBasketHandler,
  CloseCartHandler,
  RefillCartHandler,
  GetLastClosedCartHandler,
];

/** What somebody intends to buy, at the prices they saw. */
@Module({
  imports: [MongooseModule.forFeature([{ name: 'cart', schema: cartSchema }])],
  controllers: [CartController],
  providers: [CartStore, CartEdits, CartMarket, CartData, MergeGuestCart, ...handlers],
})
export class CartModule {}
