import { Binary } from 'bson';
import { decode, encode, readField, type Document } from '../bson/codec';
import type { UpdateDescription } from '../update/description';
import type { Change } from './change';
import type { Collection } from './collection';
import { placeLength, type Place } from './place';

const types = [
  'insert',
  'update',
  'replace',
  'delete',
  'create',
  'drop',
  'rename',
  'dropDatabase',
  'createIndexes',
  'dropIndexes',
  'modify',
] as const;

/** What happened to a document, or to a collection and its indexes. */
export type EventType = (typeof types)[number];

/** Something that happened to a collection as such. */
export interface CatalogEvent {
  readonly type: Exclude<EventType, 'insert' | 'update' | 'replace' | 'delete'>;
  readonly database: string;
  /** Absent for `dropDatabase`. */
  readonly collection?: Collection;
  /** Its old name, where it has another one by now. */
  readonly name?: string;
  /** What it was, beyond its type. */
  readonly operation?: Document;
  /** The collection's options before they were modified. */
  readonly stateBefore?: Document;
}

/** The transaction that an event was part of. */
export interface TransactionId {
  readonly lsid: Document;
  readonly txnNumber: bigint;
}

/** Where something happened. */
interface Source {
  readonly database: string;
  readonly collection?: string;
  readonly uuid?: Binary;
}

/** What is told only of some events. */
interface Detail {
  /** The document's `_id`, where no image is kept. */
  readonly id?: unknown;
  readonly update?: UpdateDescription;
  readonly operation?: Document;
  readonly stateBefore?: Document;
  readonly transaction?: TransactionId;
}

/** An event, as it is kept. */
export interface OplogEntry extends Source, Detail {
  readonly type: EventType;
  readonly place: Place;
  readonly wall: Date;
  /** The document afterwards: of inserts and replacements always, of updates where the collection keeps images. */
  readonly after?: Buffer;
  /** The document before, where the collection keeps images. */
  readonly before?: Buffer;
}

/*
 * An entry is a head of fixed length (place, wall clock, type, which documents follow) and BSON documents behind it: the source, then
 * maybe a detail and images. An insert thus costs no encoding at all; its document is there as it is stored.
 */
const wallAt = placeLength;
const typeAt = wallAt + 8;
const partsAt = typeAt + 1;
const headLength = partsAt + 1;
const hasDetail = 1;
const hasAfter = 2;
const hasBefore = 4;

/** Encodes what happened to a document. The place is to be filled in at the front of the first part. */
export function changeEntry(collection: Collection, change: Change, transaction?: TransactionId): Buffer[] {
  const { before, after, beforeDocument } = change;
  const { keepsImages } = collection;
  const update = before && after && change.describe?.();
  const type = !before ? 'insert' : !after ? 'delete' : update ? 'update' : 'replace';
  const keptAfter = update && !keepsImages ? undefined : after;
  const id = keptAfter ? undefined : beforeDocument ? beforeDocument['_id'] : readField(before!, '_id');
  const detail = id !== undefined || update || transaction ? encodeDetail({ id, update, transaction }) : undefined;
  return entryOf(type, sourceOf(collection), { detail, after: keptAfter, before: keepsImages ? before : undefined });
}

/** Encodes what happened to a collection; the place as above. */
export function catalogEntry({ type, database, collection, name, operation, stateBefore }: CatalogEvent): Buffer[] {
  const named = collection && { collection: name ?? collection.name, uuid: new Binary(collection.uuid, 4) };
  return entryOf(type, encode({ database, ...named }), { detail: operation && encodeDetail({ operation, stateBefore }) });
}

function entryOf(
  type: EventType,
  source: Buffer,
  { detail, after, before }: { detail?: Buffer; after?: Buffer; before?: Buffer },
): Buffer[] {
  const head = Buffer.allocUnsafe(headLength);
  head.writeDoubleBE(Date.now(), wallAt);
  head[typeAt] = types.indexOf(type);
  head[partsAt] = (detail ? hasDetail : 0) | (after ? hasAfter : 0) | (before ? hasBefore : 0);
  const parts = [head, source];
  if (detail) parts.push(detail);
  if (after) parts.push(after);
  if (before) parts.push(before);
  return parts;
}

/** Lists that are empty, as most are, take no room. */
function encodeDetail({ update, ...rest }: Detail): Buffer {
  if (!update) return encode(rest);
  const { updatedFields, removedFields, truncatedArrays, disambiguatedPaths } = update;
  return encode({
    ...rest,
    updatedFields,
    removedFields: removedFields.length > 0 ? removedFields : undefined,
    truncatedArrays: truncatedArrays.length > 0 ? truncatedArrays : undefined,
    disambiguatedPaths,
  });
}

function readDetail({ id, operation, stateBefore, transaction, ...update }: Document): Detail {
  const rest = { id, operation, stateBefore, transaction } as Detail;
  if (!update['updatedFields']) return rest;
  return { ...rest, update: { removedFields: [], truncatedArrays: [], ...(update as Pick<UpdateDescription, 'updatedFields'>) } };
}

const sources = new WeakMap<Collection, { readonly name: string; readonly bytes: Buffer }>();

function sourceOf(collection: Collection): Buffer {
  const { name, database, uuid } = collection;
  let source = sources.get(collection);
  if (source?.name !== name)
    sources.set(collection, (source = { name, bytes: encode({ database, collection: name, uuid: new Binary(uuid, 4) }) }));
  return source.bytes;
}

/** Decodes the entries that stand one behind the other. */
export function* entriesIn(bytes: Buffer): Generator<OplogEntry> {
  for (let at = 0; at < bytes.length;) {
    const head = bytes.subarray(at, (at += headLength));
    const next = (): Buffer => bytes.subarray(at, (at += bytes.readInt32LE(at)));
    const has = (part: number): boolean => (head[partsAt]! & part) !== 0;
    yield {
      type: types[head[typeAt]!]!,
      place: head.subarray(0, placeLength),
      wall: new Date(head.readDoubleBE(wallAt)),
      ...(decode(next()) as unknown as Source),
      ...(has(hasDetail) && readDetail(decode(next()))),
      after: has(hasAfter) ? next() : undefined,
      before: has(hasBefore) ? next() : undefined,
    };
  }
}
