import { fork } from 'node:child_process';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { DataFolderBusy, DataFolderRefused } from './data-folder-errors';
import { hostServer, type ServerOptions } from './hosted-server';
import type { Report } from './server-thread';

export interface EmbeddedMongoOptions extends ServerOptions {
  /**
   * Where the server runs: on the caller's event loop, on a thread of its own, or in a process of its own for several processes to share.
   * Default `thread`. Thread and process need the compiled JavaScript.
   */
  readonly mode?: 'inline' | 'thread' | 'process';
}

/** A running server. */
export interface EmbeddedMongo {
  /** For `mongoose.connect` or `new MongoClient`. */
  readonly uri: string;
  readonly port: number;
  /** Finishes what is being written and closes; idempotent. */
  stop(): Promise<void>;
  /** Calls back once when the server ends, with the reason unless it was asked to. */
  onExit(listener: (reason: Error | undefined) => void): void;
}

/** Starts a MongoDB-compatible server on a data folder. Errors: `DataFolderBusy` with the other's address, `DataFolderRefused`. */
export async function startEmbeddedMongo(options: EmbeddedMongoOptions): Promise<EmbeddedMongo> {
  const { mode = 'thread', ...rest } = options;
  if (mode !== 'inline') return startHost(mode === 'thread' ? threadHost(rest) : processHost(rest));
  const exit = new Exit();
  const server = await hostServer(rest);
  void server.failed.then((error) => exit.happen(error));
  const stop = (): Promise<void> => server.stop().then(() => exit.happen(undefined));
  return { uri: server.uri, port: server.port, stop, onExit: (listener) => exit.listen(listener) };
}

/** What is told once, to those who ask before and after. */
export class Exit {
  private reason: { error: Error | undefined } | undefined;
  private readonly listeners: ((reason: Error | undefined) => void)[] = [];

  happen(error: Error | undefined): void {
    if (this.reason) return;
    this.reason = { error };
    for (const listener of this.listeners) listener(error);
  }

  listen(listener: (reason: Error | undefined) => void): void {
    if (this.reason) listener(this.reason.error);
    else this.listeners.push(listener);
  }
}

/** A thread or a process that runs `server-thread`. */
interface Host {
  send(message: string): void;
  onReport(listener: (report: Report) => void): void;
  onEnd(listener: (error: Error | undefined) => void): void;
}

const entry = join(__dirname, 'server-thread.js');

function threadHost(options: ServerOptions): Host {
  const worker = new Worker(entry, { workerData: options });
  return {
    send: (message) => worker.postMessage(message),
    onReport: (listener) => worker.on('message', listener),
    onEnd: (listener) => {
      worker.on('error', (error) => listener(error));
      worker.on('exit', (code) => listener(code === 0 ? undefined : new Error(`The database thread ended with code ${code}.`)));
    },
  };
}

function processHost(options: ServerOptions): Host {
  const child = fork(entry, [JSON.stringify(options)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  return {
    send: (message) => void (child.connected && child.send(message)),
    onReport: (listener) => child.on('message', (message) => listener(message as Report)),
    onEnd: (listener) => {
      child.on('error', listener);
      child.on('exit', (code, signal) =>
        listener(code === 0 ? undefined : new Error(`The database process ended with ${signal ?? `code ${code}`}.`)),
      );
    },
  };
}

async function startHost(host: Host): Promise<EmbeddedMongo> {
  const exit = new Exit();
  let stopping = false;
  host.onEnd((error) => exit.happen(error ?? (stopping ? undefined : new Error('The database server ended.'))));
  const ended = new Promise<void>((resolve) => exit.listen(() => resolve()));
  const { uri, port } = await new Promise<Extract<Report, { kind: 'ready' }>>((resolve, reject) => {
    host.onReport((report) => {
      if (report.kind === 'ready') return resolve(report);
      if (report.kind === 'failed') exit.happen(errorOf(report));
      reject(errorOf(report));
    });
    exit.listen((error) => reject(error ?? new Error('The database server ended while it started.')));
  });
  const stop = (): Promise<void> => {
    if (!stopping) host.send('stop');
    stopping = true;
    return ended;
  };
  return { uri, port, stop, onExit: (listener) => exit.listen(listener) };
}

function errorOf(report: Report): Error {
  if (report.kind === 'busy') return new DataFolderBusy(report.dataDir, report.uri);
  if (report.kind === 'refused') return new DataFolderRefused(report.dataDir, report.message, true);
  return new Error(report.kind === 'failed' ? report.message : 'The database server stopped while it started.');
}
