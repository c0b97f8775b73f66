import createClient, { type Client } from 'openapi-fetch';
import { ApiError, isApiError } from './api-error';
import type { paths } from './generated';
import type {
  Answer,
  Arguments,
  CallOptions,
  DownloadPath,
  FileBody,
  ItemOf,
  ListPath,
  Method,
  Page,
  PathWith,
  Version,
} from './operation';
import { defaultRetries, type RetryPolicy } from './retries';
import { Sender, type As } from './sender';
import { Session } from './session';
import { tokensInMemory, type Tokens, type TokenStore } from './tokens';

export interface CartwrightOptions {
  /** Where the shop is, without `/api`: `https://shop.example`. */
  readonly baseUrl: string;
  /** Where the tokens are kept; in memory, when nothing is said. */
  readonly tokens?: TokenStore;
  /** How often a call is tried again after failures that pass. */
  readonly retries?: Partial<RetryPolicy>;
  /** How long one attempt may take, in milliseconds; 30,000 when nothing is said. */
  readonly timeoutMs?: number;
  /** Instead of the platform's own `fetch`. */
  readonly fetch?: typeof globalThis.fetch;
}

/** What any operation takes; the types of the public methods say what a certain one does. */
interface AnyInput extends CallOptions {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: object;
  readonly body?: unknown;
  readonly contentType?: string;
  /** Whether the answer is handed on while it comes. */
  readonly streams?: boolean;
}

/**
 * A client of a Cartwright shop. Paths, inputs and answers are those of its API document. A refusal is thrown as an {@link ApiError}, and no answer at all as
 * {@link NoAnswer}.
 */
export class Cartwright {
  /** Who calls: a guest, an account, or nobody yet. */
  readonly session: Session;
  private readonly api: Client<paths>;
  private readonly sender: Sender;
  private readonly etags = new WeakMap<object, string>();

  constructor(private readonly options: CartwrightOptions) {
    const { baseUrl, tokens = tokensInMemory(), retries, fetch = (url, init) => globalThis.fetch(url, init) } = options;
    // Lists in a query stand between commas.
    const querySerializer = { array: { style: 'form', explode: false }, object: { style: 'deepObject', explode: true } } as const;
    this.api = createClient<paths>({ baseUrl, headers: { 'API-Version': '1' }, querySerializer });
    const exchange = (refreshToken: string): Promise<Tokens | undefined> => this.exchange(refreshToken);
    this.sender = new Sender({ fetch, retries: { ...defaultRetries, ...retries }, tokens, exchange });
    this.session = new Session((path, body, as) => this.call('post', path, { body }, as), tokens);
  }

  get<P extends PathWith<'get'>>(path: P, ...[input]: Arguments<P, 'get'>): Promise<Answer<P, 'get'>> {
    return this.call('get', path, input);
  }

  /** With an `Idempotency-Key`, so that the attempts of one call have one effect. */
  post<P extends PathWith<'post'>>(path: P, ...[input]: Arguments<P, 'post'>): Promise<Answer<P, 'post'>> {
    return this.call('post', path, input);
  }

  put<P extends PathWith<'put'>>(path: P, ...[input]: Arguments<P, 'put'>): Promise<Answer<P, 'put'>> {
    return this.call('put', path, input);
  }

  /** Not tried again when no answer came, because it may have been done. */
  patch<P extends PathWith<'patch'>>(path: P, ...[input]: Arguments<P, 'patch'>): Promise<Answer<P, 'patch'>> {
    return this.call('patch', path, input);
  }

  delete<P extends PathWith<'delete'>>(path: P, ...[input]: Arguments<P, 'delete'>): Promise<Answer<P, 'delete'>> {
    return this.call('delete', path, input);
  }

  /** A text or a file as it comes; whoever does not want all of it cancels the stream. What breaks off midway is an error of the stream. */
  download<P extends DownloadPath>(path: P, ...[input]: Arguments<P, 'get'>): Promise<ReadableStream<Uint8Array>> {
    return this.call('get', path, { ...(input as AnyInput | undefined), streams: true });
  }

  /** The pages of a list, one request each, from the first (or the one that `query` names) to the last. 100 items each, unless `query.limit` says otherwise. */
  async *pages<P extends ListPath>(path: P, ...[input]: Arguments<P, 'get'>): AsyncGenerator<Page<ItemOf<P>>, void> {
    const { query, ...rest } = (input ?? {}) as AnyInput;
    let next: object = { limit: 100, ...query };
    for (;;) {
      const page = await this.call<Page<ItemOf<P>>>('get', path, { ...rest, query: next });
      yield page;
      const cursor = page.pagination.nextCursor;
      if (cursor === undefined) return;
      next = { ...next, page: undefined, cursor };
    }
  }

  /** The items of a list, whatever pages they come in. */
  async *items<P extends ListPath>(path: P, ...input: Arguments<P, 'get'>): AsyncGenerator<ItemOf<P>, void> {
    for await (const page of this.pages(path, ...input)) yield* page.data;
  }

  /** The `ETag` that an answer of this client came with. */
  etagOf(answer: object): string | undefined {
    return this.etags.get(answer);
  }

  private async call<Body>(method: Method, path: string, input: AnyInput = {}, as: As = 'caller'): Promise<Body> {
    const { signal, timeoutMs = this.options.timeoutMs ?? 30_000, unlessChangedSince, streams, body } = input;
    const fileType = input.contentType ?? fileTypes[path];
    const init = {
      params: { path: input.path, query: input.query },
      headers: { ...this.headersOf(method, input), ...(fileType && { 'Content-Type': fileType }) },
      ...(fileType ? {} : { body }),
      ...(streams && { parseAs: 'stream' }),
      fetch: (request: Request) =>
        this.sender.send(request, { timeoutMs, as, signal, streams, ...(fileType && { file: body as FileBody }) }),
    };
    // Which of the document's operations this is, the types of the public methods have checked; here it is any of them.
    const request = this.api.request as (
      method: Method,
      path: string,
      init: object,
    ) => Promise<{ data?: Body; error?: unknown; response: Response }>;
    const { data, error, response } = await request(method, path, init);
    if (response.status === 304) return unlessChangedSince as Body;
    if (!response.ok) throw new ApiError(response, error);
    const etag = response.headers.get('etag');
    if (etag !== null && typeof data === 'object' && data !== null) this.etags.set(data, etag);
    return data as Body;
  }

  private headersOf(method: Method, input: AnyInput): Record<string, string> {
    const { ifMatch, unlessChangedSince, dryRun, idempotencyKey } = input;
    return {
      ...input.headers,
      ...(method === 'post' ? { 'Idempotency-Key': idempotencyKey ?? randomKey() } : {}),
      ...(ifMatch === undefined ? {} : { 'If-Match': this.tagOf(ifMatch) }),
      ...(unlessChangedSince === undefined ? {} : { 'If-None-Match': this.tagOf(unlessChangedSince) }),
      ...(dryRun ? { Prefer: 'handling=dry-run' } : {}),
    };
  }

  private tagOf(version: Version): string {
    const tag = typeof version === 'string' ? version : this.etags.get(version);
    if (tag === undefined) throw new TypeError('This object is no answer of this client that came with an ETag.');
    return tag;
  }

  private async exchange(refreshToken: string): Promise<Tokens | undefined> {
    try {
      return await this.session.exchange(refreshToken);
    } catch (error) {
      if (isApiError(error) && error.status === 401) return undefined;
      throw error;
    }
  }
}

/** What is sent as a file, and is of this type when nothing is said. */
const fileTypes: Readonly<Record<string, string>> = { '/api/products/import': 'application/x-ndjson' };

/** 128 random bits; `crypto.randomUUID` is not there on pages without HTTPS. */
function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
