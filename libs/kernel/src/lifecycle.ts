import { IllegalTransition } from './refusal';

/**
 * The states of something and the moves between them, as a table. Every state must have a row (a missing one does not compile);
 * a state without moves is terminal. Moves that the table does not have are refused with {@link IllegalTransition}.
 */
export class Lifecycle<State extends string> {
  constructor(
    private readonly subject: string,
    private readonly table: Readonly<Record<State, readonly State[]>>,
  ) {}

  /** The given thing in its next state; refuses a move that is not in the table. */
  move<T extends { readonly status: State }, To extends State>(from: T, to: To): T & { readonly status: To } {
    if (!this.allows(from.status, to)) throw new IllegalTransition({ subject: this.subject, from: from.status, to });
    return { ...from, status: to };
  }

  /** Whether the table has the move. */
  allows(from: State, to: State): boolean {
    return this.table[from].includes(to);
  }

  /** Whether nothing follows this state. */
  isTerminal(state: State): boolean {
    return this.table[state].length === 0;
  }

  get states(): readonly State[] {
    return Object.keys(this.table) as State[];
  }

  /** The states that can be reached from `start`, itself included. */
  reachableFrom(start: State): ReadonlySet<State> {
    const reached = new Set<State>([start]);
    for (const state of reached) for (const next of this.table[state]) reached.add(next);
    return reached;
  }
}
