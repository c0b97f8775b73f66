import { apply, difference, reads, sameAccount, sameResult, type Account, type State } from './model';
import type { Attempt, History, Recorded, Unit } from './record';

const conflict = 112;
const noSuchTransaction = 251;

/**
 * Holds a history against snapshot isolation, and gives what breaks it, in words. Every change of the store must be one attempt's, whole;
 * a transaction must have read exactly the state after some prefix of the commits, plus its own writes, and nothing that it wrote may have been
 * written since; a plain operation must have seen the state at one moment between its question and its answer.
 */
export function violations(history: History): string[] {
  return new Check(history).run();
}

class Check {
  private readonly states: State[];
  private readonly found: string[] = [];
  /** Which attempt made which unit. */
  private readonly owners: (Attempt | undefined)[] = [];
  private readonly placed = new Set<Attempt>();

  constructor(private readonly history: History) {
    this.states = [new Map(history.initial.map((account) => [account._id, account]))];
  }

  run(): string[] {
    this.history.units.forEach((unit, index) => this.place(unit, index));
    for (const attempt of this.history.attempts) if (!this.placed.has(attempt)) this.explainWithoutChange(attempt);
    for (const attempt of this.history.attempts) this.checkErrors(attempt);
    this.checkFinal();
    return this.found;
  }

  /** Finds whose doing a change is. */
  private place(unit: Unit, index: number): void {
    const before = this.states[index]!;
    const after = new Map(before);
    for (const put of unit.puts) {
      const id = (put.before ?? put.after)!._id;
      if (!sameAccount(put.before, after.get(id))) this.found.push(`commit ${index + 1} replaces what was not there: ${show(put)}`);
      if (put.after) after.set(id, put.after);
      else after.delete(id);
    }
    this.states.push(after);
    const owner = this.history.attempts.find(
      (attempt) => !this.placed.has(attempt) && ranDuring(attempt, unit) && this.explains(attempt, index),
    );
    if (owner) this.placed.add(owner);
    else this.found.push(`commit ${index + 1} is nobody's doing: ${show(unit.puts)}`);
    this.owners.push(owner);
  }

  private explains(attempt: Attempt, index: number): boolean {
    const [before, after] = [this.states[index]!, this.states[index + 1]!];
    if (!attempt.transaction) {
      const [{ operation, token, result }] = attempt.operations as [Recorded];
      const step = apply(before, operation, token);
      return sameResult(step.result, result) && difference(step.next, after).length === 0;
    }
    if (!attempt.transaction.committed) return false;
    return this.snapshots(attempt, index).some((snapshot) => {
      const own = replay(this.states[snapshot]!, attempt.operations);
      if (!own) return false;
      const written = difference(this.states[snapshot]!, own);
      const changed = difference(before, after);
      if (!changed.every((id) => written.includes(id) && sameAccount(own.get(id), after.get(id)))) return false;
      if (!written.every((id) => sameAccount(own.get(id), after.get(id)))) return false;
      // First committer wins: nobody else has written these in between.
      return this.history.units
        .slice(snapshot, index)
        .every(({ puts }) => puts.every((put) => !written.includes((put.before ?? put.after)!._id)));
    });
  }

  /** An attempt that changed nothing must still have seen some one state. */
  private explainWithoutChange(attempt: Attempt): void {
    const seen = attempt.operations.filter(({ result }) => !isRefusal(result));
    if (seen.length === 0) return;
    const mayHaveWritten = attempt.transaction ? !attempt.transaction.committed : false;
    const possible = this.snapshots(attempt, this.states.length - 1).some((snapshot) => {
      const state = this.states[snapshot]!;
      const own = replay(state, seen);
      return own !== undefined && (mayHaveWritten || difference(state, own).length === 0);
    });
    if (!possible) this.found.push(`no one state explains what client ${attempt.client} saw: ${show(attempt)}`);
  }

  /** The states that a transaction may have for its snapshot, or a plain operation for its moment: between question and answer. */
  private snapshots({ operations }: Attempt, last: number): number[] {
    const [first] = operations;
    if (!first) return [];
    const acknowledged = this.owners.findLastIndex((owner) => owner !== undefined && answeredAt(owner) < first.invoked) + 1;
    const begun = this.history.units.filter(({ at }) => at < first.answered).length;
    const newest = Math.min(begun, last);
    return Array.from({ length: Math.max(0, newest - acknowledged + 1) }, (_, i) => acknowledged + i);
  }

  /** A refusal must have a reason: a conflict another writer, a lost transaction a kill. */
  private checkErrors(attempt: Attempt): void {
    const { operations, transaction, client } = attempt;
    const begun = operations[0]?.invoked ?? 0;
    // The first to write has won: nothing is left to conflict with when he commits.
    if (
      transaction?.error !== undefined &&
      !(transaction.error === noSuchTransaction && this.wasKilled(client, begun, transaction.answered))
    )
      this.found.push(`client ${client} could not commit: ${transaction.error}`);
    for (const { result, answered, operation } of operations) {
      if (!('error' in result) || result.error === 11000) continue;
      const reason =
        result.error === conflict ? transaction && this.othersWrote(attempt, begun, answered) : this.wasKilled(client, begun, answered);
      if (!reason || (result.error !== conflict && result.error !== noSuchTransaction))
        this.found.push(`client ${client} was refused without a reason: ${show({ operation, result })}`);
    }
  }

  private othersWrote(self: Attempt, from: number, to: number): boolean {
    return this.history.attempts.some(
      (other) =>
        other !== self &&
        other.operations.some(({ operation, invoked }) => !reads.has(operation.kind) && invoked < to) &&
        answeredAt(other) > from,
    );
  }

  private wasKilled(client: number, from: number, to: number): boolean {
    return this.history.kills.some(({ victim, invoked, answered }) => victim === client && invoked < to && answered > from);
  }

  private checkFinal(): void {
    const last = this.states.at(-1)!;
    for (const [way, accounts] of Object.entries(this.history.final)) {
      const expected = way === 'code' ? new Map([...last].filter(([, { code }]) => code !== undefined)) : last;
      const different = difference(new Map(accounts.map((account) => [account._id, account])), expected);
      if (different.length > 0 || accounts.length !== expected.size)
        this.found.push(`in the end ${way} does not lead to what was committed: ids ${different.join()}`);
    }
  }
}

/** The state that the operations lead to, if all of them answer as recorded. */
function replay(state: State, operations: readonly Recorded[]): State | undefined {
  let own = state;
  for (const { operation, token, result } of operations) {
    const step = apply(own, operation, token);
    if (!sameResult(step.result, result)) return undefined;
    own = step.next;
  }
  return own;
}

function ranDuring({ operations, transaction }: Attempt, { at }: Unit): boolean {
  const { invoked, answered } = transaction ?? operations[0]!;
  return invoked < at && at < answered;
}

function answeredAt({ operations, transaction }: Attempt): number {
  return transaction?.answered ?? operations[0]!.answered;
}

function isRefusal(result: Recorded['result']): boolean {
  return 'error' in result && result.error !== 11000;
}

function show(value: unknown): string {
  return JSON.stringify(value, (_name, inner: unknown) => (inner instanceof Map ? [...(inner as Map<number, Account>).values()] : inner));
}
