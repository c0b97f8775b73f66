import type { Timestamp } from 'bson';
import type { Document } from '../bson/codec';
import { show } from '../bson/show';
import { fail } from '../errors';
import { documentOption } from './command';

const levels = ['local', 'available', 'majority', 'linearizable', 'snapshot'] as const;

/** What a command may be asked to see. */
export type ReadConcernLevel = (typeof levels)[number];

export interface ReadConcern {
  readonly level: ReadConcernLevel;
  /** The moment to read at, for the level `snapshot`; absent: now. */
  readonly atClusterTime?: Timestamp;
}

/** The levels that a single node can tell apart no better than `local`, and `snapshot`. */
export const everyLevel: readonly ReadConcernLevel[] = levels;

/** Where a read concern stands: which levels beside `local` the command takes, and its place in a transaction. */
export interface Reading {
  readonly name: string;
  readonly takes: readonly ReadConcernLevel[];
  readonly inTransaction: boolean;
  readonly startsTransaction: boolean;
  /** The server's time: nothing later can be asked for. */
  readonly now: Timestamp;
}

const known = new Set(['level', 'afterClusterTime', 'atClusterTime', 'provenance']);

/** Reads a command's read concern, and refuses what makes no sense. Errors: 72, 9, 14. */
export function readConcernOf(body: Document, reading: Reading): ReadConcern {
  const concern = documentOption(body, 'readConcern');
  if (!concern) return { level: 'local' };
  const unknown = Object.keys(concern).find((field) => !known.has(field));
  if (unknown !== undefined) throw fail('InvalidOptions', `Unrecognized option in readConcern: ${unknown}`);
  const level = levelOf(concern['level']);
  const [after, at] = [timeOf(concern, 'afterClusterTime', reading.now), timeOf(concern, 'atClusterTime', reading.now)];
  if (after && at)
    throw fail('InvalidOptions', 'Specifying a timestamp for readConcern snapshot in a causally consistent session is not allowed.');
  if (at && level !== 'snapshot') throw fail('InvalidOptions', 'atClusterTime field can be set only if level is equal to snapshot');
  if (after && level === 'available')
    throw fail('InvalidOptions', 'afterClusterTime field can be set only if level is equal to local, majority, or snapshot');
  checkPlace(concern, level, reading);
  return { level, atClusterTime: at };
}

function levelOf(value: unknown): ReadConcernLevel {
  if (value === undefined) return 'local';
  if (typeof value !== 'string') throw fail('TypeMismatch', `"level" had the wrong type. Expected string, found ${typeof value}`);
  const level = levels.find((one) => one === value);
  if (level) return level;
  throw fail('FailedToParse', "readConcern.level must be either 'local', 'majority', 'linearizable', 'available', or 'snapshot'");
}

function timeOf(concern: Document, field: string, now: Timestamp): Timestamp | undefined {
  const value = concern[field];
  if (value === undefined) return undefined;
  if (!isTimestamp(value)) throw fail('TypeMismatch', `"${field}" had the wrong type. Expected timestamp`);
  if (value.isZero()) throw fail('InvalidOptions', `${field} cannot be a null timestamp`);
  if (!value.greaterThan(now)) return value;
  throw fail('InvalidOptions', `readConcern ${field} value must not be greater than the current clusterTime`);
}

export function isTimestamp(value: unknown): value is Timestamp {
  return (value as { _bsontype?: string } | null | undefined)?._bsontype === 'Timestamp';
}

function checkPlace(concern: Document, level: ReadConcernLevel, { name, takes, inTransaction, startsTransaction }: Reading): void {
  if (inTransaction && !startsTransaction)
    throw fail('InvalidOptions', 'Only the first command in a transaction may specify a readConcern');
  if (inTransaction && (level === 'available' || level === 'linearizable'))
    throw fail(
      'InvalidOptions',
      "The readConcern level must be either 'local' (default), 'majority' or 'snapshot' in order to run in a transaction",
    );
  if (inTransaction || level === 'local' || takes.includes(level)) return;
  throw fail(
    'InvalidOptions',
    `Command ${name} does not support ${show({ readConcern: concern })} :: caused by :: read concern not supported`,
  );
}
