import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RawConnection } from '../raw-connection';
import { inspectFolder } from './inspect-folder';
import { Violation } from './observe';
import { Random } from './random';
import { ServerProcess } from './server-process';
import { verify } from './verify';
import { makeWriters, prepare } from './writers';
import type { Writer } from './writer';

/** What a run of kills has seen. */
export interface KillReport {
  kills: number;
  acknowledged: number;
  transactions: number;
  conflicts: number;
  sentAgain: number;
  /** Events of the oplog that were held against documents and acknowledgements, each as often as it was looked at. */
  events: number;
}

/** Kills in one data folder before a new one is taken. */
const killsInFolder = 50;

export interface KillOptions {
  /** The folder of the compiled library. */
  readonly library: string;
  readonly kills: number;
  readonly seed: number;
  onProgress?(report: KillReport): void;
}

/**
 * Kills the server again and again while clients write, and after each restart compares all it holds with what was acknowledged.
 * Errors: `Violation` at the first difference.
 */
export async function killUnderLoad({ library, kills, seed, onProgress }: KillOptions): Promise<KillReport> {
  const report: KillReport = { kills: 0, acknowledged: 0, transactions: 0, conflicts: 0, sentAgain: 0, events: 0 };
  while (report.kills < kills) {
    const dataDir = mkdtempSync(join(tmpdir(), 'embedded-kills-'));
    const folder = new KilledFolder({ library, dataDir, seed: seed + report.kills, report });
    await folder.run(Math.min(killsInFolder, kills - report.kills), onProgress);
    rmSync(dataDir, { recursive: true, force: true });
  }
  return report;
}

class KilledFolder {
  private readonly writers: Writer[];
  private readonly random: Random;

  constructor(private readonly place: { library: string; dataDir: string; seed: number; report: KillReport }) {
    this.writers = makeWriters(place.seed);
    this.random = new Random(place.seed);
  }

  async run(kills: number, onProgress: KillOptions['onProgress']): Promise<void> {
    const { library, dataDir, report } = this.place;
    for (let kill = 0; kill < kills; kill++) {
      try {
        await this.killOnce(kill === 0);
      } catch (error) {
        if (!(error instanceof Violation)) throw error;
        throw new Violation(`kill ${report.kills} of seed ${this.place.seed} in ${dataDir}: ${error.message}`);
      }
      report.kills++;
      onProgress?.(report);
    }
    const server = await ServerProcess.start(library, dataDir);
    await this.check(server).finally(() => server.kill());
    await this.inspect();
    for (const { counts } of this.writers) {
      report.acknowledged += counts.steps;
      report.transactions += counts.transactions;
      report.conflicts += counts.conflicts;
      report.sentAgain += counts.again;
    }
  }

  private async killOnce(first: boolean): Promise<void> {
    const { library, dataDir } = this.place;
    if (this.random.chance(0.1)) await ServerProcess.startAndKill(library, dataDir, this.random.below(300));
    const server = await ServerProcess.start(library, dataDir);
    try {
      const connections = await this.check(server, first);
      const work = Promise.all(this.writers.map((writer, number) => writer.work(connections[number]!)));
      // Now and then long enough for the sweeper to remove what has expired.
      const patience = this.random.chance(0.05) ? 1200 : 20 + this.random.below(300);
      await Promise.race([work, new Promise((resolve) => setTimeout(resolve, patience))]);
      await server.kill();
      await work;
    } finally {
      await server.kill();
    }
    await this.inspect();
  }

  /** Gives a connection for each writer. */
  private async check(server: ServerProcess, first = false): Promise<RawConnection[]> {
    const connections = await Promise.all(this.writers.map(() => server.connect()));
    if (first) await prepare(connections[0]!);
    for (const [number, writer] of this.writers.entries()) await writer.recover(connections[number]!);
    await verify(connections[0]!, this.writers);
    return connections;
  }

  private async inspect(): Promise<void> {
    const { events } = await inspectFolder(this.place.dataDir, this.writers);
    this.place.report.events += events;
  }
}
