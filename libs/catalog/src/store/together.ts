const mostAtOnce = 300;

interface Waiting<Answer> {
  readonly answered: (answer: Answer | undefined) => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Puts questions that are asked at the same time to the database as one. While one look is under way, new questions gather for the next; so
 * a question is always put after it was asked, and its answer is never older than the question. It is put in the name of whoever came first, so
 * `ask` leaves the transaction that this one may be in, and who asks in a transaction asks for itself: it sees what nobody else does.
 */
export class Together<Answer> {
  private waiting = new Map<string, Waiting<Answer>[]>();
  private busy = false;

  constructor(private readonly ask: (keys: readonly string[]) => Promise<ReadonlyMap<string, Answer>>) {}

  get(key: string): Promise<Answer | undefined> {
    return new Promise((answered, failed) => {
      const others = this.waiting.get(key);
      if (others) others.push({ answered, failed });
      else this.waiting.set(key, [{ answered, failed }]);
      if (!this.busy) void this.work();
    });
  }

  private async work(): Promise<void> {
    this.busy = true;
    // Questions of the same turn go together from the start.
    await Promise.resolve();
    while (this.waiting.size > 0) {
      const batch = this.take();
      try {
        const answers = await this.ask([...batch.keys()]);
        for (const [key, all] of batch) for (const { answered } of all) answered(answers.get(key));
      } catch (error) {
        for (const all of batch.values()) for (const { failed } of all) failed(error);
      }
    }
    this.busy = false;
  }

  private take(): Map<string, Waiting<Answer>[]> {
    if (this.waiting.size <= mostAtOnce) {
      const batch = this.waiting;
      this.waiting = new Map();
      return batch;
    }
    const batch = new Map([...this.waiting].slice(0, mostAtOnce));
    for (const key of batch.keys()) this.waiting.delete(key);
    return batch;
  }
}
