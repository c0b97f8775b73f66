import type { Quota } from './shared-state';

/** What this process knows of one key's window. */
export interface Window {
  /** Taken as far as everybody knows. */
  used: number;
  /** Taken by this process, and not told to anybody yet. */
  untold: number;
  /** Taken by this process, and being told at this moment. */
  telling: number;
  /** Resolves when what was last told is known to everybody, or could not be told. */
  told?: Promise<void>;
  endsAt: number;
}

/** Bounds the memory that ever new keys can take: of each quota the oldest windows are forgotten. */
const mostWindows = 100_000;
const sweepEveryMs = 60_000;

/** The windows of all quotas that this process knows of. */
export class Windows {
  private readonly quotas = new Map<string, Map<string, Window>>();
  private nextSweep = 0;

  /** The window that a key is in; a new one where there is none, or where it has ended. */
  of({ name, windowMs }: Quota, key: string): Window {
    const now = Date.now();
    if (now >= this.nextSweep) this.sweep(now);
    let windows = this.quotas.get(name);
    if (!windows) this.quotas.set(name, (windows = new Map<string, Window>()));
    const known = windows.get(key);
    if (known && known.endsAt > now) return known;
    windows.delete(key);
    if (windows.size >= mostWindows) windows.delete(windows.keys().next().value as string);
    const window: Window = { used: 0, untold: 0, telling: 0, endsAt: now + windowMs };
    windows.set(key, window);
    return window;
  }

  forget({ name }: Quota, key: string): void {
    this.quotas.get(name)?.delete(key);
  }

  private sweep(now: number): void {
    this.nextSweep = now + sweepEveryMs;
    for (const windows of this.quotas.values()) {
      for (const [key, { endsAt }] of windows) if (endsAt <= now) windows.delete(key);
    }
  }
}
