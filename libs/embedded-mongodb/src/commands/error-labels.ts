import type { Document } from '../bson/codec';

/** What an answer says has gone wrong: the command itself, its write concern, or both. */
export interface Trouble {
  readonly code?: number;
  readonly writeConcernCode?: number;
}

/** The codes of a server that is going away or not the primary any more. */
const retryableCodes = new Set([6, 7, 89, 91, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436]);

/** LockTimeout, WriteConflict, SnapshotUnavailable, PreparedTransactionInProgress: another snapshot may have more luck. */
const transientCodes = new Set([24, 112, 246, 267]);
const noSuchTransaction = 251;

/** What drivers may do about it: start the transaction again, or send the write again (source: MongoDB's driver specifications). */
export function labelsFor(name: string, body: Document, trouble: Trouble): string[] {
  const labels: string[] = [];
  if (isTransient(name, body, trouble)) labels.push('TransientTransactionError');
  if (isRetryable(name, body, trouble)) labels.push('RetryableWriteError');
  return labels;
}

/** Whether the error is the transaction's as a whole, not one statement's. */
export function losesTransaction(code: number): boolean {
  return transientCodes.has(code) || code === noSuchTransaction;
}

/** Only before the commit does a lost connection or a lost transaction leave no doubt about what became of it. */
function isTransient(name: string, body: Document, { code, writeConcernCode }: Trouble): boolean {
  if (body['autocommit'] === undefined || code === undefined) return false;
  if (transientCodes.has(code)) return true;
  if (endsTransaction(name)) return code === noSuchTransaction && writeConcernCode === undefined;
  return code === noSuchTransaction || retryableCodes.has(code);
}

function isRetryable(name: string, body: Document, { code, writeConcernCode }: Trouble): boolean {
  const retried = body['autocommit'] === undefined ? body['txnNumber'] !== undefined : endsTransaction(name);
  return retried && [code, writeConcernCode].some((one) => one !== undefined && retryableCodes.has(one));
}

function endsTransaction(name: string): boolean {
  return name === 'commitTransaction' || name === 'abortTransaction';
}
