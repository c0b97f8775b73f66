import { Logger } from '@nestjs/common';
import type { Model } from 'mongoose';
import type { OutboxRow } from './outbox';

const logger = new Logger('Relay');
/** Work that has taken longer will hardly end: somebody else may try it. */
const longestMs = 600_000;

/**
 * Keeps a row for this process while it is at work on it, `leaseMs` at a time, however long others or the outside world let it wait. `untilMs`: for so long nobody else takes it, if
 * nothing is done. Who has lost the row all the same changes nothing of it.
 */
export async function keeping<T>(
  rows: Model<OutboxRow>,
  row: Pick<OutboxRow, 'id' | 'dueAt'>,
  { leaseMs, untilMs }: { leaseMs: number; untilMs: number },
  work: () => Promise<T>,
): Promise<T> {
  const begun = Date.now();
  let { dueAt } = row;
  const extend = async (): Promise<void> => {
    const now = Date.now();
    if (!dueAt || dueAt.getTime() - now > (leaseMs * 2) / 3 || now - begun > longestMs) return;
    const known = dueAt;
    dueAt = new Date(now + leaseMs);
    const { matchedCount } = await rows.updateOne({ _id: row.id, dueAt: known }, { $set: { dueAt } });
    if (matchedCount === 0) clearInterval(timer);
  };
  const timer = setInterval(() => {
    extend().catch((error: unknown) => logger.warn(`The lease of event ${row.id} could not be extended.`, error));
  }, untilMs / 3);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
