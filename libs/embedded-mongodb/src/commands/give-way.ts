import { checkAlive } from '../execution/operations';
import { fail } from '../errors';
import { breath, type Breath, type Paced } from '../values/breath';
import type { CommandContext } from './command';

/**
 * Lets others have their turn if it is time to. Errors: 50, and when there is no going on afterwards: 11601 for a command that has been
 * killed, 279 when nobody is left to answer, 239 and 251 when what it reads from has been closed.
 */
export function giveWay(context: CommandContext): Promise<void> | undefined {
  context.deadline.check();
  return context.turn.isOver ? pause(context) : undefined;
}

async function pause({ turn, operation, connection, view, deadline }: CommandContext): Promise<void> {
  await turn.giveWay();
  checkAlive(operation);
  if (connection.gone?.aborted) throw fail('ClientDisconnect', 'operation was interrupted because a client disconnected');
  view.checkOpen();
  deadline.check();
}

/** Hands over all that a read finds, and gives way in between. Errors: as `giveWay`. */
export async function forEach<T>(context: CommandContext, found: Paced<T>, take: (item: T) => void): Promise<void> {
  for (const item of found) {
    if (item === breath) await giveWay(context);
    else take(item);
  }
}

/** What a long computation comes to, giving way in between. Errors: as `giveWay`. */
export async function outcome<T>(context: CommandContext, computation: Generator<Breath, T>): Promise<T> {
  for (;;) {
    const step = computation.next();
    if (step.done) return step.value;
    await giveWay(context);
  }
}
