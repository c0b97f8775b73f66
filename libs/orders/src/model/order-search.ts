/** The orders that a search can come in. */
export const orderSorts = ['-createdAt', 'updatedAt', 'totalAmount', '-totalAmount'] as const;
export type OrderSort = (typeof orderSorts)[number];

/** What an admin looks for; all of it must be true. */
export interface OrderSearch {
  /** In any case. */
  readonly email?: string;
  /** Id of an account. */
  readonly customer?: string;
  /** How it begins. */
  readonly orderNumber?: string;
  readonly sort?: OrderSort;
}
