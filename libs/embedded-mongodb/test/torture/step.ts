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
  private readonly contents = new Map<string, { place: Place; document: Document }>();

  get(place: Place): Document | undefined {
    return this.contents.get(nameOf(place))?.document;
  }

  apply({ place, after }: Effect): void {
    if (after) this.contents.set(nameOf(place), { place, document: after });
    else this.contents.delete(nameOf(place));
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

function nameOf({ database, collection, id }: Place): string {
  return `${database}/${collection ?? ''}/${id}`;
}
