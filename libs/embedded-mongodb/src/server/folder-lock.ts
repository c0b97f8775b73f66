import { createHash } from 'node:crypto';
import { rmSync, statSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { DataFolderBusy } from './data-folder-errors';

/**
 * Exclusive use of a folder. The lock is a listening socket, because that dies with its process whatever kills it: there is no stale lock
 * to judge. Whoever knocks is told where the server is, in a line of JSON, and may stay to learn when it ends.
 */
export class FolderLock {
  private uri: string | undefined;
  private readonly watchers = new Set<Socket>();

  private constructor(private readonly server: Server) {
    server.on('connection', (socket) => {
      socket.unref();
      this.watchers.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => this.watchers.delete(socket));
      socket.write(`${JSON.stringify({ uri: this.uri })}\n`);
    });
    server.unref();
  }

  /** Errors: `DataFolderBusy`. */
  static async acquire(path: string): Promise<FolderLock> {
    const address = lockAddress(path);
    const server = createServer();
    const lock = new FolderLock(server);
    for (let attempt = 0; ; attempt++) {
      if (await listens(server, address)) return lock;
      const owner = await ask(address);
      if (owner) throw new DataFolderBusy(path, owner.uri);
      if (attempt === 20) throw new DataFolderBusy(path, undefined);
      // Nobody behind it: a socket file left by a killed process (not on Linux, where the name dies with its owner).
      if (!address.startsWith('\0')) rmSync(address, { force: true });
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  /** From now on others are told this address. */
  announce(uri: string): void {
    this.uri = uri;
  }

  release(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      for (const watcher of this.watchers) watcher.destroy();
    });
  }
}

/** Waits until the folder belongs to nobody, or until it is called off. */
export function whenReleased(path: string): { readonly released: Promise<void>; callOff(): void } {
  const socket = connect(lockAddress(path));
  const released = new Promise<void>((resolve) => socket.on('error', () => socket.destroy()).on('close', () => resolve()));
  // Read, or its end would not be noticed.
  socket.resume().unref();
  return { released, callOff: () => socket.destroy() };
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
    socket.on('data', (chunk) => {
      text += chunk.toString();
      if (text.endsWith('\n')) socket.destroy();
    });
    socket.on('error', () => resolve(undefined));
    socket.on('close', () => resolve(text.endsWith('\n') ? (JSON.parse(text) as { uri?: string }) : undefined));
  });
}
