import { AsyncLocalStorage } from 'node:async_hooks';

/** What a log line says of the work it belongs to. */
export interface WorkContext {
  requestId?: string;
  callerId?: string;
  orderId?: string;
  eventId?: string;
  /** What the event tells of: `order:6565f0c2a1b2c3d4e5f60718`. */
  aggregate?: string;
  job?: string;
}

/** Who does something: an account, an operator on the command line (`cli`), or the shop by itself (`system`). The latter two are their own ids. */
export interface Actor {
  readonly kind: 'user' | 'cli' | 'system';
  readonly id: string;
  readonly roles: readonly string[];
}

/** What is done on somebody's word and therefore stands in the audit log: what the running work changes, it changes for this. */
export interface Act {
  /** The id of the API's operation, the name of the command, or what happened: a name that stays. */
  readonly action: string;
  readonly actor: Actor;
}

interface Work {
  readonly context: WorkContext;
  act?: Act;
}

const storage = new AsyncLocalStorage<Work>();

/** Runs work under a context that every log line written meanwhile carries. It is nobody's act, whoever set it going: what follows from an event is the shop's doing. */
export function inContext<T>(context: WorkContext, work: () => T): T {
  return storage.run({ context: { ...currentContext(), ...context } }, work);
}

/** The context of the running work; empty outside any. */
export function currentContext(): WorkContext {
  return storage.getStore()?.context ?? {};
}

/** Adds to the running work's context what was not known when it began; outside any it is dropped. */
export function note(more: WorkContext): void {
  Object.assign(currentContext(), more);
}

/** Runs work as somebody's act. `undefined`: as nobody's, because the work records itself as a whole. */
export function acting<T>(act: Act | undefined, work: () => T): T {
  return storage.run({ context: currentContext(), act }, work);
}

/** From here on the running request is somebody's act. */
export function beginAct(act: Act): void {
  Object.assign(storage.getStore() ?? {}, { act });
}

/** Whose act the running work is, if anybody's. */
export function currentAct(): Act | undefined {
  return storage.getStore()?.act;
}
