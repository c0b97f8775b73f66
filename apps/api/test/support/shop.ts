import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient, type Collection, type Db } from 'mongodb';
import { databaseOnGivenMongo, dropDatabase } from '../../../../libs/platform/src/testing/given-mongodb';

const root = join(__dirname, '../../../..');
const built = join(root, 'dist/apps');

export const admin = { email: 'admin@shop.example', password: 'correct horse battery' };

/**
 * Some stories run against one process, some against several that share the work (the Jest project `cluster`), some against both. With `MONGODB_URI`, and for several processes
 * `REDIS_URL`, it runs on those; each shop in a database of its own.
 */
const isCluster = process.env.SHOP === 'cluster';

/** A shop as an operator runs it: the built program, in a process (or several) of its own, on a data folder of its own. */
export class Shop {
  private child?: ChildProcess;
  private log = '';
  private readonly given = databaseOnGivenMongo();

  private constructor(
    readonly dataDir: string,
    readonly port: number,
    readonly sandboxPort: number,
    private readonly env: Record<string, string>,
    private readonly cluster: boolean,
  ) {}

  /** Starts a shop without the demonstration catalogue, unless `env` says otherwise; `cluster`: of several processes in any case. */
  static async start(env: Record<string, string> = {}, { cluster = isCluster } = {}): Promise<Shop> {
    const [port, sandboxPort] = [await freePort(), await freePort()];
    const shop = new Shop(mkdtempSync(join(tmpdir(), 'cartwright-e2e-')), port, sandboxPort, env, cluster);
    await shop.boot();
    return shop;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get sandboxUrl(): string {
    return `http://127.0.0.1:${this.sandboxPort}`;
  }

  /** Starts the program and waits until it is ready; again after {@link kill}. */
  async boot(): Promise<void> {
    if (!existsSync(join(built, 'api/src/main.js'))) throw new Error('The shop is not built: run `npm test`, which builds it first.');
    const program = this.cluster ? join(root, 'tools/cluster.mjs') : join(built, 'api/src/main.js');
    const child = spawn(process.execPath, [program], {
      cwd: root,
      env: this.environment(),
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: this.cluster,
    });
    this.child = child;
    const hear = (chunk: Buffer): void => {
      this.log = (this.log + chunk.toString()).slice(-200_000);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    const deadline = Date.now() + (this.cluster ? 150_000 : 50_000);
    while (!(await this.isReady())) {
      if (child.exitCode === null && Date.now() < deadline) await pause(50);
      else {
        await this.kill();
        throw new Error(`The shop did not start:\n${this.log.slice(-3000)}`);
      }
    }
  }

  /** Ends the program as a power cut would. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** Ends the program as an operator would, and tells how it ended; {@link boot} starts it again. */
  async terminate(): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
    const child = this.child;
    await this.end('SIGTERM');
    return { code: child?.exitCode ?? null, signal: child?.signalCode ?? null };
  }

  /** Ends the program as an operator would, and removes its data. */
  async stop(): Promise<void> {
    await this.end('SIGTERM');
    if (this.given) await dropDatabase(this.given);
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  get output(): string {
    return this.log;
  }

  /** Runs an operator's command on the shop's data, beside the running program. */
  async cli(...args: readonly string[]): Promise<{ code: number | null; output: string }> {
    return this.run(process.execPath, join(built, 'cli/src/main.js'), ...args);
  }

  /** Runs a script of the shell in the folder of the repository, as an operator of this shop. */
  async bash(script: string): Promise<{ code: number | null; output: string }> {
    return this.run('bash', '--norc', '-c', script);
  }

  /** Changes a collection behind the shop's back. */
  async tamper(collection: string, change: (documents: Collection) => Promise<unknown>): Promise<void> {
    await this.inDatabase((db) => change(db.collection(collection)));
  }

  /** Works with the shop's database behind its back. */
  async inDatabase<T>(work: (db: Db) => Promise<T>): Promise<T> {
    const socket = encodeURIComponent(join(this.dataDir, 'mongodb.sock'));
    const client = await MongoClient.connect(this.given ?? `mongodb://${socket}/?directConnection=true`);
    try {
      return await work(client.db());
    } finally {
      await client.close();
    }
  }

  private async run(program: string, ...args: readonly string[]): Promise<{ code: number | null; output: string }> {
    const child = spawn(program, args, { cwd: root, env: this.environment() });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    return { code, output };
  }

  private environment(): NodeJS.ProcessEnv {
    return {
      PATH: process.env.PATH,
      PORT: String(this.port),
      PAYMENT_SANDBOX_PORT: String(this.sandboxPort),
      DATA_DIR: this.dataDir,
      DEMO_DATA: 'false',
      ADMIN_EMAIL: admin.email,
      ADMIN_PASSWORD: admin.password,
      LOG_LEVEL: 'warn',
      ...(this.given && { MONGODB_URI: this.given }),
      ...(this.cluster && process.env.REDIS_URL && { REDIS_URL: process.env.REDIS_URL, REDIS_PREFIX: `test-${this.port}` }),
      ...this.env,
    };
  }

  private async isReady(): Promise<boolean> {
    return fetch(`${this.url}/health/ready`).then(
      (response) => response.ok,
      () => false,
    );
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    // A power cut ends all of a cluster at once; asked to stop, its supervisor stops the others.
    if (this.cluster && signal === 'SIGKILL') process.kill(-Number(child.pid), signal);
    else child.kill(signal);
    await gone;
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Waits until `look` finds something; fails with `what` after `seconds`. */
export async function eventually<T>(what: string, look: () => Promise<T | undefined | null | false>, seconds = 20): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`It never came: ${what}`);
    await pause(20);
  }
}

export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
