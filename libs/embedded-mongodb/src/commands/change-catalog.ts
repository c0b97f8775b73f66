import type { Collection, LockHolder } from '../storage/collection';
import { Blocked } from '../storage/direct-writes';
import type { CommandContext } from './command';

/** Runs a change of the catalogue in a write of its own, after the transactions that have changed the collection. */
export function changeCatalog<T>(context: CommandContext, collection: () => Collection | undefined, job: () => T): Promise<T> {
  return whenFree(context, () => collection()?.locks.values() ?? [], job);
}

/** The same for what takes away something that transactions may have seen: it waits for those too, and new ones do not get in between. */
export async function changeAlone<T>(
  context: CommandContext,
  collections: () => readonly (Collection | undefined)[],
  job: () => T,
): Promise<T> {
  const there = (): Collection[] => collections().filter((collection) => collection !== undefined);
  const wanted = there();
  for (const collection of wanted) collection.wanted++;
  try {
    return await whenFree(context, () => there().flatMap(({ users }) => [...users]), job);
  } finally {
    for (const collection of wanted) collection.wanted--;
  }
}

async function whenFree<T>({ engine, deadline }: CommandContext, holders: () => Iterable<LockHolder>, job: () => T): Promise<T> {
  for (;;) {
    try {
      return await engine.writer.run(() => {
        const [holder] = holders();
        if (holder) throw new Blocked(holder);
        return job();
      });
    } catch (error) {
      if (!(error instanceof Blocked)) throw error;
      await deadline.wait(error.holder.ended);
    }
  }
}
