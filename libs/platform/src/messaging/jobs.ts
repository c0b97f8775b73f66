/** What there is to do: to bring events of the outbox to their reactions, or a round of a timer. */
export type JobKind = 'event' | 'timer';

/** A wake-up: something is due, here and now or at a time to come. */
export interface Job {
  readonly kind: JobKind;
  /** Ids of outbox rows of one aggregate, in their order; or the name of a timer. */
  readonly ids: readonly string[];
  /** Not before then; at once when absent. */
  readonly at?: Date;
  /** Gives way to jobs that are not patient, when there is more to do than hands. */
  readonly patient?: boolean;
  /** The thing itself, for a transport that stays in the memory of this process; others leave it behind. */
  readonly inHand?: unknown;
}

/**
 * Does a job; throws only for what it could not even begin. What failed is in the database already, with the time of its repetition. It may end before the work does, when that waits for
 * others and takes nothing from anybody meanwhile: then it is in the database, too, when somebody is to look at it again.
 */
export type JobWork = (job: Job) => Promise<void>;

/**
 * How a wake-up gets from who knows that something is due to who does it. It is only that: whatever is due stands in MongoDB, where each process that
 * delivers also looks for what is late. So a transport may lose a job, bring it twice, and bring jobs in any order; it costs time, and nothing else.
 */
export abstract class JobTransport {
  /** Passes a job on. Returns at once and never throws; a job for which nobody works is dropped. */
  abstract send(job: Job): void;

  /** From now on this process does jobs of that kind. */
  abstract work(kind: JobKind, work: JobWork): void;

  /** Takes no more jobs and waits for those in hand. */
  abstract stop(): Promise<void>;

  /** How many jobs there are, by state, and by kind where kinds are kept apart: `event_active`, `delayed`. */
  abstract counts(): Promise<Readonly<Record<string, number>>>;

  /** Rejects when jobs cannot be passed on at the moment. */
  abstract check(): Promise<void>;
}
