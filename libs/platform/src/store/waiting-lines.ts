import { AsyncLocalStorage } from 'node:async_hooks';
import { aside } from './places';

/**
 * Waiting lines, one for each key, within this process. Who changes a row that many want at once (the stock of a hot SKU) waits here for its turn rather than
 * colliding with the others in the database and doing all the work again; meanwhile it keeps no place from others ({@link aside}). Nothing's rightness depends on it: other processes have lines of their own.
 */
export class WaitingLines {
  private readonly tails = new Map<string, Promise<unknown>>();
  /** The turn that the running work has. What it leaves to run later takes this along, when the turn is over. */
  private readonly turn = new AsyncLocalStorage<{ isOver: boolean }>();

  /**
   * Runs work when everybody who came before has left all of these lines. Nobody waits in a circle: the lines are joined at one instant, and who has its turn
   * waits in no other line, but goes on at once.
   */
  async inLine<T>(keys: readonly string[], work: () => Promise<T>): Promise<T> {
    if (this.turn.getStore()?.isOver === false) return work();
    const turn = { isOver: false };
    let leave: () => void = () => undefined;
    const mine = new Promise<void>((resolve) => (leave = resolve));
    const before = keys.flatMap((key) => this.tails.get(key) ?? []);
    for (const key of keys) this.tails.set(key, mine);
    try {
      if (before.length > 0) await aside(() => Promise.all(before));
      return await this.turn.run(turn, work);
    } finally {
      turn.isOver = true;
      leave();
      for (const key of keys) if (this.tails.get(key) === mine) this.tails.delete(key);
    }
  }
}
