import { UUID } from 'bson';
import type { Document } from '../bson/codec';
import type { Engine } from '../engine';
import { fail } from '../errors';
import { noSuchTransaction, type Session } from '../transactions/session';
import type { Transaction } from '../transactions/transaction';
import type { CommandContext, CommandTable } from './command';

export const sessionCommands: CommandTable = {
  commitTransaction: { options: ['recoveryToken'], inTransaction: true, takesWriteConcern: true, run: commit },
  abortTransaction: { options: ['recoveryToken'], inTransaction: true, takesWriteConcern: true, run: abort },
  endSessions: { options: [], run: endSessions },
  killSessions: { options: [], run: killSessions },
  killAllSessions: { options: [], run: killAllSessions },
  refreshSessions: { options: [], run: refreshSessions },
  startSession: { options: [], run: () => ({ id: { id: new UUID() }, timeoutMinutes: 30 }) },
};

/** Commits; a repeated commit of the same transaction succeeds again, also after a restart. Errors: 251. */
async function commit(context: CommandContext): Promise<Document> {
  await context.session?.committing;
  const session = transactionSession(context);
  if (session.state === 'committed') return {};
  const { transaction } = session;
  if (!transaction) throw noSuchTransaction(session.number);
  if (transaction.hasChanges) await carryOut(context, session, transaction);
  else session.finish(transaction, 'committed');
  return {};
}

function carryOut(context: CommandContext, session: Session, transaction: Transaction): Promise<void> {
  const committing = replay(context, session, transaction).finally(() => {
    if (session.committing === committing) session.committing = undefined;
  });
  return (session.committing = committing);
}

async function replay({ engine }: CommandContext, session: Session, transaction: Transaction): Promise<void> {
  const { number } = session;
  try {
    await engine.writer.run(() => {
      transaction.replay(engine.writes, session.transactionId);
      // Whoever waits may prepare the next commit while this one is flushed; it cannot come before.
      session.finish(transaction, 'committed');
      session.save();
    });
  } catch (error) {
    session.finish(transaction, 'aborted');
    if (session.number === number) session.state = 'aborted';
    throw error;
  }
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

/** Ends what runs in all sessions, and keeps the sessions. Named ones are of users, of whom there are none. */
function killAllSessions({ engine, body }: CommandContext): Document {
  const users = body['killAllSessions'] as Document[] | undefined;
  if (!users || users.length === 0) killAll(engine);
  return {};
}

function killAll(engine: Engine): void {
  engine.operations.kill(({ session }) => session !== undefined);
  engine.sessions.abortAll();
  engine.cursors.killOf(() => true);
}

function refreshSessions({ engine, body }: CommandContext): Document {
  for (const lsid of sessionIds(body['refreshSessions'])) engine.sessions.get(lsid);
  return {};
}

function endSessions({ engine, body }: CommandContext): Document {
  killOpen(engine, sessionIds(body['endSessions']));
  for (const lsid of sessionIds(body['endSessions'])) engine.sessions.end(lsid);
  return {};
}

/** Ends what is open in the sessions; in all sessions, when none is named. */
function killSessions({ engine, body }: CommandContext): Document {
  const named = sessionIds(body['killSessions']);
  if (named.length === 0) killAll(engine);
  else killOpen(engine, named);
  return {};
}

function killOpen(engine: Engine, lsids: readonly Document[]): void {
  const killed = new Set(lsids.map((lsid) => engine.sessions.kill(lsid)));
  engine.operations.kill(({ session }) => session !== undefined && killed.has(session));
  engine.cursors.killOf((session) => killed.has(session));
}

function sessionIds(stated: unknown): Document[] {
  if (!Array.isArray(stated)) throw fail('TypeMismatch', 'the sessions must be stated as an array');
  return stated as Document[];
}
