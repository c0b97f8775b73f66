import type { SharedState } from '@cartwright/platform';

/** How long an answer may be given again: what other processes change is seen after this at the latest, if it cannot be heard of at once. */
const freshMs = 1_000;
const mostAnswers = 1_000;

/**
 * Answers of the last second, so that a hundred buyers looking at the same shelf cost the database one look. Whoever asks while an answer is being
 * fetched waits for that one. Everything is forgotten when somebody announces a change, so that a process always sees its own writes. Who asks in a transaction asks for
 * itself: what it sees may never come to be, or be over already.
 */
export class RecentAnswers {
  private readonly answers = new Map<string, { readonly until: number; readonly answer: Promise<unknown> }>();

  /** Forgets at each change of what the topic names. */
  constructor(
    private readonly shared: SharedState,
    private readonly topic: string,
  ) {
    shared.listen(topic, () => this.forget());
  }

  async get<T>(question: string, ask: () => Promise<T>): Promise<T> {
    const now = Date.now();
    const known = this.answers.get(question);
    if (known && known.until > now) return known.answer as Promise<T>;
    if (this.answers.size >= mostAnswers) this.answers.clear();
    const answer = ask();
    const entry = { until: now + freshMs, answer };
    this.answers.set(question, entry);
    try {
      return await answer;
    } catch (error) {
      if (this.answers.get(question) === entry) this.answers.delete(question);
      throw error;
    }
  }

  /** Lets every process forget. */
  announceChange(): void {
    this.shared.announce(this.topic);
  }

  /** Lets this process forget. */
  forget(): void {
    this.answers.clear();
  }
}
