import { mkdirSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { refusedBecause } from './data-folder-errors';
import { prepareFolder, settleFolder, syncFolder } from './folder-format';
import { FolderLock } from './folder-lock';

/** A data folder that is this server's alone. */
export class DataFolder {
  private constructor(
    readonly path: string,
    private readonly lock: FolderLock,
    private readonly durable: boolean,
  ) {}

  /** Errors: `DataFolderBusy`, `DataFolderRefused`. */
  static async open(dataDir: string, durable: boolean): Promise<DataFolder> {
    const path = makeFolder(dataDir, durable);
    const lock = await FolderLock.acquire(path);
    try {
      prepareFolder(path, durable);
      return new DataFolder(path, lock, durable);
    } catch (error) {
      await lock.release();
      throw refusedBecause(path, error);
    }
  }

  /** To be called when the data file is there and before anything is acknowledged. */
  settle(): void {
    settleFolder(this.path, this.durable);
  }

  /** From now on others are told this address. */
  announce(uri: string): void {
    this.lock.announce(uri);
  }

  close(): Promise<void> {
    return this.lock.release();
  }
}

function makeFolder(dataDir: string, durable: boolean): string {
  try {
    const firstMade = mkdirSync(dataDir, { recursive: true });
    const path = realpathSync(dataDir);
    if (durable && firstMade !== undefined) {
      const top = dirname(realpathSync(firstMade));
      for (let folder = path; folder !== top; folder = dirname(folder)) syncFolder(dirname(folder));
    }
    return path;
  } catch (error) {
    throw refusedBecause(dataDir, error);
  }
}
