import type { Oplog } from './oplog';

const longestTimer = 2 ** 31 - 1;

/** Lets one reader wait for what happens next. */
export class News {
  private wake: (() => void) | undefined;

  constructor(private readonly oplog: Oplog) {}

  /** Resolves when a commit has told something, at the time `until` (in ms since 1970), when `gone` is aborted or when it is interrupted. */
  next(until: number, gone?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        callOff();
        gone?.removeEventListener('abort', wake);
        this.wake = undefined;
        resolve();
      };
      const timer = setTimeout(wake, Math.min(Math.max(0, until - Date.now()), longestTimer));
      const callOff = this.oplog.onNews(wake);
      gone?.addEventListener('abort', wake);
      this.wake = wake;
    });
  }

  /** Ends the wait that is under way. */
  interrupt(): void {
    this.wake?.();
  }
}
