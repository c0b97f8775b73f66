import type { Bodies } from '../store/kinds';
import type { EventKind } from '../store/work';

/** How a provider writes and signs its webhooks. */
export interface Channel<K extends EventKind = EventKind> {
  readonly kind: K;
  write(event: Bodies[K]): string;
  headers(payload: string, secret: string, eventId: string): Readonly<Record<string, string>>;
}
