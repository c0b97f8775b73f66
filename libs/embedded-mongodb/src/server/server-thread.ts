import { parentPort, workerData } from 'node:worker_threads';
import { DataFolderBusy, DataFolderRefused } from './data-folder-errors';
import { hostServer, type HostedServer, type ServerOptions } from './hosted-server';

/** What the server's thread or process tells whoever started it. */
export type Report =
  | { readonly kind: 'ready'; readonly uri: string; readonly port: number }
  | { readonly kind: 'busy'; readonly dataDir: string; readonly uri: string | undefined }
  | { readonly kind: 'refused'; readonly dataDir: string; readonly message: string }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'stopped' };

/** The one thing it can be told. */
export const stopMessage = 'stop';

// Entry of the worker thread and of the child process alike.
const port = parentPort;
const options = port ? (workerData as ServerOptions) : (JSON.parse(process.argv[2] ?? '{}') as ServerOptions);

/** `done` is called when the message is out. A process whose parent is gone has nobody to report to. */
function report(message: Report, done: () => void = () => undefined): void {
  if (!port && process.connected) return void process.send?.(message, undefined, undefined, done);
  port?.postMessage(message);
  done();
}

hostServer(options).then(
  (server) => {
    const stopOnce = stopping(server);
    void server.failed.then((error) => report(describe(error), () => process.exit(1)));
    if (port) port.on('message', stopOnce);
    else {
      process.on('message', stopOnce);
      // The parent is gone: nobody is left to serve.
      process.on('disconnect', stopOnce);
      if (!process.connected) stopOnce();
      process.on('SIGTERM', stopOnce);
    }
    // Not before it can be told to stop: whoever hears this may do so at once.
    report({ kind: 'ready', uri: server.uri, port: server.port });
  },
  (error: unknown) => {
    report(describe(error));
    leave();
  },
);

function stopping(server: HostedServer): () => void {
  let stopped = false;
  return () => {
    if (stopped) return;
    stopped = true;
    void server.stop().then(() => {
      report({ kind: 'stopped' });
      leave();
    });
  };
}

function leave(): void {
  if (port) port.close();
  else if (process.connected) process.disconnect();
}

function describe(error: unknown): Report {
  if (error instanceof DataFolderBusy) return { kind: 'busy', dataDir: error.dataDir, uri: error.uri };
  if (error instanceof DataFolderRefused) return { kind: 'refused', dataDir: error.dataDir, message: error.message };
  return { kind: 'failed', message: error instanceof Error ? error.message : String(error) };
}
