import type { Account, Operation, Result } from './model';

/** One operation as its client saw it. Times are counted, not measured: a later event has a larger number. */
export interface Recorded {
  readonly operation: Operation;
  readonly token: number;
  readonly invoked: number;
  readonly answered: number;
  readonly result: Result;
}

/** What a client did as one: a plain operation, or a transaction. */
export interface Attempt {
  readonly client: number;
  readonly operations: readonly Recorded[];
  /** For a transaction: how it ended, and between which moments. Absent for a plain operation. */
  readonly transaction?: { readonly committed: boolean; readonly invoked: number; readonly answered: number; readonly error?: number };
}

/** One change of the store, in the order in which the server made it. */
export interface Unit {
  readonly at: number;
  readonly puts: readonly { readonly before?: Account; readonly after?: Account }[];
}

/** A client's sessions killed by another one. */
export interface Kill {
  readonly victim: number;
  readonly invoked: number;
  readonly answered: number;
}

/** All that is known of one run. */
export interface History {
  readonly initial: readonly Account[];
  readonly attempts: readonly Attempt[];
  readonly units: readonly Unit[];
  readonly kills: readonly Kill[];
  /** What a scan and each index lead to in the end. */
  readonly final: Readonly<Record<string, readonly Account[]>>;
}
