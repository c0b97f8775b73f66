import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { deserialize, serialize, type Document } from 'bson';

/** The server went away while a command was on its way: it may have been carried out or not. */
export class ConnectionLost extends Error {}

/** Where a server listens: a port of the loopback, or a Unix socket's path. */
export type Address = number | string;

/** A connection that sends one command after the other, as they are: no driver between, no session but the command's own. */
export class RawConnection {
  private received = Buffer.alloc(0);
  private waiting: { resolve(reply: Document): void; reject(error: Error): void } | undefined;
  private requests = 0;

  private constructor(private readonly socket: Socket) {
    socket.on('data', (chunk) => this.receive(chunk));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.waiting?.reject(new ConnectionLost('the connection closed')));
  }

  static async to(address: Address): Promise<RawConnection> {
    const socket = typeof address === 'number' ? connect(address, '127.0.0.1') : connect(address);
    await once(socket, 'connect');
    return new RawConnection(socket.setNoDelay(true));
  }

  /** The reply as it comes, `ok: 0` included; a `$db` in the command goes before `database`. Errors: `ConnectionLost`. */
  send(database: string, command: Document): Promise<Document> {
    if (this.socket.destroyed) return Promise.reject(new ConnectionLost('the connection is closed'));
    const body = serialize({ ...command, $db: (command['$db'] as string | undefined) ?? database });
    const head = Buffer.alloc(21);
    head.writeInt32LE(21 + body.length, 0);
    head.writeInt32LE(++this.requests, 4);
    head.writeInt32LE(2013, 12);
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      this.socket.write(Buffer.concat([head, body]));
    });
  }

  close(): void {
    this.socket.destroy();
  }

  private receive(chunk: Buffer): void {
    this.received = Buffer.concat([this.received, chunk]);
    if (this.received.length < 4 || this.received.length < this.received.readInt32LE(0)) return;
    const reply = this.received.subarray(21);
    this.received = Buffer.alloc(0);
    const { waiting } = this;
    this.waiting = undefined;
    try {
      waiting?.resolve(deserialize(reply));
    } catch (error) {
      waiting?.reject(error as Error);
    }
  }
}
