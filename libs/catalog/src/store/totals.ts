import type { RecentAnswers } from './recent-answers';

interface Counted {
  readonly mark: number;
  readonly total: unknown;
}

const mostTotals = 2_000;

/**
 * How many products fit a question, in all or by their values. Counting costs more the more there are, so a total is kept for as long as the catalogue's mark, which every
 * change of a product moves, stays where it was. The mark is looked at once a second at most.
 */
export class Totals {
  private readonly counted = new Map<string, Counted>();

  constructor(
    private readonly recent: RecentAnswers,
    private readonly readMark: () => Promise<number>,
  ) {}

  /** What was counted for a question, which is always asked with the same kind of `count`. */
  async get<T>(question: string, count: () => Promise<T>): Promise<T> {
    const mark = await this.recent.get('mark', this.readMark);
    const known = this.counted.get(question);
    if (known?.mark === mark) return known.total as T;
    return this.recent.get(`total ${mark} ${question}`, async () => {
      const total = await count();
      if (this.counted.size >= mostTotals) this.counted.clear();
      this.counted.set(question, { mark, total });
      return total;
    });
  }
}
