import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient, type Collection, type Db, type Document } from 'mongodb';
import { startEmbeddedMongo, type EmbeddedMongo } from '../src/index';
import { Watcher } from './watcher';

export interface Thing {
  _id: number;
  [field: string]: unknown;
}

/** A server with a database `shop` and a collection `things`, empty before each test. To be made at the top of a spec. */
export class StreamShop {
  server!: EmbeddedMongo;
  client!: MongoClient;
  private readonly dataDir = mkdtempSync(join(tmpdir(), 'embedded-streams-'));

  constructor() {
    beforeAll(() => this.begin());
    beforeEach(async () => {
      await this.db.dropDatabase();
      await this.db.createCollection('things');
    });
    afterAll(async () => {
      await this.end();
      rmSync(this.dataDir, { recursive: true, force: true });
    });
  }

  get db(): Db {
    return this.client.db('shop');
  }

  get things(): Collection<Thing> {
    return this.db.collection<Thing>('things');
  }

  async begin(options: { oplogSize?: number } = {}): Promise<void> {
    this.server = await startEmbeddedMongo({ dataDir: this.dataDir, mode: 'inline', durable: false, ...options });
    this.client = await MongoClient.connect(this.server.uri);
  }

  async end(): Promise<void> {
    await this.client.close();
    await this.server.stop();
  }

  /** A stream on `things`. */
  watch(stage: Document = {}, ...stages: Document[]): Promise<Watcher> {
    return Watcher.open({ db: this.db, on: 'things' }, stage, ...stages);
  }

  /** A stream on the whole database. */
  watchAll(stage: Document = {}): Promise<Watcher> {
    return Watcher.open({ db: this.db, on: 1 }, stage);
  }

  /** A stream on all databases. */
  watchCluster(): Promise<Watcher> {
    return Watcher.open({ db: this.client.db('admin'), on: 1 }, { allChangesForCluster: true });
  }
}
