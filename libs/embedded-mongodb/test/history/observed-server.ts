import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode } from '../../src/bson/codec';
import { Engine } from '../../src/engine';
import { WireServer } from '../../src/server/wire-server';
import type { Account } from './model';
import type { Unit } from './record';

/** A server on this event loop that tells what it changes in its store, in order. */
export interface ObservedServer {
  readonly uri: string;
  readonly port: number;
  /** Told after each change, inside its commit. */
  onChange: (puts: Unit['puts']) => void;
  stop(): Promise<void>;
}

export async function startObservedServer(): Promise<ObservedServer> {
  const folder = mkdtempSync(join(tmpdir(), 'embedded-history-'));
  const engine = new Engine(folder, { durable: false });
  const wire = new WireServer(engine);
  const port = await wire.listen({ host: '127.0.0.1', port: 0 });
  engine.address = { host: '127.0.0.1', port };
  const server: ObservedServer = {
    uri: `mongodb://127.0.0.1:${port}/?replicaSet=rs0&directConnection=true`,
    port,
    onChange: () => undefined,
    stop: async () => {
      await wire.close();
      await engine.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  observe(engine, server);
  return server;
}

/** Every job of the writer is one change, whole or not at all. */
function observe({ writer, writes }: Engine, server: ObservedServer): void {
  let puts: { before?: Account; after?: Account }[] = [];
  const read = (bytes: Buffer | undefined): Account | undefined => bytes && (decode(bytes) as unknown as Account);
  const put = writes.putRecord.bind(writes);
  writes.putRecord = (collection, change) => {
    puts.push({ before: read(change.before), after: read(change.after) });
    put(collection, change);
  };
  const run = writer.run.bind(writer);
  writer.run = (job) =>
    run(() => {
      puts = [];
      try {
        return job();
      } finally {
        if (puts.length > 0) server.onChange(puts);
      }
    });
}
