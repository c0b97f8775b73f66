import { Binary, Double } from 'bson';
import type { Document } from '../bson/codec';
import type { Engine } from '../engine';
import { fail, failAt, MongoError } from '../errors';
import { Deadline } from '../execution/deadline';
import type { Operations } from '../execution/operations';
import { Turn } from '../execution/turn';
import type { Request } from '../protocol/messages';
import { CursorReply, elements, Refusal, type Reply } from '../protocol/reply';
import { noSuchTransaction, type Session } from '../transactions/session';
import { WriteConflict } from '../transactions/transaction';
import { aggregateCommands } from './aggregate';
import { catalogCommands } from './catalog-commands';
import { isTrue, toNumber, type Command, type CommandContext, type CommandTable, type ConnectionState } from './command';
import { diagnosticCommands } from './diagnostic-commands';
import { labelsFor } from './error-labels';
import { explainCommands } from './explain';
import { ConnectionDropped, type CommandAsked, type Fault } from '../fail-points';
import { findAndModifyCommands } from './find-and-modify';
import { handshakeCommands } from './handshake-commands';
import { indexCommands } from './index-commands';
import { parameterCommands } from './parameter-commands';
import { readCommands } from './read-commands';
import { isTimestamp, readConcernOf } from './read-concern';
import { sessionCommands } from './session-commands';
import { isChangeStream } from './watch';
import { checkWriteConcern, unsatisfied } from './write-concern';
import { writeCommands } from './write-commands';

/** Every command that this server knows. */
export const commands: CommandTable = {
  ...handshakeCommands,
  ...readCommands,
  ...writeCommands,
  ...findAndModifyCommands,
  ...aggregateCommands,
  ...catalogCommands,
  ...indexCommands,
  ...sessionCommands,
  ...diagnosticCommands,
  ...parameterCommands,
  ...explainCommands,
};

const table = new Map(Object.entries(commands));

/** Options that any command may carry. Those that mean something are read below; the others change nothing on a single server. */
const generic = new Set([
  '$db',
  'lsid',
  'txnNumber',
  'autocommit',
  'startTransaction',
  '$clusterTime',
  '$readPreference',
  'readConcern',
  'writeConcern',
  'maxTimeMS',
  'comment',
  'apiVersion',
  'apiStrict',
  'apiDeprecationErrors',
  '$audit',
  '$client',
  '$configServerState',
  '$queryOptions',
  'maxStalenessSeconds',
  'help',
  'databaseVersion',
  'rawData',
]);

/** Runs a command; never throws but to drop the connection. */
export async function dispatch(engine: Engine, request: Request, connection: ConnectionState): Promise<Reply> {
  const fault = engine.failPoints.faultOf(askedOf(request, connection));
  if (fault) await suffer(fault);
  // Asked beforehand, because a cursor that fails is gone; `failCommand` fails before MongoDB looks for it.
  const watching = !(fault && request.name === 'getMore') && watches(engine, request);
  try {
    if (fault?.error) throw fault.error;
    const reply = await engine.operations.during(operationOf(request, connection), (operation) =>
      run({ engine, request, connection, operation }),
    );
    return reply instanceof CursorReply ? reply : withWriteConcernError(reply as Document, request, fault);
  } catch (error) {
    if (error instanceof ConnectionDropped) throw error;
    return new Refusal(refusalOf(error, request, { fault, watching }));
  }
}

function askedOf(request: Request, { appName }: ConnectionState): CommandAsked {
  return { command: request.name, namespace: namespaceOf(request), appName };
}

function operationOf(request: Request, connection: ConnectionState): Parameters<Operations['during']>[0] {
  return { command: request.body, namespace: namespaceOf(request), connection };
}

function namespaceOf({ name, body, database }: Request): string {
  const collection: unknown = name === 'getMore' ? body['collection'] : body[name];
  return `${database}.${typeof collection === 'string' ? collection : '$cmd'}`;
}

async function suffer({ blockMilliseconds, closeConnection }: Fault): Promise<void> {
  if (blockMilliseconds > 0) await new Promise((resolve) => setTimeout(resolve, blockMilliseconds));
  if (closeConnection) throw new ConnectionDropped();
}

/** The command has done its work; what its write concern asks for beyond that may not be to be had. */
function withWriteConcernError(reply: Document, { name, body }: Request, fault: Fault | undefined): Document {
  if (!table.get(name)?.takesWriteConcern) return reply;
  const error = fault?.writeConcernError ?? unsatisfied(body);
  if (!error) return reply;
  const labels = fault?.labels ?? labelsFor(name, body, { writeConcernCode: Number(error['code']) });
  return { ...reply, writeConcernError: error, ...(labels.length > 0 && { errorLabels: labels }) };
}

function refusalOf(error: unknown, { name, body }: Request, { fault, watching }: { fault?: Fault; watching: boolean }): Document {
  if (error instanceof MongoError) {
    const { code, codeName, message, extra } = error;
    const labels = (fault?.error && fault.labels) ?? labelsFor(name, body, { code, watches: watching });
    return { errmsg: message, code, codeName, ...extra, ...(labels.length > 0 && { errorLabels: labels }) };
  }
  const failure = error instanceof Error ? error : new Error(String(error));
  return { errmsg: `${failure.name}: ${failure.message}`, code: 1, codeName: 'InternalError', stack: failure.stack };
}

/** Whether a command opens a change stream or goes on with one. */
function watches({ cursors }: Engine, { name, body }: Request): boolean {
  const id = body['getMore'];
  if (name === 'getMore') return typeof id === 'bigint' && cursors.isChangeStream(id);
  return name === 'aggregate' && isChangeStream(body['pipeline']);
}

type Asked = Pick<CommandContext, 'engine' | 'request' | 'connection' | 'operation'>;

async function run(asked: Asked): Promise<Reply> {
  const { engine, request } = asked;
  const command = table.get(request.name);
  if (!command) throw fail('CommandNotFound', `no such command: '${request.name}'`);
  checkOptions(command, request);
  gossip(engine, request.body['$clusterTime']);
  const session = sessionOf(engine, request);
  asked.operation.session = session;
  const inTransaction = isInTransaction(request);
  checkWriteConcern(request.body, { takes: takesWriteConcern(command, request.body), inTransaction });
  const context = contextOf(asked, session);
  if (inTransaction && session) return session.inOrder(() => runInTransaction(context, session, command));
  if (session && isTransactionEnd(request)) return session.inOrder(async () => command.run(context));
  if (session && command.retryable && request.body['txnNumber'] !== undefined) session.advance(numberOf(request.body));
  return command.run(context.readConcern.level === 'snapshot' ? await fromSnapshot(context) : context);
}

/** Whether the command is a statement of a transaction. */
function isInTransaction(request: Request): boolean {
  return request.body['autocommit'] === false && !isTransactionEnd(request);
}

function isTransactionEnd({ name }: Request): boolean {
  return name === 'commitTransaction' || name === 'abortTransaction';
}

/** Lets a command read as of one moment, and its client read on there. Errors: 239. */
async function fromSnapshot(context: CommandContext): Promise<CommandContext> {
  const { engine, readConcern } = context;
  // What is being written may belong to the time that is asked for.
  if (readConcern.atClusterTime) await engine.writer.caughtUp();
  const { view, time } = engine.snapshots.at(readConcern.atClusterTime);
  return { ...context, view, readConcern: { level: 'snapshot', atClusterTime: readConcern.atClusterTime ?? time } };
}

/** What the client has heard of the time. Errors: 14, 244. */
function gossip({ clock }: Engine, heard: unknown): void {
  if (heard === undefined || heard === null) return;
  const { clusterTime } = heard as Document;
  if (!isTimestamp(clusterTime)) throw fail('TypeMismatch', '"clusterTime" had the wrong type. Expected timestamp');
  clock.advance(clusterTime);
}

function takesWriteConcern({ takesWriteConcern: takes }: Command, body: Document): boolean {
  return typeof takes === 'function' ? takes(body) : takes === true;
}

async function runInTransaction(context: CommandContext, session: Session, command: Command): Promise<Reply> {
  const { engine, request } = context;
  if (!command.inTransaction)
    throw fail('OperationNotSupportedInTransaction', `Cannot run '${request.name}' in a multi-document transaction.`);
  enterTransaction(engine, request, session);
  const patience = isTrue(request.body['startTransaction']) ? Date.now() + longestPatience : 0;
  for (;;) {
    const transaction = session.transaction!;
    try {
      return await command.run({ ...context, transaction, view: transaction });
    } catch (error) {
      session.finish(transaction, 'aborted');
      if (!(error instanceof WriteConflict) || Date.now() > patience || engine.sessions.waiting >= mostWaiting) throw error;
      engine.sessions.waiting++;
      await moment(error.holder?.ended ?? engine.writer.caughtUp()).finally(() => engine.sessions.waiting--);
    }
    begin(engine, session, numberOf(request.body));
  }
}

/**
 * A transaction whose very first statement meets a conflict has shown nothing to its client yet, so it may begin anew with a later snapshot
 * when the other one is through, instead of sending its client around. It holds no lock while it waits, but a connection, of which the
 * other one may need the last: so only a few wait, and not for long.
 */
const longestPatience = 1000;
const longestMoment = 100;
const mostWaiting = 4;

function moment(ended: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, longestMoment);
    void ended.then(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Starts the transaction or goes on with it. Errors: 225, 251, 256. */
function enterTransaction(engine: Engine, { body }: Request, session: Session): void {
  const number = numberOf(body);
  if (isTrue(body['startTransaction'])) {
    if (number === session.number && session.state !== 'none') {
      throw failAt(50911, `Cannot start transaction ${number} on session because it is already in progress`);
    }
    return begin(engine, session, number);
  }
  if (number !== session.number || !session.transaction) {
    if (number === session.number && session.state === 'committed')
      throw fail('TransactionCommitted', `Transaction ${number} has been committed.`);
    throw noSuchTransaction(number);
  }
}

function begin(engine: Engine, session: Session, number: bigint): void {
  engine.sessions.begin(session, number, (snapshot) => engine.writer.sequenceAt(snapshot));
}

function numberOf(body: Document): bigint {
  return BigInt(body['txnNumber'] as bigint | number);
}

function sessionOf(engine: Engine, { body }: Request): Session | undefined {
  const lsid = body['lsid'] as Document | undefined;
  if (body['txnNumber'] !== undefined && !lsid)
    throw fail('InvalidOptions', 'Transaction number requires a session ID to also be specified');
  return lsid ? engine.sessions.get(lsid) : undefined;
}

function contextOf(asked: Asked, session: Session | undefined): CommandContext {
  const { engine, request } = asked;
  const { body, database } = request;
  const deadline = new Deadline(timeLimit(engine, body));
  const readConcern = readConcernOf(body, {
    name: request.name,
    takes: table.get(request.name)?.takesReadConcern ?? [],
    inTransaction: session !== undefined && isInTransaction(request),
    startsTransaction: isTrue(body['startTransaction']),
    now: engine.clock.now(),
  });
  // One object written out: spreading costs more than the rest of a point read's way here.
  return {
    engine,
    request,
    connection: asked.connection,
    operation: asked.operation,
    body,
    database,
    session,
    transaction: undefined,
    view: engine.current,
    readConcern,
    deadline,
    turn: new Turn(engine.longestTurn),
    now: new Date(),
  };
}

/** Errors: 50 when a fail point says that the time is up. */
function timeLimit({ failPoints }: Engine, body: Document): number {
  const limit = toNumber(body['maxTimeMS']) ?? 0;
  if (limit <= 0 || failPoints.hit('maxTimeNeverTimeOut')) return 0;
  if (failPoints.hit('maxTimeAlwaysTimeOut')) throw fail('MaxTimeMSExpired', 'operation exceeded time limit');
  return limit;
}

/** Errors: 40415 for an option that is not known, 238 for one that is known and not supported. */
function checkOptions(command: Command, { name, body }: Request): void {
  for (const option in body) {
    if (option === name || generic.has(option)) continue;
    if (!command.options.includes(option)) throw failAt(40415, `BSON field '${name}.${option}' is an unknown field.`);
    if (command.refused?.includes(option) && isTrue(body[option]))
      throw fail('NotImplemented', `option '${option}' of ${name} is not supported by this server`);
  }
}

const signature = { hash: new Binary(Buffer.alloc(20), 0), keyId: 0n };
const tails = new WeakMap<Engine, { time: bigint; succeeded: Buffer; failed: Buffer }>();

/** What every reply ends with, encoded: `ok`, and the server's time. */
export function tailOf(engine: Engine, reply: Reply): Buffer {
  const operationTime = engine.clock.now();
  const time = operationTime.toBigInt();
  let known = tails.get(engine);
  if (known?.time !== time) {
    const times = { $clusterTime: { clusterTime: operationTime, signature }, operationTime };
    known = { time, succeeded: elements({ ok: new Double(1), ...times }), failed: elements({ ok: new Double(0), ...times }) };
    tails.set(engine, known);
  }
  return reply instanceof Refusal ? known.failed : known.succeeded;
}
