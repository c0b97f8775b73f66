/** So many answers of the outside world are waited for at a time. */
const atOnce = 8;
const mostPerRound = 400;

/**
 * Works off what is due, some of it at a time, until nothing is due or a round is full. What one comes to is no matter of the others: `work` deals with its own errors, and what it
 * throws all the same is thrown here, the first of it, when the round is over.
 */
export async function sweep<T>(take: () => Promise<T | null>, work: (taken: T) => Promise<void>): Promise<void> {
  const inHand = new Set<Promise<unknown>>();
  const failures: unknown[] = [];
  try {
    for (let taken = 0; taken < mostPerRound; taken += 1) {
      if (inHand.size >= atOnce) await Promise.race(inHand);
      const due = await take();
      if (due === null) break;
      // Caught at once: a rejection that nobody awaits yet, as during the next `take`, would end the process.
      const done = work(due)
        .catch((error: unknown) => failures.push(error))
        .finally(() => inHand.delete(done));
      inHand.add(done);
    }
  } finally {
    await Promise.all(inHand);
  }
  if (failures.length > 0) throw failures[0];
}
