/** So many answers of the outside world are waited for at a time. */
const atOnce = 8;
const mostPerRound = 400;

/** Works off what is due, some of it at a time, until nothing is due or a round is full. What one comes to is no matter of the others: `work` deals with its own errors. */
export async function sweep<T>(take: () => Promise<T | null>, work: (taken: T) => Promise<void>): Promise<void> {
  const inHand = new Set<Promise<void>>();
  try {
    for (let taken = 0; taken < mostPerRound; taken += 1) {
      if (inHand.size >= atOnce) await Promise.race(inHand);
      const due = await take();
      if (due === null) return;
      const done = work(due).finally(() => inHand.delete(done));
      inHand.add(done);
    }
  } finally {
    await Promise.all(inHand);
  }
}
