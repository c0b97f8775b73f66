import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { OrderCancelled, OrderPaid, OrderRefunded, ShipmentSent } from '@cartwright/orders';
import { OutsideTransaction } from '@cartwright/platform';
import { MailFolder } from '../gateways/mail-folder';
import type { Mail } from '../model/mail';
import { cancellationNotice, orderConfirmation, refundNotice, shipmentNotice } from '../model/order-mails';

type Heard = OrderPaid | ShipmentSent | OrderCancelled | OrderRefunded;

/** Writes to the buyer at the turns of an order's life. */
@OutsideTransaction('a mail is named by its key, so sending it again replaces the same mail')
@EventsHandler(OrderPaid, ShipmentSent, OrderCancelled, OrderRefunded)
export class OrderMails implements IEventHandler<Heard> {
  constructor(private readonly mails: MailFolder) {}

  async handle(event: Heard): Promise<void> {
    await this.mails.send(mailFor(event));
  }
}

function mailFor(event: Heard): Mail {
  if (event instanceof OrderPaid) return orderConfirmation(event.data);
  if (event instanceof ShipmentSent) return shipmentNotice(event.data);
  if (event instanceof OrderCancelled) return cancellationNotice(event.data);
  return refundNotice(event.data);
}
