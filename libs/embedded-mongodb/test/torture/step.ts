import { createHash } from 'node:crypto';
import type { Document } from 'bson';

/** Where a step changes something: a document, or the whole state of a database whose collections come and go. */
export interface Place {
  readonly database: string;
  /** Absent: the state of the whole database. */
  readonly collection?: string;
  readonly id: string;
}

export interface Effect {
  readonly place: Place;
  /** What is there afterwards; absent: nothing. */
  readonly after?: Document;
}

/** One thing that a writer does, and all that it changes. */
export interface Step {
  readonly name: string;
  readonly database: string;
  /** Sent one after the other. */
  readonly commands: readonly Document[];
  readonly effects: readonly Effect[];
  /** The last command may be sent again as it is: a retryable write, which is answered as before, or the commit of a transaction. */
  readonly again: 'write' | 'commit' | 'no';
  /** All effects or none. */
  readonly whole: boolean;
  /** The code of the write error that it is to be answered. */
  readonly fails?: number;
}

/** Thinks of what a writer does next, knowing what it has done. */
export interface StepSource {
  next(known: Known): Step;
}

/** What a writer knows to be in the database, by place. */
export class Known {
  /** What each document has been, one digest after the other, by the name of its place. */
  readonly histories = new Map<string, string[]>();
  private readonly contents = new Map<string, { place: Place; document: Document }>();

  get(place: Place): Document | undefined {
    return this.contents.get(nameOf(place))?.document;
  }

  apply({ place, after }: Effect): void {
    if (after) this.contents.set(nameOf(place), { place, document: after });
    else this.contents.delete(nameOf(place));
    if (place.collection !== undefined) this.remember(nameOf(place), after ? digest(after) : nothing);
  }

  /** Whether the server may remove the document by itself, as it is or as the step on its way makes it. */
  mayExpire(name: string, pending: Step | undefined): boolean {
    const coming = pending?.effects.find(({ place }) => nameOf(place) === name)?.after;
    return [this.contents.get(name)?.document, coming].some((document) => document?.['expiresAt'] !== undefined);
  }

  private remember(name: string, now: string): void {
    const history = this.histories.get(name);
    // Whatever changes nothing has no event.
    if ((history?.at(-1) ?? nothing) === now) return;
    if (history) history.push(now);
    else this.histories.set(name, [now]);
  }

  /** All of it, as effects that make it. */
  effects(): Effect[] {
    return [...this.contents.values()].map(({ place, document }) => ({ place, after: document }));
  }

  /** The documents of one collection. */
  in(database: string, collection: string): Document[] {
    return [...this.contents.values()]
      .filter(({ place }) => place.database === database && place.collection === collection)
      .map(({ document }) => document);
  }
}

/** The name of a place. */
export function nameOf({ database, collection, id }: Place): string {
  return `${database}/${collection ?? ''}/${id}`;
}

/** Stands for a document that is not there. */
export const nothing = '-';

/** Tells documents apart that differ in more than the order of their fields. */
export function digest(document: Document): string {
  const ordered = (value: unknown): unknown =>
    value && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  const text = JSON.stringify(document, (_key, value: unknown) => ordered(value));
  return createHash('sha1').update(text).digest('hex').slice(0, 12);
}
