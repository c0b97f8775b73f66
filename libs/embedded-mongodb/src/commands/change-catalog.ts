import type { Collection } from '../storage/collection';
import { Blocked } from '../storage/direct-writes';
import type { CommandContext } from './command';

/** Runs a change of the catalogue in a write of its own, after the transactions that have changed the collection. */
export async function changeCatalog<T>({ engine }: CommandContext, collection: () => Collection | undefined, job: () => T): Promise<T> {
  for (;;) {
    try {
      return await engine.writer.run(() => {
        const [holder] = collection()?.locks.values() ?? [];
        if (holder) throw new Blocked(holder);
        return job();
      });
    } catch (error) {
      if (!(error instanceof Blocked)) throw error;
      await error.holder.ended;
    }
  }
}
