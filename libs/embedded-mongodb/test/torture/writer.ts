import { isDeepStrictEqual } from 'node:util';
import type { Document } from 'bson';
import { ConnectionLost, type RawConnection } from '../raw-connection';
import { observe, Violation } from './observe';
import { Known, type Effect, type Step, type StepSource } from './step';

/** How a writer's last step ended. */
interface Acknowledged {
  readonly step: Step;
  readonly reply: Document;
}

/** All that a writer must remember over a restart of its own. */
export interface WriterState {
  readonly known: readonly Effect[];
  readonly histories: Readonly<Record<string, string[]>>;
  readonly pending?: Step;
  readonly last?: Acknowledged;
}

/** Told of each step when it begins and when it has been acknowledged. */
export interface Witness {
  begins(step: Step): void;
  acknowledged(step: Step, reply: Document): void;
}

const writeConflict = 112;
const noSuchTransaction = 251;

/** Writes one step after the other and keeps account of what was acknowledged. */
export class Writer {
  readonly known = new Known();
  /** Was on its way when the server went; it has happened or not. */
  pending: Step | undefined;
  last: Acknowledged | undefined;
  readonly counts = { steps: 0, transactions: 0, conflicts: 0, again: 0 };

  constructor(private readonly source: StepSource) {}

  get state(): WriterState {
    const { known, pending, last } = this;
    return { known: known.effects(), histories: Object.fromEntries(known.histories), pending, last };
  }

  restore({ known, histories, pending, last }: WriterState): void {
    for (const effect of known) this.known.apply(effect);
    for (const [name, history] of Object.entries(histories)) this.known.histories.set(name, history);
    this.pending = pending;
    this.last = last;
  }

  /** Writes until the server is gone, or as long as `goesOn` says so. */
  async work(
    connection: RawConnection,
    { goesOn = () => true, witness }: { goesOn?: () => boolean; witness?: Witness } = {},
  ): Promise<void> {
    try {
      while (goesOn()) await this.take(connection, this.source.next(this.known), witness);
    } catch (error) {
      if (!(error instanceof ConnectionLost)) throw error;
    }
  }

  /** After a restart: sends again what may be sent again, and finds out what became of the step that was on its way. */
  async recover(connection: RawConnection): Promise<void> {
    const step = this.pending;
    // A session answers again only for its last number.
    if (this.last && (!step || step.again === 'no')) await this.repeatLast(connection, this.last);
    if (!step) return;
    this.pending = undefined;
    if (step.again === 'no') return this.adopt(connection, step);
    this.counts.again++;
    const reply = await connection.send(step.database, step.commands.at(-1)!);
    if (step.again === 'commit' && reply['code'] === noSuchTransaction) return;
    checkReply(step, reply);
    this.happened(step, reply);
  }

  private async take(connection: RawConnection, step: Step, witness?: Witness): Promise<void> {
    this.pending = step;
    witness?.begins(step);
    let reply: Document = {};
    for (const command of step.commands) {
      reply = await connection.send(step.database, command);
      if (step.again === 'commit' && reply['code'] === writeConflict) {
        this.counts.conflicts++;
        this.pending = undefined;
        return;
      }
      checkReply(command === step.commands.at(-1) ? step : { ...step, fails: undefined }, reply);
    }
    witness?.acknowledged(step, reply);
    this.pending = undefined;
    this.happened(step, reply);
  }

  /** Takes note of an acknowledgement. */
  happened(step: Step, reply: Document): void {
    for (const effect of step.effects) this.known.apply(effect);
    this.last = { step, reply };
    this.counts.steps++;
    if (step.again === 'commit') this.counts.transactions++;
  }

  /** What was acknowledged and is sent again is answered as before; that it is not done again is seen in the documents. */
  private async repeatLast(connection: RawConnection, { step, reply }: Acknowledged): Promise<void> {
    if (step.again === 'no') return;
    this.counts.again++;
    const again = await connection.send(step.database, step.commands.at(-1)!);
    checkReply(step, again);
    for (const field of ['n', 'nModified', 'value', 'lastErrorObject', 'upserted']) {
      if (!isDeepStrictEqual(again[field], reply[field]))
        throw new Violation(`${step.name} sent again is answered ${show(again)} instead of ${show(reply)}`);
    }
  }

  /** Each effect must have happened or not; with `whole` all of them or none. */
  private async adopt(connection: RawConnection, step: Step): Promise<void> {
    const outcomes = new Set<boolean>();
    for (const effect of step.effects) {
      const found = await observe(connection, effect.place);
      const happened = this.hasHappened(effect, found, step);
      if (happened === undefined) continue;
      outcomes.add(happened);
      if (happened) this.known.apply(effect);
    }
    if (step.whole && outcomes.size > 1) throw new Violation(`half of ${step.name} has happened`);
  }

  /** Undefined when it makes no difference. */
  private hasHappened({ place, after }: Effect, found: Document | undefined, step: Step): boolean | undefined {
    const before = this.known.get(place) ?? (place.collection === undefined ? {} : undefined);
    if (isDeepStrictEqual(before, after)) return undefined;
    if (isDeepStrictEqual(found, after)) return true;
    if (isDeepStrictEqual(found, before)) return false;
    throw new Violation(`${step.name} on its way: found ${show(found)}, expected ${show(before)} or ${show(after)}`);
  }
}

function checkReply(step: Step, reply: Document): void {
  const codes = ((reply['writeErrors'] as { code: number }[] | undefined) ?? []).map(({ code }) => code);
  const expected = step.fails === undefined ? [] : [step.fails];
  if (reply['ok'] !== 1 || !isDeepStrictEqual(codes, expected)) throw new Violation(`${step.name} is answered ${show(reply)}`);
}

function show(value: unknown): string {
  return (JSON.stringify(value, (_key, item: unknown) => (typeof item === 'bigint' ? `${item}` : item)) ?? 'nothing').slice(0, 3000);
}
