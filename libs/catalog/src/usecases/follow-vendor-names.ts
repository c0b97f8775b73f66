import { EventsHandler, QueryBus, type IEventHandler } from '@nestjs/cqrs';
import { GetUser, UserRenamed } from '@cartwright/identity';
import { OutsideTransaction } from '@cartwright/platform';
import { ProductStore } from '../store/product.store';

/** Keeps the copy of a vendor's name in its products, be they thousands. It asks for the name of now, so an event that comes late or twice changes nothing. */
@OutsideTransaction('a product that has the name of now is left alone; those that a crash left are found by the repetition')
@EventsHandler(UserRenamed)
export class FollowVendorNames implements IEventHandler<UserRenamed> {
  constructor(
    private readonly products: ProductStore,
    private readonly queries: QueryBus,
  ) {}

  /** An account that is gone has no name: its products are the house's. */
  async handle({ data: { userId } }: UserRenamed): Promise<void> {
    const user = await this.queries.execute(new GetUser({ userId }));
    if (user) await this.products.renameVendor({ id: user.id, name: user.name });
  }
}
