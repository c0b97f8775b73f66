import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { damageOf } from './data-file';

const formatFile = 'embedded-mongodb.json';
const format = 1;

/** The data folder belongs to a server that is running; `uri` reaches it. */
export class DataFolderBusy extends Error {
  constructor(
    readonly dataDir: string,
    /** Absent while the other server is still starting. */
    readonly uri: string | undefined,
  ) {
    super(`The data folder ${dataDir} is in use by a running server${uri === undefined ? '' : ` at ${uri}`}.`);
    this.name = 'DataFolderBusy';
  }
}

/** The data folder cannot be used: it holds something else, or data of a newer version. */
export class DataFolderRefused extends Error {
  constructor(
    readonly dataDir: string,
    reason: string,
    /** The reason is the whole message: the error comes from another thread. */
    whole = false,
  ) {
    super(whole ? reason : `The data folder ${dataDir} cannot be used: ${reason}`);
    this.name = 'DataFolderRefused';
  }
}

/**
 * Exclusive use of a data folder. The lock is a listening socket, because that dies with its process whatever kills it: there is no stale
 * lock to judge. Whoever knocks is told where the server is.
 */
export class DataFolder {
  private uri: string | undefined;

  private constructor(
    readonly path: string,
    private readonly lock: Server,
  ) {}

  /** Errors: `DataFolderBusy`, `DataFolderRefused`. */
  static async open(dataDir: string): Promise<DataFolder> {
    mkdirSync(dataDir, { recursive: true });
    const path = realpathSync(dataDir);
    const lock = await acquire(path);
    try {
      checkFormat(path);
      return new DataFolder(path, lock.server).answering(lock);
    } catch (error) {
      lock.server.close();
      throw error;
    }
  }

  /** From now on others are told this address. */
  announce(uri: string): void {
    this.uri = uri;
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.lock.close(() => resolve()));
  }

  private answering(lock: Lock): this {
    lock.uri = () => this.uri;
    return this;
  }
}

interface Lock {
  readonly server: Server;
  uri: () => string | undefined;
}

async function acquire(path: string): Promise<Lock> {
  const address = lockAddress(path);
  const lock: Lock = { server: createServer(), uri: () => undefined };
  lock.server.on('connection', (socket) => {
    socket.on('error', () => socket.destroy());
    socket.end(JSON.stringify({ uri: lock.uri() }));
  });
  lock.server.unref();
  for (let attempt = 0; ; attempt++) {
    if (await listens(lock.server, address)) return lock;
    const owner = await ask(address);
    if (owner) throw new DataFolderBusy(path, owner.uri);
    if (attempt === 20) throw new DataFolderBusy(path, undefined);
    // Nobody behind it: a socket file left by a killed process (not on Linux, where the name dies with its owner).
    if (!address.startsWith('\0')) rmSync(address, { force: true });
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** Linux has socket names outside the file system, Windows pipes; elsewhere it is a file in the folder. */
function lockAddress(path: string): string {
  const { dev, ino } = statSync(path, { bigint: true });
  const name = `embedded-mongodb-${createHash('sha1').update(`${dev}:${ino}:${path}`).digest('hex').slice(0, 24)}`;
  if (process.platform === 'linux') return `\0${name}`;
  return process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(path, 'lock');
}

function listens(server: Server, address: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void => (error.code === 'EADDRINUSE' ? resolve(false) : reject(error));
    server.once('error', failed);
    server.listen(address, () => {
      server.off('error', failed);
      resolve(true);
    });
  });
}

function ask(address: string): Promise<{ uri?: string } | undefined> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(address);
    socket.setTimeout(2000, () => socket.destroy());
    socket.on('data', (chunk) => (text += chunk.toString()));
    socket.on('error', () => resolve(undefined));
    socket.on('close', () => resolve(text === '' ? undefined : (JSON.parse(text) as { uri?: string })));
  });
}

/** Writes the folder's format on first use, and refuses what it does not know. */
function checkFormat(path: string): void {
  const file = join(path, formatFile);
  const data = join(path, 'data.mdb');
  if (!existsSync(file)) {
    if (existsSync(data)) throw new DataFolderRefused(path, "it holds a data.mdb that is not this server's");
    return writeFileSync(file, JSON.stringify({ format }));
  }
  const stated = readFormat(file);
  if (stated === undefined) throw new DataFolderRefused(path, `${formatFile} is damaged`);
  if (stated > format) throw new DataFolderRefused(path, `it was written by a newer version (format ${stated}, this one knows ${format})`);
  const damage = damageOf(data);
  if (damage !== undefined) throw new DataFolderRefused(path, damage);
}

function readFormat(file: string): number | undefined {
  try {
    const { format: stated } = JSON.parse(readFileSync(file, 'utf8')) as { format?: unknown };
    return typeof stated === 'number' ? stated : undefined;
  } catch {
    return undefined;
  }
}
