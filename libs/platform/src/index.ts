export { Audit } from './audit/audit';
export { Config, ConfigurationRefused, loadConfig, variables } from './config/config';
export { ClientAddress } from './http/client-address';
export { Allow, callerOf, CurrentCaller, Public, roles } from './http/access';
export type { Caller, Role } from './http/access';
export { AddressDto } from './http/address.dto';
export {
  Amount,
  AnyObject,
  CountryCode,
  CurrencyCode,
  Email,
  Flag,
  Id,
  Instant,
  InstantText,
  ListOf,
  Nested,
  OneOf,
  ReferenceNumber,
  SecretText,
  Text,
  TextMap,
  Texts,
  WebAddress,
  Whole,
} from './http/fields';
export { Deprecated } from './http/deprecated';
export { download } from './http/download';
export { AmountFilter, InstantFilter, OneOfFilter } from './http/filters';
export { createHttpApplication, prefixRoutes } from './http/http-server';
export { createOpenApi, serveOpenApi, type ApiTag } from './http/openapi';
export { Operation, PathParameters } from './http/operation';
export { EvenWhenBusy } from './http/overload';
export { pageFrom, pageOf, pageOfAll, PageQuery, Pagination, paginationOf, placeAfter, sliceOf, startOf } from './http/paging';
export type { Page, Place, Slice } from './http/paging';
export {
  Forbidden,
  InvalidInput,
  NotFound,
  PreconditionFailed,
  publicCode,
  statusOf,
  TooManyRequests,
  toProblem,
  Unauthenticated,
} from './http/problem';
export type { FieldError } from './http/problem';
export type { ReplyHeaders } from './http/reply-headers';
export { FieldsOf, sparse } from './http/sparse';
export { serveStatus } from './http/status-server';
export { TakesUpload, UploadedBody } from './http/upload';
export type { ReceivedUpload } from './http/upload';
export { varyBy } from './http/vary';
export { checkVersion, IfMatch, RequiresIfMatch, tagged } from './http/versioned';
export { boardPath } from './messaging/job-board';
export { Outbox } from './messaging/outbox';
export type { OutboxRow } from './messaging/outbox';
export { OutsideTransaction } from './messaging/reactions';
export { sweep } from './messaging/sweep';
export { Repeats, Timers } from './messaging/timers';
export { Unanswered } from './messaging/unanswered';
export { acting, inContext, note } from './observability/context';
export { Doctor, Invariant, UnknownInvariant } from './observability/doctor';
export type { Examination, Finding } from './observability/doctor';
export { Measures } from './observability/gauges';
export type { Measured } from './observability/gauges';
export { Health } from './observability/health';
export { createLog, NestLog } from './observability/logger';
export { stopOnSignals } from './observability/stop-on-signals';
export { PlatformModule } from './platform.module';
export type { PlatformOptions } from './platform.module';
export { ErasesPersonalData, Erasers } from './privacy/erasers';
export type { ErasedPerson, ErasureLook } from './privacy/erasers';
export { PersonalData, PersonalFiles } from './privacy/personal-data';
export type { Person } from './privacy/personal-data';
export { SharedState } from './state/shared-state';
export type { Quota } from './state/shared-state';
export { where } from './store/conditions';
export type { Condition, Conditions } from './store/conditions';
export { DocumentStore, isDuplicate, retryWhenStale, StaleVersion, StoreContext } from './store/document-store';
export type { FindOptions } from './store/document-store';
export { addressFields } from './store/address.schema';
export { openDatabase } from './store/embedded-database';
export type { OpenDatabase } from './store/embedded-database';
export { createIndexes } from './store/indexes';
export { ListOrder } from './store/list-order';
export type { Listed } from './store/list-order';
export { isOutage } from './store/outage';
export { fromStored, toStored } from './store/plain';
export { aggregateSchema, documentSchema, part } from './store/schema';
export { TooBusy, Transactions } from './store/transactions';
export { Uploads } from './store/uploads';
export type { Upload } from './store/uploads';
export { WaitingLines } from './store/waiting-lines';
