import { mongo } from 'mongoose';

/**
 * MongoDB's codes for "not now": the primary has changed or is going down, the network between its parts is broken, or an answer took too long
 * (MongoDB, `error_codes.yml`; the retryable ones of the driver specifications, 64 and 50).
 */
const codes = new Set([6, 7, 50, 64, 89, 91, 134, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436]);

/** Whether an error says that the database is away for now, rather than that something is wrong with what it was asked. */
export function isOutage(error: unknown): boolean {
  // The driver wraps what befell an insert of many, even a broken connection, as if the server had said it.
  if (error instanceof mongo.MongoServerError && error.errorResponse instanceof Error) return isOutage(error.errorResponse);
  if (error instanceof mongo.MongoServerError) return codes.has(Number(error.code));
  return (
    error instanceof mongo.MongoNetworkError ||
    error instanceof mongo.MongoServerSelectionError ||
    error instanceof mongo.MongoNotConnectedError ||
    error instanceof mongo.MongoOperationTimeoutError ||
    error instanceof mongo.MongoServerClosedError ||
    error instanceof mongo.MongoTopologyClosedError ||
    (error instanceof Error && outsideDriver.has(error.name))
  );
}

/** Errors that the driver or Mongoose throws and whose classes they keep to themselves. */
const outsideDriver = new Set(['MongoWaitQueueTimeoutError', 'MongooseServerSelectionError']);
