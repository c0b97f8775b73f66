import type { Document } from 'bson';

export const database = 'torture';
export const accounts = Array.from({ length: 8 }, (_, number) => `account-${number}`);
export const startBalance = 1000;

/** The document that writers work on; it has something for each kind of index. */
export interface Piece extends Document {
  readonly _id: string;
  readonly writer: number;
  readonly round: number;
  readonly code: string;
  readonly nick?: string;
  readonly rank: number;
  readonly tags: readonly string[];
  readonly aliases: readonly string[];
  readonly counter: number;
  readonly note: string;
  readonly expiresAt?: Date;
}

interface TortureIndex {
  readonly name: string;
  readonly key: Document;
  readonly unique?: boolean;
  readonly sparse?: boolean;
  readonly partialFilterExpression?: Document;
  readonly expireAfterSeconds?: number;
}

/** Unique, sparse, compound, multikey, unique multikey, partial and TTL. */
export const pieceIndexes: readonly TortureIndex[] = [
  { name: 'code', key: { code: 1 }, unique: true },
  { name: 'nick', key: { nick: 1 }, unique: true, sparse: true },
  { name: 'writer-round', key: { writer: 1, round: -1 } },
  { name: 'tags', key: { tags: 1 } },
  { name: 'aliases', key: { aliases: 1 }, unique: true },
  { name: 'top-ranks', key: { rank: -1 }, partialFilterExpression: { rank: { $gte: 50 } } },
  { name: 'expiry', key: { expiresAt: 1 }, expireAfterSeconds: 0 },
];

/** Which pieces a full read of an index is to give. */
export function isIndexed(piece: Document, { sparse, key, partialFilterExpression }: TortureIndex): boolean {
  if (partialFilterExpression) return (piece as Piece).rank >= 50;
  return !sparse || Object.keys(key).some((field) => field in piece);
}

/** The commands that make the collections and the first documents; harmless where they are there already. */
export const setUp: readonly Document[] = [
  { createIndexes: 'pieces', indexes: pieceIndexes },
  {
    update: 'accounts',
    updates: accounts.map((_id) => ({ q: { _id }, u: { $setOnInsert: { balance: startBalance } }, upsert: true })),
  },
  { createIndexes: 'journal', indexes: [{ name: 'from-to', key: { from: 1, to: 1 } }] },
];
