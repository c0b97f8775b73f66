import type { components, paths } from './generated';

/** The shapes of the API by name: `Schemas['OrderDto']`. */
export type Schemas = components['schemas'];

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** The paths that have an operation of this method. */
export type PathWith<M extends Method> = { [P in keyof paths]: paths[P] extends Record<M, object> ? P : never }[keyof paths];

type OperationOf<P extends keyof paths, M extends Method> = paths[P][M & keyof paths[P]];

type Success = 200 | 201 | 202 | 204;
type BodyOf<Response> = Response extends { content: { 'application/json': infer Body } } ? Body : undefined;

/** What an operation answers with when all goes well; `undefined` where it has no body. */
export type Answer<P extends keyof paths, M extends Method> =
  OperationOf<P, M> extends { responses: infer Responses }
    ? { [Status in keyof Responses & Success]: BodyOf<Responses[Status]> }[keyof Responses & Success]
    : never;

/** An answer of this client, standing for the `ETag` it came with; or an `ETag` as the shop wrote it; or `'*'`, whatever there is. */
export type Version = object | string;

/** What every call may say beside what its operation needs. */
export interface CallOptions {
  /** Ends the call, and the waiting between its attempts. */
  readonly signal?: AbortSignal;
  /** How long one attempt may take, in milliseconds, instead of the client's `timeoutMs`. */
  readonly timeoutMs?: number;
  /** For POST: a key of your own, to repeat the call safely even in another process. Without it each call has a fresh one. */
  readonly idempotencyKey?: string;
  /** For edits: refused with `precondition_failed` when there is a newer version than this. */
  readonly ifMatch?: Version;
  /** For GET: an earlier answer. It is given back itself when nothing has changed. */
  readonly unlessChangedSince?: object;
  /** For edits: the answer that would come, with nothing kept. */
  readonly dryRun?: boolean;
  /** Further headers. */
  readonly headers?: Readonly<Record<string, string>>;
}

type Names<P extends string> = P extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;
/** From the path itself. */
type PathPart<P extends string> = [Names<P>] extends [never] ? unknown : { readonly path: Readonly<Record<Names<P>, string>> };

type QueryPart<Operation> = Operation extends { parameters: { query?: infer Query } }
  ? [Query] extends [undefined]
    ? unknown
    : { readonly query?: Query }
  : unknown;

/** What a file is sent from. A stream can be sent once; all others again, when an attempt fails: so is a stream that a function opens. */
export type FileBody = string | Blob | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | (() => ReadableStream<Uint8Array>);

/** A body that is a file instead of JSON, and what type it is of: the first that the operation takes, when nothing is said. */
type FilePart<Operation> = Operation extends { requestBody: { content: infer Content } }
  ? { readonly body: FileBody; readonly contentType?: keyof Content & string }
  : unknown;

type BodyPart<Operation> = Operation extends { requestBody: { content: { 'application/json': infer Body } } }
  ? { readonly body: Body }
  : Operation extends { requestBody?: { content: { 'application/json': infer Body } } }
    ? { readonly body?: Body }
    : FilePart<Operation>;

type IfMatchPart<Operation> = Operation extends { parameters: { header: { 'If-Match': string } } }
  ? { readonly ifMatch: Version }
  : unknown;

/** The paths whose GET answers with a text or a file instead of JSON. */
export type DownloadPath = { [P in PathWith<'get'>]: Answer<P, 'get'> extends undefined ? P : never }[PathWith<'get'>];

/** What an operation takes: `path`, `query` and `body` as the document has them, and the options of every call. */
export type Input<P extends keyof paths, M extends Method> = CallOptions &
  PathPart<P> &
  QueryPart<OperationOf<P, M>> &
  BodyPart<OperationOf<P, M>> &
  IfMatchPart<OperationOf<P, M>>;

/** The input as an argument, which may be left out where nothing of it is needed. */
export type Arguments<P extends keyof paths, M extends Method> =
  Record<never, never> extends Input<P, M> ? [input?: Input<P, M>] : [input: Input<P, M>];

export interface Page<Item> {
  data: Item[];
  pagination: Schemas['Pagination'];
}

/** The paths whose GET answers with a list by pages. */
export type ListPath = { [P in PathWith<'get'>]: Answer<P, 'get'> extends Page<unknown> ? P : never }[PathWith<'get'>];

export type ItemOf<P extends ListPath> = Answer<P, 'get'> extends Page<infer Item> ? Item : never;
