import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedMongo } from '../../src/index';
import { RawConnection } from '../raw-connection';
import { Disk, fates } from './disk';
import { inspectFolder } from './inspect-folder';
import { Violation } from './observe';
import { Random } from './random';
import type { Recording } from './recorded-load';
import { readCalls, straceArguments, type DiskEvent } from './system-calls';
import { verify } from './verify';
import { readEntries, restoreStates, saveStates } from './writer-files';
import { makeWriters, prepare } from './writers';
import type { Writer } from './writer';

export interface PowerCutReport {
  cuts: number;
  recordings: number;
  /** Acknowledged before a cut, summed over the cuts. */
  acknowledged: number;
  /** Cuts before which something was written and not yet synced. */
  withUnsynced: number;
  /** Events of the oplog that were held against documents and acknowledgements, summed over the cuts. */
  events: number;
  byFate: Record<string, number>;
}

export interface PowerCutOptions {
  readonly cuts: number;
  readonly seed: number;
  /** The command that runs `runRecordedLoad` with the recording it is given as JSON. */
  readonly program: readonly string[];
  onProgress?(report: PowerCutReport): void;
}

const cutsInRecording = 25;
/** A recording goes on from a disk that has lost its power in the one before, so often before an empty folder is taken. */
const generations = 4;

/**
 * Records what the server does to its files while clients write (with strace), and then cuts the power at moments of this record: every
 * write that no sync has made last is lost, or kept in part. The server must start on what is left and hold all that was acknowledged.
 * Errors: `Violation` at the first difference.
 */
export async function cutPower({ cuts, seed, program, onProgress }: PowerCutOptions): Promise<PowerCutReport> {
  const report: PowerCutReport = { cuts: 0, recordings: 0, acknowledged: 0, withUnsynced: 0, events: 0, byFate: {} };
  let before: { folder: string; writers: Writer[] } | undefined;
  while (report.cuts < cuts) {
    const generation = report.recordings % generations;
    const recording = { folder: mkdtempSync(join(tmpdir(), 'embedded-power-')), seed: seed + report.recordings, generation };
    const start = generation > 0 ? before : undefined;
    if (start) cpSync(start.folder, join(recording.folder, 'data'), { recursive: true });
    if (before) rmSync(before.folder, { recursive: true, force: true });
    saveStates(recording.folder, 'began', start?.writers ?? makeWriters(recording.seed));
    const session = await PowerSession.record(recording, program);
    report.recordings++;
    for (let cut = 0; cut < cutsInRecording && report.cuts < cuts; cut++) {
      await session.cutOnce(report);
      onProgress?.(report);
    }
    before = session.cutForNext();
    rmSync(recording.folder, { recursive: true, force: true });
  }
  if (before) rmSync(before.folder, { recursive: true, force: true });
  return report;
}

interface Mark {
  readonly at: number;
  readonly text: string;
}

class PowerSession {
  private readonly random: Random;
  private readonly disk: Disk;
  private readonly marks: Mark[];

  private constructor(
    private readonly recording: Recording,
    private readonly events: readonly DiskEvent[],
  ) {
    this.random = new Random(recording.seed);
    this.disk = new Disk(events, join(recording.folder, 'data'));
    this.marks = events.flatMap((event) =>
      event.kind === 'write' && event.file.endsWith('/marks') ? [{ at: event.began, text: event.bytes.toString().trim() }] : [],
    );
  }

  static async record(recording: Recording, program: readonly string[]): Promise<PowerSession> {
    const { folder } = recording;
    const data = join(folder, 'data');
    const there = startingFiles(data);
    const log = join(folder, 'calls');
    const paths = [
      data,
      ...['data.mdb', 'embedded-mongodb.json', 'embedded-mongodb.json.new'].map((name) => join(data, name)),
      join(folder, 'marks'),
    ];
    const run = spawnSync('strace', [...straceArguments(log, paths), ...program, JSON.stringify(recording)], { encoding: 'utf8' });
    if (run.error) throw new Error(`Power cuts need strace (the Debian package of that name): ${run.error.message}`);
    if (!existsSync(log) || !existsSync(join(folder, 'ready-0')))
      throw new Violation(`The recorded server did not get ready: ${run.stderr}`);
    return new PowerSession(recording, [...there, ...(await readCalls(log))]);
  }

  /** Cuts the power once, starts the server on what is left, and compares. */
  async cutOnce(report: PowerCutReport): Promise<void> {
    const { folder, seed } = this.recording;
    const [moment, fate] = [this.moment(), this.random.pick(fates)];
    const target = join(folder, 'cut');
    try {
      const atRisk = this.disk.cut(moment, fate, this.random, target);
      if (atRisk > 0) report.withUnsynced++;
      const writers = this.writersAt(moment);
      report.events += await check(target, writers, this.isReady(moment));
      report.acknowledged += this.marksBefore(moment).length;
    } catch (error) {
      throw new Violation(`recording ${seed} in ${folder}, moment ${moment}, what was not synced ${fate}: ${(error as Error).message}`);
    }
    rmSync(target, { recursive: true, force: true });
    report.cuts++;
    report.byFate[fate] = (report.byFate[fate] ?? 0) + 1;
  }

  /** A cut that the next recording starts from: nothing has looked at it yet. */
  cutForNext(): { folder: string; writers: Writer[] } {
    const folder = mkdtempSync(join(tmpdir(), 'embedded-power-start-'));
    const moment = this.moment();
    this.disk.cut(moment, this.random.pick(fates), this.random, folder);
    return { folder, writers: this.writersAt(moment) };
  }

  /** Anywhere; just after an acknowledgement, when it has only just become a promise; or while the folder is being opened. */
  private moment(): number {
    const kind = this.random.below(6);
    if (kind < 2 && this.marks.length > 0) return this.random.pick(this.marks).at + 1;
    const ready = this.marks[0]?.at ?? Infinity;
    const events = this.events.filter(({ began }) => began >= 0 && (kind !== 2 || began < ready));
    return this.random.pick(events).began + this.random.below(2);
  }

  private isReady(moment: number): boolean {
    return this.marksBefore(moment).some(({ text }) => text === 'ready');
  }

  private marksBefore(moment: number): Mark[] {
    return this.marks.filter(({ at }) => at < moment);
  }

  /** The writers as they were when the power went: what had been acknowledged, and what was on its way. */
  private writersAt(moment: number): Writer[] {
    const { folder, seed, generation } = this.recording;
    const writers = makeWriters(seed, generation);
    if (!this.isReady(moment)) {
      restoreStates(folder, 'began', writers);
      return writers;
    }
    restoreStates(folder, 'ready', writers);
    for (const [number, writer] of writers.entries()) {
      let acknowledged = this.marksBefore(moment).filter(({ text }) => text === String(number)).length;
      for (const entry of readEntries(folder, number)) {
        if ('step' in entry) writer.pending = entry.step;
        else if (acknowledged-- === 0) break;
        else {
          writer.happened(writer.pending!, entry.reply);
          writer.pending = undefined;
        }
      }
    }
    return writers;
  }
}

/** Gives the number of events in the oplog. */
async function check(dataDir: string, writers: readonly Writer[], prepared: boolean): Promise<number> {
  const server = await startEmbeddedMongo({ dataDir, mode: 'inline' });
  try {
    const connections = await Promise.all(writers.map(() => RawConnection.to(server.port)));
    if (!prepared) await prepare(connections[0]!);
    for (const [number, writer] of writers.entries()) await writer.recover(connections[number]!);
    await verify(connections[0]!, writers);
  } finally {
    await server.stop();
  }
  return (await inspectFolder(dataDir, writers)).events;
}

/** The files that are there before the recording, as events that ended long ago. */
function startingFiles(data: string): DiskEvent[] {
  if (!existsSync(data)) return [];
  const files = readdirSync(data).flatMap((name): DiskEvent[] => {
    const path = join(data, name);
    const bytes = readFileSync(path);
    return [
      { kind: 'create', path, file: path, began: -2, ended: -2 },
      { kind: 'write', file: path, offset: 0, bytes, synced: true, began: -2, ended: -2 },
    ];
  });
  return [...files, { kind: 'sync', file: data, began: -1, ended: -1 }];
}
