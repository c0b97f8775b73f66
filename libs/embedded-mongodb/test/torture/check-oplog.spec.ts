import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deserialize, serialize } from 'bson';
import { startEmbeddedMongo } from '../../src/index';
import { Environment } from '../../src/storage/environment';
import { entriesIn, type OplogEntry } from '../../src/storage/oplog-entry';
import { RawConnection } from '../raw-connection';
import { inspectFolder } from './inspect-folder';
import { database } from './pieces';
import { makeWriters, prepare } from './writers';
import type { Writer, WriterState } from './writer';

let root: string;
let writers: Writer[];
let states: Uint8Array[];

/** A folder that eight writers have worked in; each test damages a copy of it. */
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'embedded-oplog-'));
  const server = await startEmbeddedMongo({ dataDir: join(root, 'whole'), mode: 'inline', durable: false });
  const connections = await Promise.all(makeWriters(3).map(() => RawConnection.to(server.port)));
  writers = makeWriters(3);
  await prepare(connections[0]!);
  await Promise.all(writers.map((writer, n) => writer.work(connections[n]!, { goesOn: () => writer.counts.steps < 60 })));
  for (const connection of connections) connection.close();
  await server.stop();
  states = writers.map(({ state }) => serialize(state));
});

beforeEach(() => {
  writers = makeWriters(3);
  for (const [n, writer] of writers.entries()) writer.restore(deserialize(states[n]!) as WriterState);
  cpSync(join(root, 'whole'), join(root, 'copy'), { recursive: true });
});

afterEach(() => rmSync(join(root, 'copy'), { recursive: true }));

afterAll(() => rmSync(root, { recursive: true }));

const inspect = (): Promise<{ events: number }> => inspectFolder(join(root, 'copy'), writers);

/** Changes the copy behind the server's back. */
async function damage(change: (environment: Environment) => void): Promise<void> {
  const environment = new Environment(join(root, 'copy'), { durable: false });
  await environment.write(() => change(environment));
  await environment.close();
}

interface Told {
  readonly chunk: { readonly key: Buffer; readonly value: Buffer };
  readonly entry: OplogEntry;
  readonly begin: number;
  readonly end: number;
}

/** All events, with their bytes' place in their chunk. */
function told(environment: Environment): Told[] {
  const everything = { start: Buffer.alloc(12), end: Buffer.alloc(12, 0xff), withValues: true };
  return [...environment.range(environment.oplog, everything)].flatMap((chunk) => {
    const entries = [...entriesIn(chunk.value)];
    const begins = entries.map(({ place }) => place.byteOffset - chunk.value.byteOffset);
    return entries.map((entry, n) => ({ chunk, entry, begin: begins[n]!, end: begins[n + 1] ?? chunk.value.length }));
  });
}

const ofPieces = ({ entry }: Told): boolean => entry.database === database && entry.collection === 'pieces';

it('finds nothing wrong where nothing is', async () => {
  expect((await inspect()).events).toBeGreaterThan(300);
});

it('sees a document that changed without an event', async () => {
  await damage((environment) => {
    const [some] = [...environment.range(environment.data, { start: Buffer.from([0]), end: Buffer.alloc(10, 0xff), withValues: true })]
      .map(({ key, value }) => ({ key, piece: deserialize(value) }))
      .filter(({ piece }) => piece['counter'] !== undefined);
    environment.data.putSync(some!.key, Buffer.from(serialize({ ...some!.piece, counter: 77 })));
  });
  await expect(inspect()).rejects.toThrow('the oplog gives other documents than torture.pieces holds');
});

it('sees that an event is missing, even of a document that is gone by now', async () => {
  await damage((environment) => {
    const events = told(environment);
    const goesLater = ({ entry: { id } }: Told, at: number): boolean =>
      events.slice(at).some((later) => ofPieces(later) && later.entry.type === 'delete' && later.entry.id === id);
    const { chunk, begin, end } = events.find(
      (one, at) => ofPieces(one) && one.entry.type === 'update' && !one.entry.transaction && one.begin > 0 && goesLater(one, at),
    )!;
    environment.oplog.putSync(chunk.key, Buffer.concat([chunk.value.subarray(0, begin), chunk.value.subarray(end)]));
  });
  await expect(inspect()).rejects.toThrow('changes are acknowledged');
});

it('sees an event that nothing came of', async () => {
  await damage((environment) => {
    const last = told(environment).findLast((one) => ofPieces(one) && one.entry.type === 'insert')!;
    const again = Buffer.from(last.chunk.value.subarray(last.begin, last.end));
    again.writeUInt32BE(0xfffffff0, 0);
    environment.oplog.putSync(again.subarray(0, 12), again);
  });
  await expect(inspect()).rejects.toThrow(/the oplog tells insert of torture\.pieces \S+, which is there already|changes are acknowledged/);
});

it('sees the events of a transaction torn apart', async () => {
  await damage((environment) => {
    const { chunk, begin } = told(environment).find(({ entry }) => entry.transaction && entry.place.readUInt32BE(8) === 1)!;
    const value = Buffer.from(chunk.value);
    value.writeUInt32BE(9, begin + 8);
    environment.oplog.putSync(chunk.key, value);
  });
  await expect(inspect()).rejects.toThrow(/the oplog tells half of transaction/);
});

it('sees that an acknowledged write is neither told nor there', async () => {
  writers.at(-1)!.known.apply({ place: { database, collection: 'pieces', id: 'lost' }, after: { _id: 'lost' } });
  await expect(inspect()).rejects.toThrow('of torture/pieces/lost 1 changes are acknowledged');
});

it('sees a write that is there and told, but that nobody sent', async () => {
  writers = writers.slice(0, -1);
  await expect(inspect()).rejects.toThrow(/the oplog tells of torture\/\S+, which nobody wrote/);
});
