import { Body, Controller, Delete, Get, Param, Post, Put } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { OutOfStock } from '@cartwright/inventory';
import {
  Allow,
  CurrentCaller,
  IfMatch,
  Operation,
  PathParameters,
  PreconditionFailed,
  type Caller,
  StaleVersion,
} from '@cartwright/platform';
import type { CartOwner } from '../contract/cart-owner';
import { CartFull, CurrencyMismatch, ItemNotFound, NotForSale, ProductNotFound, QuantityTooLarge } from '../contract/refusals';
import { AddCartItem } from '../usecases/add-cart-item';
import { ChangeCartItem } from '../usecases/change-cart-item';
import { ClearCart } from '../usecases/clear-cart';
import { GetCart } from '../usecases/get-cart';
import { AddCartItemDto, CartDto, ChangeCartItemDto } from './cart.dto';

@ApiTags('Cart')
@Allow('guest', 'user')
@PathParameters({ itemId: { description: 'Id of the line in the cart.', example: '6565f0c2a1b2c3d4e5f60718' } })
@Controller('cart')
export class CartController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @Operation({
    summary: 'The cart, an empty one when there is none',
    description:
      'Prices are those of when the items were added; `warnings` say what has changed since and what is running out. Nothing is reserved before the order.',
    answers: CartDto,
    tagged: true,
  })
  async getCart(@CurrentCaller() caller: Caller): Promise<CartDto> {
    return CartDto.of(await this.queries.execute(new GetCart({ owner: ownerOf(caller) })));
  }

  @Post('items')
  @Operation({
    summary: 'Put a variant into the cart',
    description: 'The same variant twice is one line, at the price it was first added for.',
    status: 201,
    answers: CartDto,
    refuses: [ProductNotFound, NotForSale, CurrencyMismatch, OutOfStock, QuantityTooLarge, CartFull, StaleVersion],
    tagged: true,
  })
  async addCartItem(@Body() body: AddCartItemDto, @CurrentCaller() caller: Caller): Promise<CartDto> {
    return CartDto.of(await this.commands.execute(new AddCartItem({ ...body, owner: ownerOf(caller) })));
  }

  @Put('items/:itemId')
  @Operation({
    summary: 'Change how many are wanted of an item',
    description: 'Refused when there are not so many to buy. The answer is the whole cart.',
    answers: CartDto,
    refuses: [ItemNotFound, NotForSale, OutOfStock, PreconditionFailed, StaleVersion],
    tagged: true,
  })
  async changeCartItem(
    @Param('itemId') itemId: string,
    @Body() { quantity }: ChangeCartItemDto,
    @CurrentCaller() caller: Caller,
    @IfMatch() expectedVersion: number | undefined,
  ): Promise<CartDto> {
    return CartDto.of(await this.commands.execute(new ChangeCartItem({ owner: ownerOf(caller), itemId, quantity, expectedVersion })));
  }

  @Delete('items/:itemId')
  @Operation({
    summary: 'Take an item out of the cart',
    description: 'The answer is the whole cart.',
    answers: CartDto,
    refuses: [ItemNotFound, PreconditionFailed, StaleVersion],
    tagged: true,
  })
  async removeCartItem(
    @Param('itemId') itemId: string,
    @CurrentCaller() caller: Caller,
    @IfMatch() expectedVersion: number | undefined,
  ): Promise<CartDto> {
    return CartDto.of(await this.commands.execute(new ChangeCartItem({ owner: ownerOf(caller), itemId, expectedVersion })));
  }

  @Delete()
  @Operation({
    summary: 'Take everything out of the cart',
    description: 'The answer is the empty cart.',
    answers: CartDto,
    refuses: [PreconditionFailed, StaleVersion],
    tagged: true,
  })
  async clearCart(@CurrentCaller() caller: Caller, @IfMatch() expectedVersion: number | undefined): Promise<CartDto> {
    return CartDto.of(await this.commands.execute(new ClearCart({ owner: ownerOf(caller), expectedVersion })));
  }
}

function ownerOf({ kind, id }: Caller): CartOwner {
  return { kind, id };
}
