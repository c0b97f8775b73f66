import type { ClientSession, Db, Document, Timestamp } from 'mongodb';

/** An event as these specs look at it. */
export interface SeenEvent extends Document {
  readonly _id: { readonly _data: string };
  readonly operationType: string;
  readonly clusterTime: Timestamp;
}

interface Batch {
  readonly id: unknown;
  readonly firstBatch?: SeenEvent[];
  readonly nextBatch?: SeenEvent[];
  readonly postBatchResumeToken: { readonly _data: string };
}

/** What a stream watches: a collection of a database, or (1) all of a database. */
export interface Watched {
  readonly db: Db;
  readonly on: string | 1;
}

/** A change stream read by bare commands, so that each batch and each token can be looked at. */
export class Watcher {
  readonly seen: SeenEvent[] = [];
  /** `postBatchResumeToken` of the last batch. */
  token: { readonly _data: string };
  private id: unknown;

  private constructor(
    private readonly watched: Watched,
    /** A cursor belongs to the session that opened it. */
    private readonly session: ClientSession,
    first: Batch,
  ) {
    this.token = first.postBatchResumeToken;
    this.take(first);
  }

  static async open(watched: Watched, stage: Document = {}, ...stages: Document[]): Promise<Watcher> {
    const pipeline = [{ $changeStream: stage }, ...stages];
    const session = watched.db.client.startSession();
    const { cursor } = await watched.db.command({ aggregate: watched.on, pipeline, cursor: {} }, { session, promoteLongs: false });
    return new Watcher(watched, session, cursor as Batch);
  }

  get isOver(): boolean {
    return String(this.id) === '0';
  }

  /** Reads one batch, waiting at most so many milliseconds for something to come. */
  async more(maxTimeMS = 1, batchSize?: number): Promise<SeenEvent[]> {
    const { db, on } = this.watched;
    const collection = on === 1 ? '$cmd.aggregate' : on;
    const { cursor } = await db.command(
      { getMore: this.id, collection, maxTimeMS, ...(batchSize && { batchSize }) },
      { session: this.session, promoteLongs: false },
    );
    return this.take(cursor as Batch);
  }

  /** Reads on until there is nothing more, and gives all events since the stream was opened. */
  async all(): Promise<SeenEvent[]> {
    while (!this.isOver && (await this.more()).length > 0);
    return this.seen;
  }

  async kill(): Promise<void> {
    await this.watched.db.command({ killCursors: String(this.watched.on), cursors: [this.id] });
  }

  private take({ id, firstBatch, nextBatch, postBatchResumeToken }: Batch): SeenEvent[] {
    const events = (firstBatch ?? nextBatch)!;
    this.id = id;
    this.token = postBatchResumeToken;
    this.seen.push(...events);
    return events;
  }
}

export function typesOf(events: readonly SeenEvent[]): string[] {
  return events.map(({ operationType }) => operationType);
}
