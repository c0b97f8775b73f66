import { closeSync, existsSync, fstatSync, ftruncateSync, openSync, readSync } from 'node:fs';

const magic = 0xbeefc0de;
/** Where LMDB's description begins in each of the first two pages. */
const descriptionAt = 24;
const pageSize = 8192;

/**
 * Says what is wrong with an LMDB data file, or undefined. LMDB maps the file into memory and trusts it: a page that is named but not
 * there ends the process with a signal, so this looks before LMDB does.
 */
export function damageOf(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  const file = openSync(path, 'r+');
  try {
    const { size } = fstatSync(file);
    if (size === 0) return undefined;
    const metas = [0, pageSize].map((page) => readMeta(file, page + descriptionAt));
    if (metas.some((meta) => meta === undefined)) return 'data.mdb is damaged or not from this server';
    const needed = metas.map((meta) => (meta!.lastPage + 1) * pageSize);
    if (size < Math.min(...needed)) return `data.mdb is cut off: it has ${size} bytes of ${Math.min(...needed)}`;
    // The newest commit may lack its last pages: because nothing in them is used, or because power failed before its flush, and then LMDB
    // goes back to the one before.
    if (size < Math.max(...needed)) ftruncateSync(file, Math.max(...needed));
    return undefined;
  } finally {
    closeSync(file);
  }
}

function readMeta(file: number, position: number): { lastPage: number } | undefined {
  const bytes = Buffer.alloc(136);
  if (readSync(file, bytes, 0, bytes.length, position) < bytes.length) return undefined;
  if (bytes.readUInt32LE(0) !== magic || bytes.readUInt32LE(4) !== 2 || bytes.readUInt32LE(24) !== pageSize) return undefined;
  return { lastPage: Number(bytes.readBigUInt64LE(120)) };
}
