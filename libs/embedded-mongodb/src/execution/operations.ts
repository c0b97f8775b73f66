import type { Document } from '../bson/codec';

/** A command that runs, or waits for a lock or a flush. */
export interface Operation {
  readonly id: number;
  readonly command: Document;
  readonly namespace: string;
  readonly connection: { readonly id: number; readonly appName?: string };
  readonly startedAt: number;
}

/** What the server is at. */
export class Operations {
  private readonly running = new Set<Operation>();
  private lastId = 0;

  all(): Operation[] {
    return [...this.running];
  }

  /** Knows of a command while it runs. */
  async during<T>(operation: Omit<Operation, 'id' | 'startedAt'>, run: () => Promise<T>): Promise<T> {
    const running = { ...operation, id: ++this.lastId, startedAt: Date.now() };
    this.running.add(running);
    try {
      return await run();
    } finally {
      this.running.delete(running);
    }
  }
}
