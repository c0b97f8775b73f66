import { isIPv6 } from 'node:net';
import { DataFolder } from './data-folder';
import { DataFolderRefused, refusedBecause } from './data-folder-errors';
import { Engine } from '../engine';
import { startSweeping } from './sweeper';
import { WireServer } from './wire-server';

export interface ServerOptions {
  /** Where the data lives; made when missing. */
  readonly dataDir: string;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: a free one. */
  readonly port?: number;
  /** A Unix socket to listen on instead. */
  readonly socket?: string;
  /** Default true. False leaves out the flush to disk: for tests, whose data may be lost with the machine. */
  readonly durable?: boolean;
  /** How many bytes of past changes are kept for change streams to go back to. Default 64 MiB. */
  readonly oplogSize?: number;
  /** How long a transaction may live, which is how long a killed client's holds others up. Default 60, as MongoDB's `transactionLifetimeLimitSeconds`. */
  readonly transactionSeconds?: number;
}

export interface HostedServer {
  readonly uri: string;
  readonly port: number;
  /** Idempotent. */
  stop(): Promise<void>;
  /** Resolves when the server has stopped because it cannot write; its thread is then to be ended. */
  readonly failed: Promise<Error>;
}

/** Starts a server on this thread's event loop. Errors: `DataFolderBusy`, `DataFolderRefused`, EADDRINUSE. */
export async function hostServer(options: ServerOptions): Promise<HostedServer> {
  const { host = '127.0.0.1', port: wanted = 0, socket, durable = true, oplogSize = 64 * 1024 * 1024 } = options;
  const folder = await DataFolder.open(options.dataDir, durable);
  const engine = await openEngine(folder, durable);
  if (options.transactionSeconds) engine.sessions.longestTransaction = options.transactionSeconds;
  const server = new WireServer(engine);
  const sweeping = startSweeping(engine, oplogSize);
  const close = async (usable: boolean): Promise<void> => {
    await sweeping.stop();
    await server.close();
    // LMDB waits for ever for a commit that has failed; the end of its thread closes it.
    if (usable) await engine.close();
    await folder.close();
  };
  let closed: Promise<void> | undefined;
  const stop = (): Promise<void> => (closed ??= close(true));
  const failed = engine.writer.failed.then(async (reason) => {
    await (closed ??= close(false));
    return new Error(
      `The database on ${folder.path} has stopped because it cannot write (${reason}). Nothing that was acknowledged is lost: ` +
        'see to the disk (room, quota, health) and start again.',
    );
  });
  try {
    const port = await server.listen(socket === undefined ? { host, port: wanted } : { socket });
    engine.address = { host: isIPv6(host) ? `[${host}]` : host, port };
    const where = socket === undefined ? `${engine.address.host}:${port}` : encodeURIComponent(socket);
    const uri = `mongodb://${where}/?replicaSet=rs0&directConnection=true`;
    folder.announce(uri);
    return { uri, port, stop, failed };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function openEngine(folder: DataFolder, durable: boolean): Promise<Engine> {
  try {
    const engine = new Engine(folder.path, { durable });
    folder.settle();
    return engine;
  } catch (error) {
    await folder.close();
    throw cannotOpen(folder.path, error);
  }
}

/** LMDB's errors and those of bytes that are no BSON have messages only. */
function cannotOpen(path: string, error: unknown): Error {
  if (typeof (error as NodeJS.ErrnoException).code === 'string') return refusedBecause(path, error);
  const advice = 'if it is damaged, put back a copy of the folder, or start with an empty one';
  return new DataFolderRefused(path, `data.mdb cannot be opened (${error instanceof Error ? error.message : String(error)}); ${advice}`);
}
