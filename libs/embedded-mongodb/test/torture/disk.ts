import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { DiskEvent } from './system-calls';
import type { Random } from './random';

type Write = Extract<DiskEvent, { kind: 'write' }>;

/** What becomes of writes that no sync has covered when the power goes: all lost, all there, or any mixture by page or by sector. */
export const fates = ['lost', 'written', 'pages', 'sectors'] as const;
export type Fate = (typeof fates)[number];

const sector = 512;
const page = 4096;

/** A folder on a disk whose power can be cut at any moment of what was recorded. */
export class Disk {
  constructor(
    private readonly events: readonly DiskEvent[],
    private readonly folder: string,
  ) {}

  /**
   * Puts into `target` what the folder holds if the power is cut at `moment`. Names, too, last only when their folder was synced. Gives
   * the number of writes that no sync had covered.
   */
  cut(moment: number, fate: Fate, random: Random, target: string): number {
    mkdirSync(target, { recursive: true });
    let atRisk = 0;
    const past = this.events.filter(({ began }) => began < moment);
    for (const [name, file] of this.names(past, moment, fate, random)) {
      const cutFile = new CutFile(past, file, moment);
      writeFileSync(join(target, name), cutFile.content(fate, random));
      atRisk += cutFile.atRisk;
    }
    return atRisk;
  }

  /** The files in the folder by name. A journal keeps name changes in order. */
  private names(past: readonly DiskEvent[], moment: number, fate: Fate, random: Random): Map<string, string> {
    const changes = past
      .filter((event) => event.kind !== 'write' && event.kind !== 'sync')
      .filter(({ path }) => dirname(path) === this.folder);
    const safe = changes.filter(({ ended }) => this.isSynced(past, this.folder, ended, moment)).length;
    const kept = fate === 'lost' ? safe : fate === 'written' ? changes.length : safe + random.below(changes.length - safe + 1);
    const names = new Map<string, string>();
    for (const change of changes.slice(0, kept)) {
      const name = basename(change.path);
      if (change.kind === 'create') names.set(name, change.file);
      if (change.kind === 'rename') names.set(basename(change.to), names.get(name)!);
      if (change.kind !== 'create') names.delete(name);
    }
    return names;
  }

  private isSynced(past: readonly DiskEvent[], path: string, since: number, moment: number): boolean {
    return past.some((event) => event.kind === 'sync' && event.file === path && event.began >= since && event.ended < moment);
  }
}

/** One file at the moment of the cut. */
class CutFile {
  private readonly writes: readonly Write[];
  private readonly lastSync: number;

  constructor(
    past: readonly DiskEvent[],
    file: string,
    private readonly moment: number,
  ) {
    this.writes = past.filter((event): event is Write => event.kind === 'write' && event.file === file);
    const syncs = past.filter((event) => event.kind === 'sync' && event.file === file && event.ended < moment);
    this.lastSync = Math.max(-1, ...syncs.map(({ began }) => began));
  }

  get atRisk(): number {
    return this.writes.filter((write) => !this.isSafe(write)).length;
  }

  content(fate: Fate, random: Random): Buffer {
    const end = (write: Write): number => write.offset + write.bytes.length;
    const largest = Math.max(0, ...this.writes.map(end));
    let size = Math.max(0, ...this.writes.filter((write) => this.isSafe(write)).map(end));
    if (fate === 'written' || (fate !== 'lost' && random.chance(0.5))) size = largest;
    const content = Buffer.alloc(size);
    const unit = fate === 'sectors' ? sector : page;
    const bySector = this.bySector();
    for (let at = 0; at < size; at += unit) {
      const share = fate === 'lost' ? 0 : fate === 'written' ? 1 : random.pick([0, 1, random.next()]);
      for (let start = at; start < Math.min(at + unit, size); start += sector) this.fill(content, start, bySector.get(start) ?? [], share);
    }
    return content;
  }

  private bySector(): Map<number, Write[]> {
    const sectors = new Map<number, Write[]>();
    for (const write of this.writes) {
      for (let at = write.offset - (write.offset % sector); at < write.offset + write.bytes.length; at += sector) {
        const there = sectors.get(at);
        if (there) there.push(write);
        else sectors.set(at, [write]);
      }
    }
    return sectors;
  }

  /** The sector has every write up to the last safe one, and of those after it the first `share`. */
  private fill(content: Buffer, start: number, writes: readonly Write[], share: number): void {
    const safe = writes.findLastIndex((write) => this.isSafe(write)) + 1;
    const kept = safe + Math.round((writes.length - safe) * share);
    for (const { offset, bytes } of writes.slice(0, kept)) {
      const from = Math.max(start, offset);
      const to = Math.min(start + sector, offset + bytes.length, content.length);
      if (from < to) bytes.copy(content, from, from - offset, to - offset);
    }
  }

  private isSafe({ ended, synced }: Write): boolean {
    return ended < this.moment && (synced || ended <= this.lastSync);
  }
}
