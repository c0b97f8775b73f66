import type { Document } from '../bson/codec';
import { fail } from '../errors';
import { noSuchTransaction, type Session } from '../transactions/session';
import type { Transaction } from '../transactions/transaction';
import type { CommandContext, CommandTable } from './command';

export const sessionCommands: CommandTable = {
  commitTransaction: { options: ['recoveryToken'], inTransaction: true, takesWriteConcern: true, run: commit },
  abortTransaction: { options: ['recoveryToken'], inTransaction: true, takesWriteConcern: true, run: abort },
  endSessions: { options: [], run: endSessions },
  killSessions: { options: [], run: endSessions },
  refreshSessions: { options: [], run: () => ({}) },
  startSession: { options: [], run: () => fail('CommandNotSupported', 'sessions are started by the client') as never },
};

/** Commits; a repeated commit of the same transaction succeeds again, also after a restart. Errors: 251, 112. */
async function commit(context: CommandContext): Promise<Document> {
  const session = transactionSession(context);
  await session.committing;
  if (session.state === 'committed') return {};
  const { transaction } = session;
  if (!transaction) throw noSuchTransaction(session.number);
  if (!transaction.hasChanges) return finish(session, 'committed');
  session.busy = true;
  session.committing = replay(context, session, transaction);
  try {
    await session.committing;
    return {};
  } finally {
    session.busy = false;
    session.committing = undefined;
  }
}

async function replay({ engine }: CommandContext, session: Session, transaction: Transaction): Promise<void> {
  try {
    await engine.writer.run(() => {
      transaction.replay(engine.writes, session.transactionId);
      session.state = 'committed';
      session.save();
      // Whoever waits may prepare the next commit while this one is flushed; it cannot come before.
      transaction.end();
    });
  } catch (error) {
    session.state = 'inProgress';
    session.abort();
    throw error;
  }
  finish(session, 'committed');
}

function finish(session: Session, state: Session['state']): Document {
  session.state = state;
  session.abort();
  return {};
}

function abort(context: CommandContext): Document {
  const session = transactionSession(context);
  if (session.state === 'committed') throw fail('TransactionCommitted', `Transaction ${session.number} has been committed.`);
  if (!session.transaction) throw noSuchTransaction(session.number);
  session.abort();
  return {};
}

/** Errors: 251 when the number is not the session's last. */
function transactionSession({ session, body }: CommandContext): Session {
  if (!session || body['txnNumber'] === undefined)
    throw fail('InvalidOptions', 'commitTransaction and abortTransaction need a session and a transaction number');
  const number = BigInt(body['txnNumber'] as bigint | number);
  if (number !== session.number) throw noSuchTransaction(number);
  return session;
}

function endSessions({ engine, body, request }: CommandContext): Document {
  for (const lsid of (body[request.name] as Document[] | undefined) ?? []) engine.sessions.end(lsid);
  return {};
}
