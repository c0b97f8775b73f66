import { appendFileSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { serialize } from 'bson';
import { startEmbeddedMongo } from '../../src/index';
import { RawConnection } from '../raw-connection';
import { verify } from './verify';
import { restoreStates, saveStates, stepsFile } from './writer-files';
import { makeWriters, prepare } from './writers';

export interface Recording {
  /** Holds the data folder `data`, and beside it what writers know. */
  readonly folder: string;
  readonly seed: number;
  readonly generation: number;
}

const milliseconds = 500;

/**
 * Runs the server and its writers in this one process, with the settings of production, and then kills the process. Each acknowledgement
 * is a line in the file `marks`: among the recorded system calls these lines say what was acknowledged when.
 */
export async function runRecordedLoad({ folder, seed, generation }: Recording): Promise<void> {
  const marks = openSync(join(folder, 'marks'), 'w');
  const writers = makeWriters(seed, generation);
  restoreStates(folder, 'began', writers);
  const server = await startEmbeddedMongo({ dataDir: join(folder, 'data'), mode: 'inline' });
  const connections = await Promise.all(writers.map(() => RawConnection.to(server.port)));
  await prepare(connections[0]!);
  for (const [number, writer] of writers.entries()) await writer.recover(connections[number]!);
  await verify(connections[0]!, writers);
  saveStates(folder, 'ready', writers);
  writeSync(marks, 'ready\n');
  const ends = Date.now() + milliseconds;
  const witnesses = writers.map((_, number) => ({
    begins: (step: object) => appendFileSync(stepsFile(folder, number), serialize({ step })),
    acknowledged: (_step: object, reply: object) => {
      writeSync(marks, `${number}\n`);
      appendFileSync(stepsFile(folder, number), serialize({ reply }));
    },
  }));
  await Promise.all(writers.map((writer, n) => writer.work(connections[n]!, { goesOn: () => Date.now() < ends, witness: witnesses[n] })));
  process.kill(process.pid, 'SIGKILL');
}
