import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { damageOfPages, pageSize, treeAt, type Tree } from './data-pages';

const magic = 0xbeefc0de;
/** Where LMDB's description begins in each of the first two pages. */
const descriptionAt = 24;
/** Says that a commit was not flushed yet when its description was written. */
const unflushed = 0x1000;

/** A commit as one of LMDB's three descriptions states it (`MDB_meta` in mdb.c, and lmdb-js's copy of the last flushed one). */
interface Commit {
  readonly number: bigint;
  readonly flushed: boolean;
  readonly trees: readonly Tree[];
  readonly pages: number;
}

/**
 * Says what is wrong with an LMDB data file, or undefined. LMDB maps the file into memory and trusts it: a page that is named but not
 * there ends the process with a signal, so this looks before LMDB does. Nothing is changed.
 */
export function damageOf(path: string): string | undefined {
  if (!existsSync(path)) return 'data.mdb is missing';
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    if (size === 0) return 'data.mdb is empty';
    const commit = lastSafeCommit(file);
    if (!commit) return "data.mdb is damaged or not this server's: its first pages do not describe it";
    const damage = damageOfPages(file, commit.trees, commit.pages, size);
    return damage === undefined ? undefined : `data.mdb is damaged: ${damage}`;
  } finally {
    closeSync(file);
  }
}

/** The commit that LMDB goes back to when it opens the file with `safeRestore`: the last one that was flushed. */
function lastSafeCommit(file: number): Commit | undefined {
  const [even, odd] = [readDescription(file, 0), readDescription(file, 1)];
  if (!even || !odd) return undefined;
  return safer(safer(even, odd), readCommit(file, pageSize / 2 + descriptionAt));
}

function safer(a: Commit, b: Commit): Commit {
  if (b.number === 0n) return a;
  const [older, newer] = a.number >= b.number ? [b, a] : [a, b];
  return newer.flushed ? newer : older;
}

/** Commits write the first two pages in turn, so a page's commit is even or odd as the page is. */
function readDescription(file: number, page: number): Commit | undefined {
  const start = page * pageSize;
  const head = read(file, start, descriptionAt + 32);
  if (head.readBigUInt64LE(0) !== BigInt(page)) return undefined;
  const description = head.subarray(descriptionAt);
  if (description.readUInt32LE(0) !== magic || description.readUInt32LE(4) !== 2 || description.readUInt32LE(24) !== pageSize)
    return undefined;
  const commit = readCommit(file, start + descriptionAt);
  return commit.number === 0n || commit.number % 2n === BigInt(page) ? commit : undefined;
}

function readCommit(file: number, position: number): Commit {
  const bytes = read(file, position, 136);
  return {
    number: bytes.readBigUInt64LE(128),
    flushed: (bytes.readUInt16LE(28) & unflushed) === 0,
    trees: [treeAt(bytes, 24), treeAt(bytes, 72)].filter((tree) => tree !== undefined),
    pages: Number(bytes.readBigUInt64LE(120)) + 1,
  };
}

/** What is not there reads as zeros. */
function read(file: number, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  readSync(file, bytes, 0, length, position);
  return bytes;
}
