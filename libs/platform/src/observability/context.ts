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

const storage = new AsyncLocalStorage<WorkContext>();

/** Runs work under a context that every log line written meanwhile carries. */
export function inContext<T>(context: WorkContext, work: () => T): T {
  return storage.run({ ...storage.getStore(), ...context }, work);
}

/** The context of the running work; empty outside any. */
export function currentContext(): WorkContext {
  return storage.getStore() ?? {};
}

/** Adds to the running work's context what was not known when it began; outside any it is dropped. */
export function note(more: WorkContext): void {
  Object.assign(storage.getStore() ?? {}, more);
}
