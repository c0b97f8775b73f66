/** How long an answer may be given again: what other processes change is seen after this at the latest. */
const freshMs = 1_000;
const mostAnswers = 1_000;

/**
 * Answers of the last second, so that a hundred buyers looking at the same shelf cost the database one look. Whoever asks while an answer is being
 * fetched waits for that one. Everything is forgotten whenever this process changes a product, so that it always sees its own writes.
 */
export class RecentAnswers {
  private readonly answers = new Map<string, { readonly until: number; readonly answer: Promise<unknown> }>();

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

  forget(): void {
    this.answers.clear();
  }
}
