import { Amount, CurrencyCode, Flag, Id, Instant, ListOf, OneOf, Text, Whole } from '@cartwright/platform';
import type { Cancellation } from '../model/cancellation';
import { orderRefundStatuses, type OrderRefund, type RefundQuote } from '../model/order-refund';
import { conditions, returnLifecycle, type OrderReturn, type ReceivedItem } from '../model/order-return';

/** So many pieces of one of the order's items. */
export class ItemQuantityDto {
  @Id({ description: "The order item's id." })
  item!: string;
  @Whole({ min: 1, max: 1_000_000, example: 1 })
  quantity!: number;

  static of({ item, quantity }: ItemQuantityDto): ItemQuantityDto {
    return { item, quantity };
  }
}

export class ReceivedItemDto extends ItemQuantityDto {
  @OneOf(conditions, { description: '`restock`: it can be sold again.', example: 'restock' })
  condition!: ReceivedItem['condition'];

  static fromReceived({ item, quantity, condition }: ReceivedItem): ReceivedItemDto {
    return { item, quantity, condition };
  }
}

/** Items that are not sent after all. */
export class CancellationDto {
  @Id()
  id!: string;
  @ListOf(() => ItemQuantityDto)
  items!: ItemQuantityDto[];
  @Text({ example: 'Ordered by mistake' })
  reason!: string;
  @OneOf(['buyer', 'admin', 'payment', 'system'])
  by!: string;
  @Instant()
  at!: Date;

  static of({ id, items, reason, by, at }: Cancellation): CancellationDto {
    return { id, items: items.map(ItemQuantityDto.of), reason, by, at };
  }
}

/** Goods on their way back from the buyer. */
export class ReturnDto {
  @Id()
  id!: string;
  @OneOf(returnLifecycle.states)
  status!: string;
  @ListOf(() => ItemQuantityDto, { description: 'What the buyer announced.' })
  items!: ItemQuantityDto[];
  @Text({ optional: true, example: 'Too small' })
  reason?: string;
  @Instant()
  requestedAt!: Date;
  @Text({ optional: true, description: 'Why it was declined.' })
  declineReason?: string;
  @Instant({ optional: true })
  decidedAt?: Date;
  @ListOf(() => ReceivedItemDto, { optional: true, description: 'What arrived.' })
  received?: ReceivedItemDto[];
  @Instant({ optional: true })
  receivedAt?: Date;

  static of({ id, status, items, reason, requestedAt, declineReason, decidedAt, received, receivedAt }: OrderReturn): ReturnDto {
    const arrived = received && { received: received.map(ReceivedItemDto.fromReceived), receivedAt };
    return { id, status, items: items.map(ItemQuantityDto.of), reason, requestedAt, declineReason, decidedAt, ...arrived };
  }
}

export class RefundedItemDto extends ItemQuantityDto {
  @Amount()
  amount!: number;

  static fromItem({ item, quantity, amount }: OrderRefund['items'][number]): RefundedItemDto {
    return { item, quantity, amount };
  }
}

/** Money of the order that went back or is on its way. */
export class OrderRefundDto {
  @Text({ description: 'Unique within the order.', example: 'cancel' })
  key!: string;
  @OneOf(orderRefundStatuses)
  status!: string;
  @Amount()
  amount!: number;
  @ListOf(() => RefundedItemDto, { description: 'What it is for; empty for an amount as such.' })
  items!: RefundedItemDto[];
  @Amount({ example: 0, description: 'How much of it is for shipping, in minor units.' })
  shipping!: number;
  @Text({ example: 'Ordered by mistake' })
  reason!: string;
  @OneOf(['buyer', 'admin', 'payment', 'system'])
  by!: string;
  @Instant()
  at!: Date;

  static of({ key, status, amount, items, shipping, reason, by, at }: OrderRefund): OrderRefundDto {
    return { key, status, amount, items: items.map(RefundedItemDto.fromItem), shipping, reason, by, at };
  }
}

class RefundItemDto extends ItemQuantityDto {
  @Flag({
    optional: true,
    default: false,
    description: 'It can be sold again: pieces that have not been sent are not sent any more, those that were have come back.',
  })
  restock?: boolean;
}

/** What is to go back: an amount, or items and maybe the shipping; all that is left, when nothing is named. */
export class RefundWishDto {
  @Amount({
    optional: true,
    min: 1,
    description: 'So much, in minor units, for nothing in particular. Not together with items or shipping.',
  })
  amount?: number;
  @ListOf(() => RefundItemDto, { optional: true, min: 1 })
  items?: RefundItemDto[];
  @Flag({ optional: true, default: false, description: 'What was paid for shipping and has not gone back yet.' })
  shipping?: boolean;
}

export class RefundOrderDto extends RefundWishDto {
  @Text({ max: 500, optional: true, example: 'Arrived scratched' })
  reason?: string;
}

/** What a refund would come to. */
export class RefundQuoteDto {
  @Amount({ description: 'What would go back, in minor units.' })
  amount!: number;
  @CurrencyCode()
  currency!: string;
  @ListOf(() => RefundedItemDto)
  items!: RefundedItemDto[];
  @Amount({ example: 0, description: 'How much of it is for shipping, in minor units.' })
  shipping!: number;
  @Amount({ description: 'What could go back at most, in minor units.' })
  refundable!: number;

  static of({ amount, currency, items, shipping, refundable }: RefundQuote & { currency: string }): RefundQuoteDto {
    return { amount, currency, items: items.map(RefundedItemDto.fromItem), shipping, refundable };
  }
}

export class RequestReturnDto {
  @ListOf(() => ItemQuantityDto, { optional: true, min: 1, description: 'All that was sent, when not given.' })
  items?: ItemQuantityDto[];
  @Text({ max: 500, optional: true, example: 'Too small' })
  reason?: string;
}

export class DeclineReturnDto {
  @Text({ max: 500, example: 'It has been worn' })
  reason!: string;
}

export class ReceiveReturnDto {
  @ListOf(() => ReceivedItemDto, {
    optional: true,
    min: 1,
    description: 'What arrived, item by item; all that was announced, to be sold again, when not given.',
  })
  items?: ReceivedItemDto[];
  @Flag({ optional: true, default: true, description: 'Whether its money goes back.' })
  refund?: boolean;
}
