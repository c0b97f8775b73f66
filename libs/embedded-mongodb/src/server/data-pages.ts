import { readSync } from 'node:fs';

export const pageSize = 8192;

/** Where a tree begins and how many levels it has. */
export interface Tree {
  readonly root: number;
  readonly depth: number;
}

/** Files up to this size are read whole; of larger ones only the pages above the leaves, about one in a hundred. */
const readWhole = 64 * 1024 * 1024;

const header = 24;
const kinds = { branch: 1, leaf: 2, overflow: 4 };
/** Flags of an entry: its value has pages of its own; its value is the description of another tree. */
const inPages = 1;
const isTree = 2;

/**
 * Follows LMDB's trees of pages from their roots and says what is wrong with the first page that is not as LMDB writes it. `pages` is how
 * many of them the commit has; the last ones may be missing in the file when they were free.
 */
export function damageOfPages(file: number, trees: readonly Tree[], pages: number, size: number): string | undefined {
  const walk = new Walk(file, Math.min(pages, Math.floor(size / pageSize)), size <= readWhole);
  try {
    for (const tree of trees) walk.follow(tree, true);
    return undefined;
  } catch (error) {
    if (error instanceof Damage) return error.message;
    throw error;
  }
}

/** The description of a tree, 48 bytes in a commit's description or in an entry (`MDB_db` in mdb.c). */
export function treeAt(bytes: Buffer, position: number): Tree | undefined {
  const root = bytes.readBigUInt64LE(position + 40);
  return root === 2n ** 64n - 1n ? undefined : { root: Number(root), depth: bytes.readUInt16LE(position + 6) };
}

class Damage extends Error {}

class Walk {
  private readonly seen: Uint8Array;
  /** Holds one page at a time. */
  private readonly page = Buffer.alloc(pageSize);

  constructor(
    private readonly file: number,
    private readonly pages: number,
    private readonly whole: boolean,
  ) {
    this.seen = new Uint8Array(pages);
  }

  /** The leaves of the main tree lead to the others, so they are read in any case. */
  follow({ root, depth }: Tree, main: boolean): void {
    const level = [root];
    for (let height = depth; height > 0; height--) {
      const below: number[] = [];
      for (const number of level) {
        this.claim(number, 1);
        if (height > 1) below.push(...this.children(number));
        else if (main || this.whole) this.leaf(number, main);
      }
      level.splice(0, level.length, ...below);
    }
  }

  private children(number: number): number[] {
    this.read(number, kinds.branch);
    const children: number[] = [];
    for (let entry = this.entries(number) - 1; entry >= 0; entry--) children.push(this.page.readUIntLE(this.entry(entry, number), 6));
    return children;
  }

  private leaf(number: number, main: boolean): void {
    this.read(number, kinds.leaf);
    const trees: Tree[] = [];
    const values: Value[] = [];
    for (let entry = this.entries(number) - 1; entry >= 0; entry--) {
      const at = this.entry(entry, number);
      const value = at + 8 + this.page.readUInt16LE(at + 6);
      const flags = this.page.readUInt16LE(at + 4);
      if (value + (flags & inPages ? 24 : this.page.readUInt32LE(at)) > pageSize) throw new Damage(`page ${number} is out of order`);
      if (flags & inPages)
        values.push({ first: Number(this.page.readBigUInt64LE(value)), pages: Number(this.page.readBigUInt64LE(value + 16)) });
      const tree = main && flags & isTree ? treeAt(this.page, value) : undefined;
      if (tree) trees.push(tree);
    }
    for (const value of values) this.value(value);
    for (const tree of trees) this.follow(tree, false);
  }

  private value({ first, pages }: Value): void {
    this.claim(first, pages);
    this.read(first, kinds.overflow);
    if (this.page.readUInt32LE(20) !== pages) throw new Damage(`page ${first} does not hold what it should`);
  }

  /** Each page belongs to one place in one tree. */
  private claim(first: number, count: number): void {
    if (first < 2 || first + count > this.pages) throw new Damage(`it is cut off: page ${first + count - 1} of ${this.pages} is needed`);
    for (let number = first; number < first + count; number++) {
      if (this.seen[number]) throw new Damage(`page ${number} is used twice`);
      this.seen[number] = 1;
    }
  }

  private read(number: number, kind: number): void {
    readSync(this.file, this.page, 0, pageSize, number * pageSize);
    const flags = this.page.readUInt16LE(18) & (kinds.branch | kinds.leaf | kinds.overflow);
    if (this.page.readUIntLE(0, 6) !== number || flags !== kind) throw new Damage(`page ${number} does not hold what it should`);
  }

  /** How many entries the page has. */
  private entries(number: number): number {
    const [lower, upper] = [this.page.readUInt16LE(20), this.page.readUInt16LE(22)];
    if (lower > upper || upper > pageSize - header) throw new Damage(`page ${number} is out of order`);
    return lower >> 1;
  }

  /** Where an entry of the page begins. */
  private entry(index: number, number: number): number {
    const at = this.page.readUInt16LE(header + 2 * index) + header;
    if (at < this.page.readUInt16LE(22) + header || at + 8 + this.page.readUInt16LE(at + 6) > pageSize)
      throw new Damage(`page ${number} is out of order`);
    return at;
  }
}

/** A value in pages of its own. */
interface Value {
  readonly first: number;
  readonly pages: number;
}
