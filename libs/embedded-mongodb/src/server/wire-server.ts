import { rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { dispatch, tailOf } from '../commands/dispatch';
import type { ConnectionState } from '../commands/command';
import type { Engine } from '../engine';
import { ConnectionDropped } from '../fail-points';
import { frameReply, parseMessage, type Request } from '../protocol/messages';
import { encodeReply } from '../protocol/reply';

/** MongoDB's `maxMessageSizeBytes`. */
const largestMessage = 48_000_000;

/** Listens for drivers and answers them, one command of a connection after the other. */
export class WireServer {
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private lastConnection = 0;

  constructor(private readonly engine: Engine) {
    this.server = createServer({ noDelay: true }, (socket) => this.accept(socket));
  }

  /** Resolves with the port; 0 for a Unix socket, whose file may be left over from a server that was killed. */
  async listen(where: { host: string; port: number } | { socket: string }): Promise<number> {
    if ('socket' in where) await removeLeftOver(where.socket);
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      const options = 'socket' in where ? { path: where.socket } : where;
      this.server.listen(options, () => {
        const address = this.server.address();
        resolve(typeof address === 'object' && address ? address.port : 0);
      });
    });
  }

  /** Closes the listener and every connection. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  private accept(socket: Socket): void {
    const { connections } = this.engine;
    this.sockets.add(socket);
    connections.current++;
    connections.total++;
    const gone = new AbortController();
    const connection = new Connection(socket, this.engine, { id: ++this.lastConnection, gone: gone.signal });
    socket.on('data', (chunk) => connection.receive(chunk));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.sockets.delete(socket);
      connections.current--;
      gone.abort();
    });
  }
}

/** Cuts the stream into messages and answers them in order. */
class Connection {
  private pending: Buffer[] = [];
  private pendingSize = 0;
  private readonly waiting: Buffer[] = [];
  private working = false;

  constructor(
    private readonly socket: Socket,
    private readonly engine: Engine,
    private readonly state: ConnectionState,
  ) {}

  receive(chunk: Buffer): void {
    this.pending.push(chunk);
    this.pendingSize += chunk.length;
    this.cut();
    if (!this.working) void this.work();
  }

  private cut(): void {
    while (this.pendingSize >= 16) {
      const size = this.peekSize();
      if (size < 16 || size > largestMessage) return void this.socket.destroy();
      if (this.pendingSize < size) return;
      const whole = this.pending.length === 1 ? this.pending[0]! : Buffer.concat(this.pending);
      this.waiting.push(whole.subarray(0, size));
      this.pendingSize -= size;
      this.pending = this.pendingSize > 0 ? [whole.subarray(size)] : [];
    }
  }

  private peekSize(): number {
    if (this.pending[0]!.length < 4) this.pending = [Buffer.concat(this.pending)];
    return this.pending[0]!.readInt32LE(0);
  }

  private async work(): Promise<void> {
    this.working = true;
    try {
      for (let message = this.waiting.shift(); message; message = this.waiting.shift()) await this.answer(parseMessage(message));
    } catch (error) {
      // A broken frame leaves nothing to go on from; a dropped connection is what a fail point asked for.
      if (!(error instanceof ConnectionDropped)) this.socket.emit('refused', error);
      this.socket.destroy();
    } finally {
      this.working = false;
    }
  }

  private async answer(request: Request): Promise<void> {
    const reply = await dispatch(this.engine, request, this.state);
    if (request.silent || this.socket.destroyed) return;
    this.socket.write(frameReply(request, encodeReply(reply, tailOf(this.engine, reply))));
  }
}

/** Removes a socket's file that nobody listens at. One that somebody answers at is left alone, and listening there then fails with EADDRINUSE. */
function removeLeftOver(path: string): Promise<void> {
  return new Promise((resolve) => {
    const probe = connect(path);
    probe.once('connect', () => {
      probe.destroy();
      resolve();
    });
    probe.once('error', ({ code }: NodeJS.ErrnoException) => {
      if (code === 'ECONNREFUSED') rmSync(path, { force: true });
      resolve();
    });
  });
}
