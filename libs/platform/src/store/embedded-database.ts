import { join, resolve } from 'node:path';
import { shareEmbeddedMongo } from '@cartwright/embedded-mongodb';
import type { Config } from '../config/config';

/** The database that a program of the shop works on. `stop` ends the embedded one, when this program started it. */
export interface OpenDatabase {
  readonly uri: string;
  readonly kind: 'server' | 'embedded' | 'attached';
  stop(): Promise<void>;
}

/**
 * What a killed process had in hand holds others up until the server gives it up. The shop's own transactions take milliseconds; real servers are to be told the same
 * (docs/operations.md).
 */
const transactionSeconds = 3;

const nothing = async (): Promise<void> => Promise.resolve();

/**
 * `MONGODB_URI`, or the embedded database on `DATA_DIR/mongodb`: run in a thread of this program, or, when another program of the shop runs
 * it already, that one, whose place this program takes when it ends. A program without a database ends too, with code 1.
 */
export async function openDatabase(config: Config): Promise<OpenDatabase> {
  if (config.MONGODB_URI) return { uri: config.MONGODB_URI, kind: 'server', stop: nothing };
  const dataDir = join(config.DATA_DIR, 'mongodb');
  const mongo = await shareEmbeddedMongo({ dataDir, mode: 'thread', socket: socketIn(config.DATA_DIR), transactionSeconds });
  mongo.onTakeOver(() => process.stdout.write('The program that ran the database has ended; this one runs it now.\n'));
  mongo.onExit((reason) => {
    if (!reason) return;
    process.stderr.write(`${reason.message}\n`);
    process.exit(1);
  });
  return { uri: mongo.uri, kind: mongo.role === 'host' ? 'embedded' : 'attached', stop: () => mongo.stop() };
}

/** A Unix socket costs a fifth less CPU than TCP. Its path has at most 107 bytes (unix(7)), and Windows has none: there it is TCP on the loopback. */
function socketIn(dataDir: string): string | undefined {
  const path = resolve(dataDir, 'mongodb.sock');
  return process.platform !== 'win32' && Buffer.byteLength(path) <= 107 ? path : undefined;
}
