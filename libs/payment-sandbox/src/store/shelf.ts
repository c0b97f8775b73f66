/** One atomic set of changes: whole values by key, and links that put an id into an ordered partition (`null` takes it out). */
export interface Batch {
  readonly puts: ReadonlyMap<string, unknown>;
  readonly links: readonly Link[];
}

export interface Link {
  readonly partition: string;
  readonly order: string;
  readonly id: string | null;
}

/** Exclusive bounds on the order string of a partition. */
export interface ScanRange {
  readonly after?: string;
  readonly before?: string;
  readonly reverse?: boolean;
}

/** Where the sandbox keeps its state. `write` resolves once the batch survives a crash of the process; a value of `undefined` deletes. */
export interface Shelf {
  get(key: string): unknown;
  scan(partition: string, range?: ScanRange): Iterable<{ readonly order: string; readonly id: string }>;
  write(batch: Batch): Promise<void>;
  close(): Promise<void>;
}
