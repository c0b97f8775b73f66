import { labelsFor } from './error-labels';

const transient = 'TransientTransactionError';
const retryable = 'RetryableWriteError';

const inTransaction = { autocommit: false, txnNumber: 1n };
const retryableWrite = { txnNumber: 1n };
const alone = {};

it.each([
  ['a lost connection before the commit', 'insert', inTransaction, { code: 91 }, [transient]],
  ['a write conflict in a transaction', 'update', inTransaction, { code: 112 }, [transient]],
  ['a transaction that is gone', 'find', inTransaction, { code: 251 }, [transient]],
  ['a duplicate key in a transaction', 'insert', inTransaction, { code: 11000 }, []],
  ['a commit that met a conflict', 'commitTransaction', inTransaction, { code: 112 }, [transient]],
  ['a commit that met a lock', 'commitTransaction', inTransaction, { code: 24 }, [transient]],
  ['a commit without a snapshot', 'commitTransaction', inTransaction, { code: 246 }, [transient]],
  ['a commit that met a prepared transaction', 'commitTransaction', inTransaction, { code: 267 }, [transient]],
  ['a commit of no transaction', 'commitTransaction', inTransaction, { code: 251 }, [transient]],
  ['a commit of no transaction, whose write concern failed', 'commitTransaction', inTransaction, { code: 251, writeConcernCode: 100 }, []],
  ['a commit whose outcome is open', 'commitTransaction', inTransaction, { code: 91 }, [retryable]],
  ['a commit whose write concern failed on the way down', 'commitTransaction', inTransaction, { writeConcernCode: 91 }, [retryable]],
  ['an abort at a server that is no longer primary', 'abortTransaction', inTransaction, { code: 10107 }, [retryable]],
  ['an interrupted abort', 'abortTransaction', inTransaction, { code: 11601 }, []],
  ['a retryable write at a server that steps down', 'insert', retryableWrite, { code: 189 }, [retryable]],
  ['a retryable write whose write concern failed on the way down', 'update', retryableWrite, { writeConcernCode: 11602 }, [retryable]],
  ['a retryable write that timed out for good', 'update', retryableWrite, { writeConcernCode: 64 }, []],
  ['a write that cannot be retried', 'insert', alone, { code: 189 }, []],
  ['a read', 'find', alone, { code: 10107 }, []],
])('labels %s', (_what, name, body, trouble, labels) => {
  expect(labelsFor(name, body, trouble)).toEqual(labels);
});
