import { EventsHandler, QueryBus, type IEventHandler } from '@nestjs/cqrs';
import { EmailVerified, GetVerifiedEmail, UserSignedIn } from '@cartwright/identity';
import { OutsideTransaction } from '@cartwright/platform';
import { OrderStore } from '../store/order.store';

const batch = 100;

/**
 * What was ordered as a guest belongs to the account that has shown to read the order's email: from then on, and what comes later from its next login on. An address that
 * nobody has shown to read joins nothing, so whoever registers with somebody else's sees nothing; and whoever orders with somebody else's does not see that it joined.
 */
@OutsideTransaction('an order that has joined is not looked for again; what a crash left is found by the repetition')
@EventsHandler(EmailVerified, UserSignedIn)
export class JoinGuestOrders implements IEventHandler<EmailVerified | UserSignedIn> {
  constructor(
    private readonly orders: OrderStore,
    private readonly queries: QueryBus,
  ) {}

  /** However many there are, some at a time: anybody can order with anybody's address. */
  async handle({ data: { userId } }: EmailVerified | UserSignedIn): Promise<void> {
    for (;;) {
      const email = await this.queries.execute(new GetVerifiedEmail({ userId }));
      if (email === null) return;
      const found = await this.orders.awaitingAccount(email, batch);
      const ids = found.map(({ id }) => id);
      await this.orders.giveTo(userId, email, ids);
      if (found.length < batch) return;
    }
  }
}
