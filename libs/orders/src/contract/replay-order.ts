import { Query } from '@nestjs/cqrs';

/** What replaying an order's events came to. */
export interface Replayed {
  readonly orderNumber: string;
  /** The events in their order, as they were announced. */
  readonly events: readonly { readonly sequence: number; readonly name: string; readonly at: Date }[];
  /** What they add up to. */
  readonly state: Readonly<Record<string, unknown>>;
  /** Where the order's own record differs, a line each. */
  readonly differences: readonly string[];
}

/** Folds an order's events and holds the result against the order. Reads only. Refuses with `order_not_found`. */
export class ReplayOrder extends Query<Replayed> {
  constructor(readonly input: { readonly orderNumber: string }) {
    super();
  }
}
