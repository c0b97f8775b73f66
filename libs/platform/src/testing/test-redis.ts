import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { newId } from '@cartwright/kernel';

const help =
  'The tests need a Redis: install redis-server (Debian: apt-get install redis-server), or set REDIS_URL to one whose data may be lost.';

/**
 * A real Redis for a spec: that of `REDIS_URL`, or a `redis-server` of its own. It is reached through a link that can be cut and mended, as the
 * server itself may belong to somebody else.
 */
export class TestRedis {
  /** What the keys of this spec begin with. */
  readonly prefix = `test-${newId()}`;
  private readonly open = new Set<Socket>();
  private isCut = false;

  private constructor(
    private readonly link: Server,
    private readonly target: URL,
    private readonly server?: ChildProcess,
  ) {
    link.on('connection', (socket) => this.pass(socket));
  }

  static async start(): Promise<TestRedis> {
    const given = process.env.REDIS_URL;
    const { url, server } = given ? { url: given, server: undefined } : await ownServer();
    return new TestRedis(await listening(), new URL(url), server);
  }

  /** Another link to the same server. */
  static async startBeside({ target }: TestRedis): Promise<TestRedis> {
    return new TestRedis(await listening(), target);
  }

  /** How many connections there are. */
  get connections(): number {
    return this.open.size;
  }

  /** The address of the link. */
  get url(): string {
    const url = new URL(this.target);
    url.host = `127.0.0.1:${(this.link.address() as AddressInfo).port}`;
    return url.href;
  }

  /** As a broken network: what is connected is dropped, and nobody connects any more. */
  cut(): void {
    this.isCut = true;
    for (const socket of this.open) socket.destroy();
  }

  mend(): void {
    this.isCut = false;
  }

  async stop(): Promise<void> {
    this.cut();
    this.link.close();
    if (!this.server || this.server.exitCode !== null) return;
    const gone = once(this.server, 'exit');
    this.server.kill('SIGKILL');
    await gone;
  }

  private pass(socket: Socket): void {
    if (this.isCut) return void socket.destroy();
    const far = connect(Number(this.target.port || 6379), this.target.hostname);
    for (const [one, other] of [
      [socket, far],
      [far, socket],
    ] as const) {
      this.open.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        this.open.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  }
}

/** A server that keeps nothing, on a free port of this machine. */
async function ownServer(): Promise<{ url: string; server: ChildProcess }> {
  const port = await freePort();
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--maxmemory-policy', 'noeviction'];
  const server = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'ignore'] });
  await new Promise<void>((resolve, reject) => {
    server.once('error', () => reject(new Error(help)));
    server.once('exit', (code) => reject(new Error(`redis-server ended with ${code}.`)));
    server.stdout.on('data', (chunk: Buffer) => {
      if (chunk.includes('Ready to accept connections')) resolve();
    });
  });
  return { url: `redis://127.0.0.1:${port}`, server };
}

async function listening(): Promise<Server> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function freePort(): Promise<number> {
  const server = await listening();
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
