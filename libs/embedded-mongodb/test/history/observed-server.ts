import { decode } from '../../src/bson/codec';
import type { Engine } from '../../src/engine';
import { TestServer } from '../test-server';
import type { Account } from './model';
import type { Unit } from './record';

/** A server that tells what it changes in its store, in order. */
export interface ObservedServer {
  readonly uri: string;
  readonly port: number;
  /** Told after each change, inside its commit. */
  onChange: (puts: Unit['puts']) => void;
  stop(): Promise<void>;
}

export async function startObservedServer(): Promise<ObservedServer> {
  const server = await TestServer.start();
  const observed: ObservedServer = { uri: server.uri, port: server.port, onChange: () => undefined, stop: () => server.stop() };
  observe(server.engine, observed);
  return observed;
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
