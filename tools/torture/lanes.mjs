export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Asks until the answer is something, and gives it; after some seconds, what there is. */
export async function until(ask, { everyMs = 10, forMs = 20_000 } = {}) {
  const deadline = Date.now() + forMs;
  for (;;) {
    const answer = await ask();
    if (answer || Date.now() > deadline) return answer;
    await pause(everyMs);
  }
}

/** Runs `work` for each item, so many at a time, in order of the items. Rejects when one has failed, but not before all that was begun has ended. */
export async function inParallel(items, atOnce, work) {
  const results = new Array(items.length);
  let next = 0;
  const lane = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index], index).catch((error) => {
        next = items.length;
        throw error;
      });
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: Math.min(atOnce, items.length) }, lane));
  const failed = ended.find(({ status }) => status === 'rejected');
  if (failed) throw failed.reason;
  return results;
}

/** So many things, by number. */
export function times(count) {
  return Array.from({ length: count }, (_, index) => index);
}

/** How many of each. */
export function tally(words) {
  const counts = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}
