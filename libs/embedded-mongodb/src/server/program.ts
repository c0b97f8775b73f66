#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { packageVersion } from '../version';
import { DataFolderBusy, DataFolderRefused } from './data-folder-errors';
import { hostServer, type ServerOptions } from './hosted-server';

/** What the program's end says. */
const exitCodes = { stopped: 0, failed: 1, usage: 2, busy: 3, refused: 4, address: 5 } as const;

const help = `embedded-mongodb: a small server that speaks MongoDB's wire protocol, for evaluation, development and tests.

  embedded-mongodb --dbpath <folder> [--port <number> | --socket <path>] [--exposed <address>]

  --dbpath <folder>     where the data lives; made when missing
  --port <number>       default 27017; 0 takes a free one
  --socket <path>       a Unix socket to listen on instead of a port
  --exposed <address>   listen on this address of the machine instead of 127.0.0.1. There are no users and no encryption:
                        whoever reaches the port may read and change everything
  --help, --version

When it is ready, the connection string is printed as one line. SIGINT and SIGTERM stop it.
Ends with 0 when stopped, 1 when it could not go on, 2 for wrong arguments, 3 when another server uses the folder,
4 when the folder cannot be used (damaged, foreign, of a newer version, not writable), 5 when it cannot listen there.
`;

/** Wrong arguments; the message says which. */
class UsageError extends Error {}

void run(process.argv.slice(2));

async function run(args: string[]): Promise<void> {
  try {
    const options = readArguments(args);
    if (typeof options === 'string') return void process.stdout.write(options);
    await serve(options);
  } catch (error) {
    const advice = error instanceof UsageError ? ' See --help.' : '';
    process.stderr.write(`embedded-mongodb: ${(error as Error).message}${advice}\n`);
    process.exitCode = codeOf(error);
  }
}

/** Runs until a signal comes or the disk fails. */
async function serve(options: ServerOptions): Promise<void> {
  const signalled = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => resolve());
  });
  const server = await hostServer(options);
  if (options.host !== undefined) process.stderr.write(warning(options.host));
  process.stdout.write(`${server.uri}\n`);
  const failure = await Promise.race([server.failed, signalled]);
  if (!failure) return server.stop();
  process.stderr.write(`embedded-mongodb: ${failure.message}\n`);
  // LMDB would wait for ever for the commit that has failed.
  process.exit(exitCodes.failed);
}

function warning(address: string): string {
  return (
    `embedded-mongodb: WARNING: exposed at ${address}. There are no users, no passwords and no encryption: ` +
    'whoever reaches this port may read and change everything.\n'
  );
}

/** A text to print and end with, or how to serve. Errors: `UsageError`. */
function readArguments(args: string[]): string | ServerOptions {
  const { dbpath, port, socket, exposed, ...asked } = parsed(args);
  if (asked.help) return help;
  if (asked.version) return `${packageVersion}\n`;
  if (!dbpath) throw new UsageError('--dbpath is missing.');
  if (socket === undefined) return { dataDir: dbpath, port: portNumber(port), host: exposed };
  if (port !== undefined || exposed !== undefined) throw new UsageError('--socket goes with neither --port nor --exposed.');
  return { dataDir: dbpath, socket };
}

function parsed(args: string[]): { dbpath?: string; port?: string; socket?: string; exposed?: string; help?: boolean; version?: boolean } {
  const [text, flag] = [{ type: 'string' }, { type: 'boolean' }] as const;
  try {
    return parseArgs({ args, options: { dbpath: text, port: text, socket: text, exposed: text, help: flag, version: flag } }).values;
  } catch (error) {
    throw new UsageError(`${(error as Error).message}.`);
  }
}

function portNumber(text = '27017'): number {
  if (/^\d{1,5}$/.test(text) && Number(text) < 65536) return Number(text);
  throw new UsageError(`--port must be a number from 0 to 65535, not '${text}'.`);
}

function codeOf(error: unknown): number {
  if (error instanceof UsageError) return exitCodes.usage;
  if (error instanceof DataFolderBusy) return exitCodes.busy;
  if (error instanceof DataFolderRefused) return exitCodes.refused;
  return ['listen', 'getaddrinfo'].includes((error as NodeJS.ErrnoException).syscall ?? '') ? exitCodes.address : exitCodes.failed;
}
