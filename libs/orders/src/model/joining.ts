import type { Change } from '@cartwright/kernel';
import { GuestOrderJoined } from '../contract/order-events';
import type { Order } from './order';

/** What somebody ordered as a guest is the account's, which has shown to read the order's email; `null` when it is an account's already. */
export function joinAccount({ guestEmailKey, ...order }: Order, userId: string): Change<Order> | null {
  if (guestEmailKey === undefined) return null;
  const { id: orderId, orderNumber } = order;
  return { next: { ...order, user: userId }, events: [new GuestOrderJoined({ orderId, orderNumber, userId })] };
}
