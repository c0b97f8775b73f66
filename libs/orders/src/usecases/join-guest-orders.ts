import { EventsHandler, QueryBus, type IEventHandler } from '@nestjs/cqrs';
import { EmailVerified, GetVerifiedEmail, UserSignedIn } from '@cartwright/identity';
import { OutsideTransaction, retryWhenStale } from '@cartwright/platform';
import { joinAccount } from '../model/joining';
import { OrderStore } from '../store/order.store';

const batch = 100;

/**
 * What was ordered as a guest belongs to the account that has shown to read the order's email: from then on, and what comes later from its next login on. An address that
 * nobody has shown to read joins nothing, so whoever registers with somebody else's sees nothing.
 */
@OutsideTransaction('an order that has joined is not looked for again; what a crash left is found by the repetition')
@EventsHandler(EmailVerified, UserSignedIn)
export class JoinGuestOrders implements IEventHandler<EmailVerified | UserSignedIn> {
  constructor(
    private readonly orders: OrderStore,
    private readonly queries: QueryBus,
  ) {}

  /** However many there are, some at a time, each on its own: anybody can order with anybody's address. */
  async handle({ data: { userId } }: EmailVerified | UserSignedIn): Promise<void> {
    for (;;) {
      const email = await this.queries.execute(new GetVerifiedEmail({ userId }));
      if (email === null) return;
      const found = await this.orders.awaitingAccount(email, batch);
      for (const { id } of found) await this.join(id, userId);
      if (found.length < batch) return;
    }
  }

  private async join(orderId: string, userId: string): Promise<void> {
    await retryWhenStale(async () => {
      const change = joinAccount(await this.orders.get(orderId), userId);
      if (change) await this.orders.save(change);
    });
  }
}
