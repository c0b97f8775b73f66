import { Long, MongoServerError, UUID, type ClientSession, type Collection, type Document, type MongoClient } from 'mongodb';
import { rawCommand } from '../raw-command';
import { ask, commandOf, resultOf } from './ask';
import type { Account, Operation, Result } from './model';
import type { ObservedServer } from './observed-server';
import type { Attempt, History, Kill, Recorded, Unit } from './record';
import type { Act, Ending } from './script';

const initial: readonly Account[] = [
  { _id: 0, n: 0, log: [] },
  { _id: 1, n: 1, code: 'a', log: [] },
  { _id: 2, n: 2, code: 'b', log: [] },
  { _id: 3, n: 3, log: [] },
];

/** Runs one script per client against the server, all at once, and gives what everybody saw. */
export async function runHistory(server: ObservedServer, clients: readonly MongoClient[], scripts: readonly Act[][]): Promise<History> {
  const run = new Run(server, clients);
  await run.prepare();
  await Promise.all(scripts.map((acts, client) => run.follow(client, acts)));
  return run.history();
}

class Run {
  private time = 0;
  private lastToken = 0;
  private readonly attempts: Attempt[] = [];
  private readonly units: Unit[] = [];
  private readonly kills: Kill[] = [];
  /** The session that each client uses now. */
  private readonly sessions: (ClientSession | undefined)[] = [];

  constructor(
    private readonly server: ObservedServer,
    private readonly clients: readonly MongoClient[],
  ) {}

  async prepare(): Promise<void> {
    const accounts = this.accountsOf(0);
    this.server.onChange = () => undefined;
    await accounts.deleteMany({});
    await accounts.createIndexes([{ key: { n: 1 } }, { key: { code: 1 }, unique: true, sparse: true }]);
    await accounts.insertMany(initial.map((account) => ({ ...account, log: [] })));
    this.server.onChange = (puts) => void this.units.push({ at: ++this.time, puts });
  }

  async follow(client: number, acts: readonly Act[]): Promise<void> {
    for (const act of acts) {
      if (act.kind === 'plain') await this.plain(client, act.operation);
      else if (act.kind === 'repeated') await this.repeated(client, act.operation, act.atOnce);
      else if (act.kind === 'kill') await this.kill(client, act.victim);
      else await this.transaction(client, act.operations, act.end, act.pause);
      if (act.kind !== 'repeated') await rest(act.pause);
    }
    await this.sessions[client]?.endSession();
  }

  async history(): Promise<History> {
    const accounts = this.accountsOf(0);
    const [n, code] = await Promise.all([accounts.find().hint('n_1').toArray(), accounts.find().hint('code_1').toArray()]);
    const final = { scan: await accounts.find().hint({ $natural: 1 }).toArray(), n, code };
    return { initial, attempts: this.attempts, units: this.units, kills: this.kills, final };
  }

  private accountsOf(client: number): Collection<Account> {
    return this.clients[client]!.db('bank').collection<Account>('accounts');
  }

  private async record(operation: Operation, action: (token: number) => Promise<Result>): Promise<Recorded> {
    const token = ++this.lastToken;
    const invoked = ++this.time;
    const result = await action(token);
    return { operation, token, invoked, answered: ++this.time, result };
  }

  private async plain(client: number, operation: Operation): Promise<void> {
    const recorded = await this.record(operation, (token) => ask(this.accountsOf(client), operation, token, undefined));
    this.attempts.push({ client, operations: [recorded] });
  }

  /** The same command with the same number twice: it must be done once, and answered alike. */
  private async repeated(client: number, operation: Operation, atOnce: boolean): Promise<void> {
    const number = { lsid: { id: new UUID() }, txnNumber: Long.fromNumber(1), $db: 'bank' };
    const send = (token: number): Promise<Document> =>
      rawCommand(this.server.port, { ...commandOf('accounts', operation, token), ...number });
    const recorded = await this.record(operation, async (token) => {
      const [first, second] = atOnce ? await Promise.all([send(token), send(token)]) : [await send(token), await send(token)];
      const [one, other] = [resultOf(first), resultOf(second)];
      // A refused statement changes nothing and is tried again.
      if (JSON.stringify(one) !== JSON.stringify(other) && !('error' in one || 'error' in other))
        throw new Error(`a repeated write was answered differently: ${JSON.stringify([one, other])}`);
      return 'error' in one ? other : one;
    });
    this.attempts.push({ client, operations: [recorded] });
  }

  private async kill(client: number, victim: number): Promise<void> {
    const session = this.sessions[victim];
    if (!session || victim === client) return;
    const invoked = ++this.time;
    await this.clients[client]!.db('admin').command({ killSessions: [session.id] });
    this.kills.push({ victim, invoked, answered: ++this.time });
  }

  private async transaction(client: number, operations: readonly Operation[], end: Ending, pause: number): Promise<void> {
    const session = (this.sessions[client] ??= this.clients[client]!.startSession());
    session.startTransaction();
    const done: Recorded[] = [];
    for (const operation of operations) {
      const recorded = await this.record(operation, (token) => ask(this.accountsOf(client), operation, token, session));
      done.push(recorded);
      if ('error' in recorded.result) break;
      await rest(pause);
    }
    const invoked = ++this.time;
    const failed = done.some(({ result }) => 'error' in result);
    const ended = await this.end(client, session, failed ? 'abort' : end);
    this.attempts.push({ client, operations: done, transaction: { ...ended, invoked, answered: ++this.time } });
  }

  /** Ends the transaction; tells whether it is committed, and if not, why. */
  private async end(client: number, session: ClientSession, end: Ending): Promise<Ended> {
    switch (end) {
      case 'commit':
        return commit(session);
      case 'commitTwice':
        return commitTwice(session);
      case 'abort':
        return session.abortTransaction().then(() => ({ committed: false }));
      case 'abortTwice':
        return this.abortTwice(session);
      case 'overtaken':
        await this.overtake(session);
        this.sessions[client] = undefined;
        return session.endSession().then(() => ({ committed: false }));
      case 'endSession':
        this.sessions[client] = undefined;
        return session.endSession().then(() => ({ committed: false }));
    }
  }

  private async abortTwice(session: ClientSession): Promise<Ended> {
    await session.abortTransaction();
    const reply = await this.sendIn(session, 0, { abortTransaction: 1, $db: 'admin' });
    if (reply['code'] !== 251) throw new Error(`a repeated abort was answered ${JSON.stringify(reply)}`);
    return { committed: false };
  }

  private async overtake(session: ClientSession): Promise<void> {
    const reply = await this.sendIn(session, 1, { find: 'accounts', filter: { _id: 0 }, startTransaction: true, $db: 'bank' });
    if (reply['ok'] !== 1) throw new Error(`a session's next transaction did not begin: ${JSON.stringify(reply)}`);
    await this.sendIn(session, 1, { abortTransaction: 1, $db: 'admin' });
    // The driver has to go on with the number behind it.
    numbered(session).txnNumber++;
  }

  /** Sends a command of the session's transaction, or of one so many later, over a connection of its own. */
  private sendIn(session: ClientSession, later: number, command: Document): Promise<Document> {
    const txnNumber = Long.fromNumber(numbered(session).txnNumber + later);
    return rawCommand(this.server.port, { ...command, lsid: session.id, txnNumber, autocommit: false });
  }
}

function numbered(session: ClientSession): { txnNumber: number } {
  return session.serverSession;
}

interface Ended {
  readonly committed: boolean;
  readonly error?: number;
}

async function commit(session: ClientSession): Promise<Ended> {
  try {
    await session.commitTransaction();
    return { committed: true };
  } catch (error) {
    if (!(error instanceof MongoServerError)) throw error;
    return { committed: false, error: Number(error.code) };
  }
}

async function commitTwice(session: ClientSession): Promise<Ended> {
  const ended = await commit(session);
  if (ended.committed) await session.commitTransaction();
  return ended;
}

async function rest(turns: number): Promise<void> {
  for (let i = 0; i < turns; i++) await new Promise((resolve) => setImmediate(resolve));
}
