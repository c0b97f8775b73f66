import { Timestamp } from 'bson';
import { isDocument, type Document } from '../bson/document';
import { typeName } from '../bson/types';
import { fail, failAt } from '../errors';
import { placeOfTime } from '../storage/place';
import { readToken, type ResumePoint } from './resume-token';
import type { Scope } from './scope';

export const fullDocumentModes = ['default', 'updateLookup', 'whenAvailable', 'required'] as const;
export const beforeChangeModes = ['off', 'whenAvailable', 'required'] as const;

/** A `$changeStream` stage, read. */
export interface StreamOptions {
  readonly scope: Scope;
  readonly fullDocument: (typeof fullDocumentModes)[number];
  readonly fullDocumentBeforeChange: (typeof beforeChangeModes)[number];
  readonly showExpandedEvents: boolean;
  /** Where to begin; absent: now. */
  readonly start?: ResumePoint;
}

const flags = ['allChangesForCluster', 'showExpandedEvents', 'showMigrationEvents'];
/** What MongoDB's own tools ask for; refused here, because leaving it out would be a wrong result. */
const refusedFlags = ['showSystemEvents', 'showRawUpdateDescription', 'allowToRunOnConfigDB', 'allowToRunOnSystemNS'];
const others = ['resumeAfter', 'startAfter', 'startAtOperationTime', 'fullDocument', 'fullDocumentBeforeChange'];

/** Reads the stage's specification; `collection` is absent when it runs on a database. Errors: 50808, 40415, 14, 2, 72, 73, 238, 260, 50865, 40674. */
export function readStreamOptions(stage: unknown, database: string, collection: string | undefined): StreamOptions {
  if (!isDocument(stage)) throw failAt(50808, '$changeStream stage expects a document as argument');
  const unknown = Object.keys(stage).find((name) => ![...flags, ...refusedFlags, ...others].includes(name));
  if (unknown !== undefined) throw failAt(40415, `BSON field '$changeStream.${unknown}' is an unknown field.`);
  for (const name of refusedFlags)
    if (flag(stage, name)) throw fail('NotImplemented', `option '${name}' of $changeStream is not supported by this server`);
  return {
    scope: scopeOf(flag(stage, 'allChangesForCluster'), database, collection),
    fullDocument: choice(stage, 'fullDocument', fullDocumentModes),
    fullDocumentBeforeChange: choice(stage, 'fullDocumentBeforeChange', beforeChangeModes),
    showExpandedEvents: flag(stage, 'showExpandedEvents'),
    start: startOf(stage),
  };
}

function scopeOf(wholeCluster: boolean, database: string, collection: string | undefined): Scope {
  const namespace = `${database}.${collection ?? '$cmd.aggregate'}`;
  if (wholeCluster && (database !== 'admin' || collection !== undefined))
    throw fail(
      'InvalidOptions',
      `A $changeStream with 'allChangesForCluster:true' may only be opened on the 'admin' database, and with no collection name; found ${namespace}`,
    );
  if (wholeCluster) return { kind: 'cluster' };
  if (['admin', 'config', 'local'].includes(database))
    throw fail('InvalidNamespace', `$changeStream may not be opened on the internal ${database} database`);
  if (collection?.startsWith('system.'))
    throw fail('InvalidNamespace', `$changeStream may not be opened on the internal ${namespace} collection`);
  return collection === undefined ? { kind: 'database', database } : { kind: 'collection', database, collection };
}

function startOf(stage: Document): ResumePoint | undefined {
  const [resumeAfter, startAfter] = ['resumeAfter', 'startAfter'].map((name) => tokenOption(stage, name));
  const time = stage['startAtOperationTime'] ?? undefined;
  if (time !== undefined && !(time instanceof Timestamp)) throw wrongType('startAtOperationTime', time, 'timestamp');
  if (resumeAfter && startAfter) throw failAt(50865, "Do not specify both 'resumeAfter' and 'startAfter' in a $changeStream stage");
  const token = resumeAfter ?? startAfter;
  if (time && token) throw failAt(40674, 'Only one type of resume option is allowed, but multiple were found');
  if (resumeAfter?.kind === 'invalidate')
    throw fail(
      'InvalidResumeToken',
      "Attempting to resume a change stream using 'resumeAfter' is not allowed from an invalidate notification",
    );
  return time ? { place: placeOfTime(time), kind: 'time' } : token;
}

function tokenOption(stage: Document, name: string): ResumePoint | undefined {
  const token = stage[name] ?? undefined;
  if (token === undefined) return undefined;
  if (!isDocument(token)) throw wrongType(name, token, 'object');
  return readToken(token);
}

function flag(stage: Document, name: string): boolean {
  const value = stage[name] ?? false;
  if (typeof value !== 'boolean') throw wrongType(name, value, 'bool');
  return value;
}

function choice<T extends string>(stage: Document, name: string, choices: readonly [T, ...T[]]): T {
  const value = stage[name] ?? choices[0];
  if (typeof value !== 'string') throw wrongType(name, value, 'string');
  if (!(choices as readonly string[]).includes(value))
    throw fail('BadValue', `Enumeration value '${value}' for field '$changeStream.${name}' is not a valid value.`);
  return value as T;
}

function wrongType(name: string, value: unknown, expected: string): Error {
  return fail('TypeMismatch', `BSON field '$changeStream.${name}' is the wrong type '${typeName(value)}', expected type '${expected}'`);
}
