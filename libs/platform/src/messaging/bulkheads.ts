import { aside, Places } from '../store/places';
import { Unanswered } from './unanswered';

/** So many of a kind wait for the outside world at a time in one process: as many as there are places to deliver events at, so that it is never slower for having places of its own. */
export const outsideAtOnce = 16;
/** So many more of a kind wait for their turn. */
export const outsideInLine = 64;
/** An answer that comes within these milliseconds is waited for in one's place: nearly all do, and then nobody begins more than can be ended. */
const promptMs = 250;

interface Bulkhead {
  readonly places: Places;
  inHand: number;
}

/**
 * Keeps the outside world's silence to those who asked. An answer that does not come at once is waited for {@link aside}, where mails that nobody takes keep no place from payments; and each
 * kind has its own bounds, so that they do not keep a gateway from being asked either.
 */
export class Bulkheads {
  private readonly kinds = new Map<string, Bulkhead>();
  private isClosed = false;

  /** Asks the outside world, in turn with others of the kind. What the line has no room for throws {@link Unanswered} at once and comes again later, so that there is never more of it in memory. */
  async ask<T>(kind: string, work: () => Promise<T>): Promise<T> {
    const bulkhead = this.of(kind);
    if (bulkhead.inHand >= outsideAtOnce + outsideInLine) throw new Unanswered(`Too many wait for ${kind} already.`);
    const mustWait = bulkhead.inHand >= outsideAtOnce;
    bulkhead.inHand += 1;
    const turn = async (): Promise<T> => {
      if (mustWait && this.isClosed) throw new Unanswered(`The process stopped before the turn for ${kind} came.`);
      return work();
    };
    const answer = bulkhead.places.take(turn).finally(() => (bulkhead.inHand -= 1));
    if (!mustWait && (await isPrompt(answer))) return answer;
    return aside(() => answer);
  }

  /** Nobody's turn comes any more: who has it already is not kept from its answer. */
  close(): void {
    this.isClosed = true;
  }

  private of(kind: string): Bulkhead {
    const bulkhead = this.kinds.get(kind) ?? { places: new Places(outsideAtOnce), inHand: 0 };
    this.kinds.set(kind, bulkhead);
    return bulkhead;
  }
}

async function isPrompt(answer: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), promptMs)));
  const over = (): true => true;
  try {
    return await Promise.race([answer.then(over, over), late]);
  } finally {
    clearTimeout(timer);
  }
}
