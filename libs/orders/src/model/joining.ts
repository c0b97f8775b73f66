import type { Change } from '@cartwright/kernel';
import type { Order } from './order';

/** What somebody ordered as a guest is the account's, too; `null` when it is an account's already. */
export function joinAccount({ guestEmailKey, ...order }: Order, userId: string): Change<Order> | null {
  return guestEmailKey === undefined ? null : { next: { ...order, user: userId }, events: [] };
}
