import { accessSync, closeSync, constants, existsSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DataFolderRefused } from './data-folder-errors';
import { damageOf } from './data-file';

const formatFile = 'embedded-mongodb.json';
const format = 1;

interface Stated {
  readonly format: number;
  /** The data file was being made: nothing has been acknowledged yet. */
  readonly fresh?: boolean;
}

/**
 * Reads what the folder says of itself, and refuses what this version does not know or what is damaged. A folder that says nothing, or
 * whose first start was cut short, is prepared for a first start. `durable: false` leaves out the syncs.
 */
export function prepareFolder(path: string, durable: boolean): void {
  const data = join(path, 'data.mdb');
  checkAccess([path, data, join(path, 'lock.mdb')]);
  const stated = readFormat(path);
  if (!stated && existsSync(data)) {
    throw new DataFolderRefused(path, `it holds a data.mdb but no ${formatFile}: it is not this server's; take another folder`);
  }
  if (!stated) return writeFormat(path, { format, fresh: true }, durable);
  if (stated.format > format) {
    const message = `it was written by a newer version (format ${stated.format}, this one knows ${format}); use that version`;
    throw new DataFolderRefused(path, message);
  }
  if (stated.fresh) return rmSync(data, { force: true });
  const damage = damageOf(data);
  if (damage !== undefined) throw new DataFolderRefused(path, `${damage}; put back a copy of the folder, or start with an empty one`);
}

/** LMDB's own refusals do not name the file. */
function checkAccess(paths: readonly string[]): void {
  for (const path of paths) if (existsSync(path)) accessSync(path, constants.R_OK | constants.W_OK);
}

/** The data file has been made and is on disk: from now on it must be there. */
export function settleFolder(path: string, durable: boolean): void {
  if (!readFormat(path)?.fresh) return;
  if (durable) syncFolder(path);
  writeFormat(path, { format }, durable);
}

function readFormat(path: string): Stated | undefined {
  const file = join(path, formatFile);
  if (!existsSync(file)) return undefined;
  const stated = parsed(readFileSync(file, 'utf8'));
  if (typeof stated?.format === 'number') return stated;
  throw new DataFolderRefused(path, `${formatFile} is damaged; if nothing else is, its content is {"format":${format}}`);
}

function parsed(text: string): Stated | undefined {
  try {
    return JSON.parse(text) as Stated;
  } catch {
    return undefined;
  }
}

/** Either the old content or the new is there, whenever the power goes. */
function writeFormat(path: string, stated: Stated, durable: boolean): void {
  const [file, fresh] = [join(path, formatFile), join(path, `${formatFile}.new`)];
  const descriptor = openSync(fresh, 'w');
  try {
    writeSync(descriptor, JSON.stringify(stated));
    if (durable) fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(fresh, file);
  if (durable) syncFolder(path);
}

/** Makes the names in a folder last. Windows has no such call and needs none. */
export function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
