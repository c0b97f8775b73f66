import type { Document } from '../bson/codec';
import { errorCodes, fail, failAt, type ErrorName } from '../errors';
import { documentOption, toNumber } from './command';

const known = new Set(['w', 'j', 'fsync', 'wtimeout', 'provenance', 'getLastError']);
const mostNodes = 50;

/** Refuses a write concern where it has no place, or that makes no sense. Errors: 72, 9, 40415. */
export function checkWriteConcern(body: Document, { takes, inTransaction }: { takes: boolean; inTransaction: boolean }): void {
  const concern = documentOption(body, 'writeConcern');
  if (!concern) return;
  if (!takes) throw fail('InvalidOptions', 'Command does not support writeConcern');
  if (inTransaction) throw fail('InvalidOptions', 'writeConcern is not allowed within a multi-statement transaction');
  const unknown = Object.keys(concern).find((field) => !known.has(field));
  if (unknown !== undefined) throw failAt(40415, `BSON field 'WriteConcern.${unknown}' is an unknown field.`);
  checkW(concern['w']);
}

function checkW(w: unknown): void {
  if (w === undefined || typeof w === 'string') return;
  const nodes = toNumber(w);
  if (nodes === undefined && (typeof w !== 'object' || w === null)) throw fail('FailedToParse', 'w has to be a number, string, or object');
  if (nodes !== undefined && (nodes < 0 || nodes > mostNodes))
    throw fail('FailedToParse', `w has to be a non-negative number and not greater than ${mostNodes}; found: ${nodes}`);
}

/** What a set of one node cannot promise about a write that has been carried out: 79 or 100. Journal and majority are always given. */
export function unsatisfied(body: Document): Document | undefined {
  const concern = documentOption(body, 'writeConcern');
  const w = concern?.['w'];
  if (w === undefined || w === 'majority') return undefined;
  const nodes = toNumber(w);
  if (nodes !== undefined)
    return nodes <= 1 ? undefined : writeConcernError('UnsatisfiableWriteConcern', 'Not enough data-bearing nodes', concern!);
  return writeConcernError(
    'UnknownReplWriteConcern',
    `No write concern mode named '${typeof w === 'string' ? w : JSON.stringify(w)}' found in replica set configuration`,
    concern!,
  );
}

function writeConcernError(name: ErrorName, errmsg: string, concern: Document): Document {
  return {
    code: errorCodes[name],
    codeName: name,
    errmsg,
    errInfo: { writeConcern: { wtimeout: 0, ...concern, provenance: 'clientSupplied' } },
  };
}
