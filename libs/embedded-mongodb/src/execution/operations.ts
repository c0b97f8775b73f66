import type { Document } from '../bson/codec';
import { fail } from '../errors';
import type { Session } from '../transactions/session';

/** A command that runs, or waits for a lock or a flush. */
export interface Operation {
  readonly id: number;
  readonly command: Document;
  readonly namespace: string;
  readonly connection: { readonly id: number; readonly appName?: string };
  readonly startedAt: number;
  /** In which it runs; not known before it has begun. */
  session: Session | undefined;
  /** Whoever looks next stops. */
  isKilled: boolean;
}

/** Errors: 11601 once it has been killed. */
export function checkAlive({ isKilled }: Operation): void {
  if (isKilled) throw fail('Interrupted', 'operation was interrupted');
}

/** What the server is at. */
export class Operations {
  private readonly running = new Set<Operation>();
  private lastId = 0;

  all(): Operation[] {
    return [...this.running];
  }

  /** Lets commands end as soon as they notice. */
  kill(test: (operation: Operation) => boolean): void {
    for (const operation of this.running) if (test(operation)) operation.isKilled = true;
  }

  /** Knows of a command while it runs. */
  async during<T>(
    { command, namespace, connection }: Pick<Operation, 'command' | 'namespace' | 'connection'>,
    run: (operation: Operation) => Promise<T>,
  ): Promise<T> {
    const id = ++this.lastId;
    const running: Operation = { id, command, namespace, connection, startedAt: Date.now(), session: undefined, isKilled: false };
    this.running.add(running);
    try {
      return await run(running);
    } finally {
      this.running.delete(running);
    }
  }
}
