import { decode, type Document } from '../bson/codec';
import { show } from '../bson/show';
import { fail } from '../errors';
import type { OplogEntry } from '../storage/oplog-entry';
import { timeOf } from '../storage/place';
import type { StreamOptions } from './options';

/** Finds the document of an update as it is now; undefined when it is gone. */
export type Lookup = (entry: OplogEntry) => Document | undefined;

/** An event as a client sees it (source: "Change Events" in MongoDB's manual). Errors: 47 for an image that is required and was not kept. */
export function eventOf(entry: OplogEntry, token: Document, options: StreamOptions, lookup: Lookup): Document {
  const { type, wall, database, collection, uuid, update, operation, transaction, stateBefore } = entry;
  const { showExpandedEvents } = options;
  const event: Document = {
    _id: token,
    operationType: type,
    clusterTime: timeOf(entry.place),
    ...(showExpandedEvents && { collectionUUID: uuid }),
    wallTime: wall,
    ...(transaction && { txnNumber: transaction.txnNumber, lsid: transaction.lsid }),
    fullDocument: fullDocumentOf(entry, options, lookup),
    ns: { db: database, coll: collection },
    ...(type === 'rename' && { to: operation!['to'] }),
    documentKey: documentKeyOf(entry),
    updateDescription: update && descriptionOf(update, showExpandedEvents),
    ...(showExpandedEvents && { operationDescription: operation, stateBeforeChange: stateBefore }),
    fullDocumentBeforeChange: documentBefore(entry, options),
  };
  for (const name in event) if (event[name] === undefined) delete event[name];
  return event;
}

/** The notice that ends a stream. */
export function invalidateOf(entry: OplogEntry, token: Document): Document {
  return { _id: token, operationType: 'invalidate', clusterTime: timeOf(entry.place), wallTime: entry.wall };
}

function documentKeyOf({ type, id, after }: OplogEntry): Document | undefined {
  if (type !== 'insert' && type !== 'update' && type !== 'replace' && type !== 'delete') return undefined;
  return { _id: id === undefined ? decode(after!)['_id'] : id };
}

function descriptionOf({ disambiguatedPaths, ...rest }: NonNullable<OplogEntry['update']>, showExpandedEvents: boolean): Document {
  const { updatedFields, removedFields, truncatedArrays } = rest;
  const description = { updatedFields, removedFields, truncatedArrays };
  return showExpandedEvents ? { ...description, disambiguatedPaths: disambiguatedPaths ?? {} } : description;
}

function fullDocumentOf(entry: OplogEntry, { fullDocument: mode }: StreamOptions, lookup: Lookup): Document | null | undefined {
  const { type, after } = entry;
  if (type === 'insert' || type === 'replace') return decode(after!);
  if (type !== 'update' || mode === 'default') return undefined;
  if (mode === 'updateLookup') return lookup(entry) ?? null;
  if (!after && mode === 'required') throw notKept(entry, 'a post-image for all update events', 'post-image');
  return after ? decode(after) : null;
}

function documentBefore(entry: OplogEntry, { fullDocumentBeforeChange: mode }: StreamOptions): Document | null | undefined {
  const { type, before } = entry;
  if (mode === 'off' || (type !== 'update' && type !== 'replace' && type !== 'delete')) return undefined;
  if (!before && mode === 'required') throw notKept(entry, 'a pre-image for all update, delete and replace events', 'pre-image');
  return before ? decode(before) : null;
}

function notKept({ type, database, collection, place }: OplogEntry, wanted: string, image: string): Error {
  const event = { operationType: type, ns: { db: database, coll: collection }, clusterTime: timeOf(place) };
  return fail(
    'NoMatchingDocument',
    `Change stream was configured to require ${wanted}, but the ${image} was not found for event: ${show(event)}`,
  );
}
