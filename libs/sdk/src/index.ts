export { ApiError, isApiError, NoAnswer, type DetailsOf, type ErrorDetails } from './api-error';
export { Cartwright, type CartwrightOptions } from './cartwright';
export type { ErrorCode, paths } from './generated';
export type {
  Answer,
  CallOptions,
  DownloadPath,
  FileBody,
  Input,
  ItemOf,
  ListPath,
  Method,
  Page,
  PathWith,
  Schemas,
  Version,
} from './operation';
export type { RetryPolicy } from './retries';
export type { Session } from './session';
export { tokensIn, tokensInMemory, type KeyValueStorage, type Tokens, type TokenStore } from './tokens';
