import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { freePort } from './shop';

const program = join(__dirname, '../../../../dist/libs/embedded-mongodb/src/server/program.js');

/** What the shop asks of a database, all of which a fault may hit. */
const commands = ['find', 'aggregate', 'count', 'distinct', 'getMore', 'insert', 'update', 'delete', 'findAndModify'].concat([
  'commitTransaction',
  'abortTransaction',
]);

/** A MongoDB in a process of its own, as `MONGODB_URI` names one, that plays a fail-over when it is asked to. */
export class FailingMongo {
  private child?: ChildProcess;

  private constructor(
    private readonly port: number,
    private readonly folder: string,
  ) {}

  static async start(): Promise<FailingMongo> {
    const mongo = new FailingMongo(await freePort(), mkdtempSync(join(tmpdir(), 'cartwright-mongodb-')));
    await mongo.boot();
    return mongo;
  }

  get uri(): string {
    return `mongodb://127.0.0.1:${this.port}/shop?replicaSet=rs0&directConnection=true`;
  }

  /** Starts the server and waits until it listens; again after {@link kill}. */
  async boot(): Promise<void> {
    const args = [program, '--dbpath', this.folder, '--port', String(this.port)];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.child = child;
    await Promise.race([
      once(child.stdout, 'data'),
      once(child, 'exit').then(() => {
        throw new Error('The database did not start.');
      }),
    ]);
    // As docs/operations.md says: a request that arrives after its sender gave up begins a transaction that nobody ends.
    await this.command({ setParameter: 1, transactionLifetimeLimitSeconds: 3 });
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (!this.child || this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, 'exit');
    this.child.kill(signal);
    await gone;
  }

  /** From now on so many in a hundred commands suffer this (MongoDB's `failCommand`), until {@link heal}. */
  async suffer(percent: number, data: object): Promise<void> {
    await this.command({
      configureFailPoint: 'failCommand',
      mode: { activationProbability: percent / 100 },
      data: { failCommands: commands, ...data },
    });
  }

  async heal(): Promise<void> {
    await this.command({ configureFailPoint: 'failCommand', mode: 'off' });
  }

  async stop(): Promise<void> {
    await this.kill('SIGTERM');
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async command(command: object): Promise<void> {
    const client = await MongoClient.connect(this.uri);
    await client.db('admin').command({ ...command });
    await client.close();
  }
}
