import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { ItemsCancelled, OrderCancelled, OrderPaid, RefundSettled, ReturnDecided, ShipmentSent } from '@cartwright/orders';
import { OutsideTransaction } from '@cartwright/platform';
import type { Mail } from '../model/mail';
import {
  cancellationNotice,
  itemsCancelledNotice,
  orderConfirmation,
  refundNotice,
  returnNotice,
  shipmentNotice,
} from '../model/order-mails';
import { PostRoom } from './post-room';

type Heard = OrderPaid | ShipmentSent | OrderCancelled | ItemsCancelled | ReturnDecided | RefundSettled;

/** Writes to the buyer at the turns of an order's life. */
@OutsideTransaction('a mail that was accepted stands in the log under its key and is not sent again')
@EventsHandler(OrderPaid, ShipmentSent, OrderCancelled, ItemsCancelled, ReturnDecided, RefundSettled)
export class OrderMails implements IEventHandler<Heard> {
  constructor(private readonly postRoom: PostRoom) {}

  async handle(event: Heard): Promise<void> {
    const mail = mailFor(event);
    if (mail) await this.postRoom.send(mail);
  }
}

function mailFor(event: Heard): Mail | undefined {
  if (event instanceof OrderPaid) return orderConfirmation(event.data);
  if (event instanceof ShipmentSent) return shipmentNotice(event.data);
  if (event instanceof OrderCancelled) return cancellationNotice(event.data);
  if (event instanceof ItemsCancelled) return itemsCancelledNotice(event.data);
  if (event instanceof ReturnDecided) return returnNotice(event.data);
  // A refund that failed is for the shop to mend, not for the buyer to read about.
  return event.data.status === 'succeeded' ? refundNotice(event.data) : undefined;
}
