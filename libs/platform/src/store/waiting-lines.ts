import { AsyncLocalStorage } from 'node:async_hooks';
import { aside } from './places';

/**
 * Waiting lines, one for each key, within this process. Who changes a row that many want at once (the stock of a hot SKU) waits here for its turn rather than
 * colliding with the others in the database and doing all the work again; meanwhile it keeps no place from others ({@link aside}). Nothing's rightness depends on it: other processes have lines of their own.
 */
export class WaitingLines {
  private readonly tails = new Map<string, Promise<unknown>>();
  /** The lines at whose head the running work stands already. */
  private readonly held = new AsyncLocalStorage<readonly string[]>();

  /** Runs work when everybody who came before has left all of these lines. They are joined at one instant, so that nobody waits in a circle. */
  async inLine<T>(keys: readonly string[], work: () => Promise<T>): Promise<T> {
    const held = this.held.getStore() ?? [];
    const own = [...new Set(keys)].filter((key) => !held.includes(key));
    if (own.length === 0) return work();
    let leave: () => void = () => undefined;
    const mine = new Promise<void>((resolve) => (leave = resolve));
    const before = own.flatMap((key) => this.tails.get(key) ?? []);
    for (const key of own) this.tails.set(key, mine);
    try {
      if (before.length > 0) await aside(() => Promise.all(before));
      return await this.held.run([...held, ...own], work);
    } finally {
      leave();
      for (const key of own) if (this.tails.get(key) === mine) this.tails.delete(key);
    }
  }
}
