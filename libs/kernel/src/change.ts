import type { DomainEvent } from './domain-event';

/** What every stored aggregate carries besides its own data. `version` counts saves, `eventCount` the events it has ever announced. */
export interface Stored {
  /** 24 hexadecimal digits (an ObjectId in the database). */
  readonly id: string;
  /** 0 until first saved; a save succeeds only on the version it was read at. */
  readonly version: number;
  /** Sequence number of the aggregate's latest event; the next one gets the next number, without gaps. */
  readonly eventCount: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** A decision of the model: the next state of the aggregate and what to tell the rest of the shop. */
export interface Change<T> {
  readonly next: T;
  readonly events: readonly DomainEvent[];
}

/** The fields of a new aggregate that {@link Stored} asks for. */
export function newDocument(id: string, now: Date): Stored {
  return { id, version: 0, eventCount: 0, createdAt: now, updatedAt: now };
}
