import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient, type Db, type Document } from 'mongodb';
import { startEmbeddedMongo, type EmbeddedMongo } from '../src/index';
import { rawCommand } from './raw-command';

/** A server in this process on a folder of its own, with a driver that is connected to it. */
export class ServedDatabase {
  client!: MongoClient;
  db!: Db;
  private server!: EmbeddedMongo;

  constructor(private readonly dataDir: string) {}

  async start(): Promise<void> {
    this.server = await startEmbeddedMongo({ dataDir: this.dataDir, mode: 'inline', durable: false });
    this.client = await MongoClient.connect(this.server.uri, { monitorCommands: true });
    this.db = this.client.db('test');
  }

  async stop(): Promise<void> {
    await this.client.close();
    await this.server.stop();
  }

  /** Sends one command as it is, without the driver's session, and gives the reply as it comes. */
  raw(command: Document): Promise<Document> {
    return rawCommand(this.server.port, { ...command, $db: (command['$db'] as string | undefined) ?? 'test' });
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }
}

/** One for all tests of a file; each of them finds it empty. */
export function servedDatabase(): ServedDatabase {
  const dataDir = mkdtempSync(join(tmpdir(), 'embedded-'));
  const served = new ServedDatabase(dataDir);
  beforeAll(() => served.start());
  beforeEach(() => served.db.dropDatabase());
  afterAll(async () => {
    await served.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });
  return served;
}
