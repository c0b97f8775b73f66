import type { Work } from '../store/work';

/** A call as it came in. */
export interface Incoming {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** What a provider answers. `kept`: the answer is stored under the idempotency key of its call. */
export interface Reply {
  readonly status: number;
  readonly body: string;
  readonly kept: boolean;
}

/** What the headers of an answer tell of its call. */
export interface Asked {
  readonly requestId: string;
  readonly key: string | null;
  /** The call that was answered first under the same key. */
  readonly replayOf?: string;
}

/** How a provider refuses what is wrong with an idempotency key: errors that its `refusal` understands. */
export interface KeyRules {
  /** Throws for a key that cannot be one. */
  check(key: string): void;
  inUse(key: string): Error;
  otherPath(key: string, path: string, first: string): Error;
  otherParameters(key: string): Error;
}

/** What tells one provider's API from another's: who may call, how calls and answers are written, what is done. */
export interface Dialect {
  readonly name: string;
  readonly keyRules: KeyRules;
  /** Whether a 500 stays the answer of its idempotency key. */
  readonly keepsServerErrors: boolean;
  /** Throws for a caller without the secret, and for a call that could only be misunderstood. */
  admit(call: Incoming): void;
  keyOf(call: Incoming): string | null;
  /** Equal for calls that ask for the same. */
  fingerprint(call: Incoming): string;
  /** Does what is asked, with its changes in the work; throws what `refusal` understands, and then nothing has been done. */
  perform(call: Incoming, work: Work): Reply;
  /** The answer to a refused call; undefined for an error that is none of the provider's. */
  refusal(error: unknown): Reply | undefined;
  serverError(message: string): Reply;
  tooManyRequests(message: string): Reply;
  headers(reply: Reply, asked: Asked): Readonly<Record<string, string>>;
}

/** The first value of a header. */
export function headerOf(call: Incoming, name: string): string | undefined {
  const value = call.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
