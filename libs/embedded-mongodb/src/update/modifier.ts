import type { Document } from '../bson/document';
import type { Collation } from '../values/collation';

/** Stands for "take the field away". */
export const removed = Symbol('removed');

/** What an operator does with the value at its path. */
export interface Modifier {
  /** Whether a missing path is created; otherwise it is left alone. */
  readonly creates: boolean;
  /** Whether a scalar in the way of the path is an error even where nothing is created. */
  readonly mustReach?: boolean;
  /** The new value, `removed`, or the old value to leave all as it was. `current` is undefined for a missing field. */
  apply(current: unknown, context: ModifierContext): unknown;
  /** Whether an array that it lengthens is otherwise left as it was, so that only the new elements need telling. */
  readonly appends?: boolean;
}

export interface ModifierContext {
  /** The path with array positions filled in. */
  readonly path: string;
  /** The document before the update. */
  readonly document: Document;
  readonly now: Date;
}

export interface OperatorOptions {
  readonly path: string;
  readonly collation?: Collation;
}

/** Compiles one `{ $operator: { path: operand } }`. */
export type UpdateOperator = (operand: unknown, options: OperatorOptions) => Modifier;
