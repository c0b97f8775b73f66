import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Thrown when another live process already keeps its state in the folder; two would overwrite each other. */
export class DataFolderInUse extends Error {
  constructor(
    readonly folder: string,
    readonly pid: number,
  ) {
    super(`The payment sandbox of process ${pid} already uses ${folder}.`);
    this.name = 'DataFolderInUse';
  }
}

const claimedHere = new Set<string>();

/** Claims the folder for this process, creating it when missing; returns the release. A claim left by a killed process is taken over. */
export function claimFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'owner.pid');
  if (claimedHere.has(folder)) throw new DataFolderInUse(folder, process.pid);
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
  } catch {
    const owner = Number(readFileSync(file, 'utf8'));
    // In a container every process may have the same number, so a claim by our own number that we did not make is stale.
    if (owner !== process.pid && isAlive(owner)) throw new DataFolderInUse(folder, owner);
    writeFileSync(file, String(process.pid));
  }
  claimedHere.add(folder);
  return () => {
    claimedHere.delete(folder);
    rmSync(file, { force: true });
  };
}

function isAlive(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
