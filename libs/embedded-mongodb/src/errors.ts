import type { Document } from './bson/codec';

/** What MongoDB answers to a refused command: its numeric code, the code's name, and the message clients match on. */
export class MongoError extends Error {
  constructor(
    readonly code: number,
    readonly codeName: string,
    message: string,
    readonly extra?: Document,
  ) {
    super(message);
    this.name = 'MongoError';
  }
}

/** MongoDB's named codes as far as this server answers them (source: error_codes.yml's published numbers). */
export const errorCodes = {
  InternalError: 1,
  BadValue: 2,
  HostUnreachable: 6,
  HostNotFound: 7,
  NoSuchKey: 4,
  FailedToParse: 9,
  Unauthorized: 13,
  TypeMismatch: 14,
  Overflow: 15,
  InvalidLength: 16,
  ProtocolError: 17,
  IllegalOperation: 20,
  InvalidBSON: 22,
  NamespaceNotFound: 26,
  LockTimeout: 24,
  IndexNotFound: 27,
  PathNotViable: 28,
  ConflictingUpdateOperators: 40,
  CursorNotFound: 43,
  NoMatchingDocument: 47,
  NamespaceExists: 48,
  MaxTimeMSExpired: 50,
  DollarPrefixedFieldName: 52,
  InvalidIdField: 53,
  NotSingleValueField: 54,
  EmptyFieldName: 56,
  CommandNotFound: 59,
  WriteConcernFailed: 64,
  ImmutableField: 66,
  CannotCreateIndex: 67,
  IndexAlreadyExists: 68,
  InvalidOptions: 72,
  InvalidNamespace: 73,
  UnknownReplWriteConcern: 79,
  IndexOptionsConflict: 85,
  IndexKeySpecsConflict: 86,
  NetworkTimeout: 89,
  ShutdownInProgress: 91,
  OperationFailed: 96,
  UnsatisfiableWriteConcern: 100,
  WriteConflict: 112,
  CommandNotSupported: 115,
  ConversionFailure: 241,
  DocumentValidationFailure: 121,
  CappedPositionLost: 136,
  CursorInUse: 143,
  CursorKilled: 237,
  InvalidResumeToken: 260,
  ChangeStreamFatalError: 280,
  ChangeStreamHistoryLost: 286,
  AmbiguousIndexKeyPattern: 181,
  CannotBuildIndexKeys: 201,
  CommandNotSupportedOnView: 166,
  OptionNotSupportedOnView: 167,
  InvalidPipelineOperator: 168,
  NoQueryExecutionPlans: 291,
  CannotIndexParallelArrays: 171,
  PrimarySteppedDown: 189,
  QueryFeatureNotAllowed: 224,
  TransactionTooOld: 225,
  NotImplemented: 238,
  SnapshotTooOld: 239,
  ClusterTimeFailsRateLimiter: 244,
  SnapshotUnavailable: 246,
  IncompleteTransactionHistory: 217,
  NoSuchTransaction: 251,
  TransactionCommitted: 256,
  ExceededTimeLimit: 262,
  ClientDisconnect: 279,
  OperationNotSupportedInTransaction: 263,
  PreparedTransactionInProgress: 267,
  QueryPlanKilled: 175,
  InvalidIndexSpecificationOption: 197,
  SocketException: 9001,
  NotWritablePrimary: 10107,
  BSONObjectTooLarge: 10334,
  DuplicateKey: 11000,
  InterruptedAtShutdown: 11600,
  Interrupted: 11601,
  InterruptedDueToReplStateChange: 11602,
  NotPrimaryNoSecondaryOk: 13435,
  NotPrimaryOrSecondary: 13436,
} as const;

export type ErrorName = keyof typeof errorCodes;

const interruptions = new Set<number>([
  errorCodes.MaxTimeMSExpired,
  errorCodes.CursorKilled,
  errorCodes.ClientDisconnect,
  errorCodes.InterruptedAtShutdown,
  errorCodes.Interrupted,
]);

/** Whether an error says that there was no time for it, or nobody to wait for it; it then ends the whole command, not a statement of it. */
export function isInterruption({ code }: MongoError): boolean {
  return interruptions.has(code);
}

const namesByCode = new Map<number, string>(Object.entries(errorCodes).map(([name, code]) => [code, name]));

/** A refusal by MongoDB's named code: `fail('BadValue', 'unknown operator: $foo')`. */
export function fail(name: ErrorName, message: string, extra?: Document): MongoError {
  return new MongoError(errorCodes[name], codeName(errorCodes[name]), message, extra);
}

/** A refusal by one of the numeric codes that MongoDB names only by place: `failAt(40324, "Unrecognized pipeline stage name: '$foo'")`. */
export function failAt(code: number, message: string, extra?: Document): MongoError {
  return new MongoError(code, codeName(code), message, extra);
}

function codeName(code: number): string {
  return namesByCode.get(code) ?? `Location${code}`;
}
