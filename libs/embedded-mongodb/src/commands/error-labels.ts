import type { Document } from '../bson/codec';

/** What an answer says has gone wrong: the command itself, its write concern, or both. */
export interface Trouble {
  readonly code?: number;
  readonly writeConcernCode?: number;
  /** The command is a change stream's. */
  readonly watches?: boolean;
}

/** The codes of a server that is going away or not the primary any more. */
const retryableCodes = new Set([6, 7, 89, 91, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436]);

/** LockTimeout, WriteConflict, SnapshotUnavailable, PreparedTransactionInProgress: another snapshot may have more luck. */
const transientCodes = new Set([24, 112, 246, 267]);
const noSuchTransaction = 251;

/** Besides the retryable ones: FailedToSatisfyReadPreference, ReadConcernMajorityNotAvailableYet, StaleEpoch, RetryChangeStream, StaleConfig. */
const resumableCodes = new Set([133, 134, 150, 234, 13388]);
/** ChangeStreamFatalError, ChangeStreamHistoryLost. */
const nonResumableCodes = new Set([280, 286]);

/** What drivers may do about it: start the transaction again, send the write again, or resume the stream (source: MongoDB's driver specifications). */
export function labelsFor(name: string, body: Document, trouble: Trouble): string[] {
  const labels: string[] = [];
  if (isTransient(name, body, trouble)) labels.push('TransientTransactionError');
  if (isRetryable(name, body, trouble)) labels.push('RetryableWriteError');
  if (labels.length === 0) labels.push(...streamLabels(trouble));
  return labels;
}

/** Whether the error is the transaction's as a whole, not one statement's. */
export function losesTransaction(code: number): boolean {
  return transientCodes.has(code) || code === noSuchTransaction;
}

function streamLabels({ code = 0, watches }: Trouble): string[] {
  if (nonResumableCodes.has(code)) return ['NonResumableChangeStreamError'];
  return watches && (retryableCodes.has(code) || resumableCodes.has(code)) ? ['ResumableChangeStreamError'] : [];
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
