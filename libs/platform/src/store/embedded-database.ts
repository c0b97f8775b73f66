import { join, resolve } from 'node:path';
import { DataFolderBusy, startEmbeddedMongo } from '@cartwright/embedded-mongodb';
import type { Config } from '../config/config';

/** The database that a program of the shop works on. `stop` ends the embedded one, when this program started it. */
export interface OpenDatabase {
  readonly uri: string;
  readonly kind: 'server' | 'embedded' | 'attached';
  stop(): Promise<void>;
}

const nothing = async (): Promise<void> => Promise.resolve();

/**
 * `MONGODB_URI`, or the embedded database on `DATA_DIR/mongodb`: started in a thread of this program, or, when another program of the shop
 * has it running already, that one.
 */
export async function openDatabase(config: Config): Promise<OpenDatabase> {
  if (config.MONGODB_URI) return { uri: config.MONGODB_URI, kind: 'server', stop: nothing };
  try {
    const dataDir = join(config.DATA_DIR, 'mongodb');
    const mongo = await startEmbeddedMongo({ dataDir, mode: 'thread', socket: socketIn(config.DATA_DIR) });
    return { uri: mongo.uri, kind: 'embedded', stop: () => mongo.stop() };
  } catch (error) {
    if (error instanceof DataFolderBusy && error.uri) return { uri: error.uri, kind: 'attached', stop: nothing };
    throw error;
  }
}

/** A Unix socket costs a fifth less CPU than TCP. Its path has at most 107 bytes (unix(7)), and Windows has none: there it is TCP on the loopback. */
function socketIn(dataDir: string): string | undefined {
  const path = resolve(dataDir, 'mongodb.sock');
  return process.platform !== 'win32' && Buffer.byteLength(path) <= 107 ? path : undefined;
}
