import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Long, UUID, type Document } from 'mongodb';
import { Engine } from '../src/engine';
import { WireServer } from '../src/server/wire-server';
import { rawCommand } from './raw-command';

/** A server on this event loop, with its inside open to look at. Nothing in it happens by the clock: a test sweeps when it wants to. */
export class TestServer {
  private constructor(
    private readonly folder: string,
    public engine: Engine,
    private wire: WireServer,
    readonly port: number,
  ) {}

  static async start(): Promise<TestServer> {
    const folder = mkdtempSync(join(tmpdir(), 'embedded-'));
    const engine = new Engine(folder, { durable: false });
    const wire = new WireServer(engine);
    const port = await wire.listen({ host: '127.0.0.1', port: 0 });
    engine.address = { host: '127.0.0.1', port };
    return new TestServer(folder, engine, wire, port);
  }

  get uri(): string {
    return `mongodb://127.0.0.1:${this.port}/?replicaSet=rs0&directConnection=true`;
  }

  /** Sends one command as it is, over a connection of its own. */
  send(command: Document): Promise<Document> {
    return rawCommand(this.port, { ...command, $db: (command['$db'] as string | undefined) ?? 'bank' });
  }

  /** Closes everything and goes on with the same data at the same address. */
  async restart(): Promise<void> {
    await this.wire.close();
    await this.engine.close();
    this.engine = new Engine(this.folder, { durable: false });
    this.wire = new WireServer(this.engine);
    await this.wire.listen({ host: '127.0.0.1', port: this.port });
  }

  async stop(): Promise<void> {
    await this.wire.close();
    await this.engine.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A session as a driver keeps it, for tests that send what no driver would. */
export class RawSession {
  readonly lsid = { id: new UUID() };
  private number = 0;
  private fresh = false;

  constructor(private readonly server: TestServer) {}

  /** The next transaction, begun by the next statement. */
  begin(): this {
    this.number++;
    this.fresh = true;
    return this;
  }

  /** A statement of the transaction. */
  send(command: Document): Promise<Document> {
    const start = this.fresh ? { startTransaction: true } : {};
    this.fresh = false;
    return this.server.send({ ...command, ...this.numbered(), autocommit: false, ...start });
  }

  commit(): Promise<Document> {
    return this.send({ commitTransaction: 1, $db: 'admin' });
  }

  abort(): Promise<Document> {
    return this.send({ abortTransaction: 1, $db: 'admin' });
  }

  /** A retryable write of the next number, or, to repeat it, of the same. */
  write(command: Document, repeat: 'first' | 'again' = 'first'): Promise<Document> {
    if (repeat === 'first') this.number++;
    return this.server.send({ ...command, ...this.numbered() });
  }

  /** Names another number, to be too early or too late on purpose. */
  at(number: number): this {
    this.number = number;
    return this;
  }

  private numbered(): Document {
    return { lsid: this.lsid, txnNumber: Long.fromNumber(this.number) };
  }
}
