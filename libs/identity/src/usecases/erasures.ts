import { Injectable } from '@nestjs/common';
import { CommandHandler, QueryHandler, type ICommandHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Config, Erasers, Invariant, PersonalFiles, Repeats, retryWhenStale, Timers, type Finding } from '@cartwright/platform';
import { ForgetFarewell } from '../contract/user-commands';
import { GetFarewell, type Farewell } from '../contract/user-queries';
import { afterLook, noteFarewell, personOf, type Erasure } from '../model/erasure';
import { ErasureStore } from '../store/erasure.store';

/** The timer that does it, which is asked for a round as soon as an account was erased. */
export const eraseAccounts = 'identity.erasures';

const mostPerRound = 50;
const batch = 100;
const dayMs = 24 * 3_600_000;

/** Has every context forget the people whose accounts were erased, again and again until nothing is left. */
@Injectable()
export class Erasures {
  constructor(
    private readonly store: ErasureStore,
    private readonly erasers: Erasers,
    private readonly files: PersonalFiles,
    private readonly config: Config,
  ) {}

  @Repeats(eraseAccounts, 5_000)
  async run(): Promise<void> {
    for (const erasure of await this.store.due(new Date(), mostPerRound)) await this.goThrough(erasure);
  }

  private async goThrough(erasure: Erasure): Promise<void> {
    const look = await this.erasers.erase(personOf(erasure));
    await retryWhenStale(async () => {
      const current = await this.store.find(erasure.id);
      if (current) await this.store.save(afterLook(current, look, this.config.ACCESS_TOKEN_MINUTES, new Date()));
    });
  }

  @Invariant('identity.erased_is_gone', 'Of an erased account nothing is left, a day later, but what has to stay for now.')
  async *erasedIsGone(): AsyncGenerator<Finding> {
    const due = new Date(Date.now() - dayMs);
    for (let last: string | undefined; ;) {
      const erasures = await this.store.after(last, batch);
      for (const erasure of erasures) if (erasure.completedAt || erasure.erasedAt < due) yield* this.problemsOf(erasure, due);
      if (erasures.length < batch) return;
      last = erasures.at(-1)?.id;
    }
  }

  private async *problemsOf(erasure: Erasure, due: Date): AsyncGenerator<Finding> {
    const record = `erased account ${erasure.id}`;
    if (erasure.nextLookAt && erasure.nextLookAt < due) yield { record, problem: 'nobody has gone on with it for a day' };
    const left = await this.files.partsWith(personOf(erasure));
    for (const part of left.filter((name) => !erasure.waiting.includes(name))) yield { record, problem: `is still in ${part}` };
  }
}

@QueryHandler(GetFarewell)
export class GetFarewellHandler implements IQueryHandler<GetFarewell> {
  constructor(private readonly erasures: ErasureStore) {}

  async execute({ input: { userId } }: GetFarewell): Promise<Farewell | null> {
    const { letter } = (await this.erasures.find(userId)) ?? {};
    return letter && !letter.isSent ? { to: letter.to, name: letter.name } : null;
  }
}

@CommandHandler(ForgetFarewell)
export class ForgetFarewellHandler implements ICommandHandler<ForgetFarewell> {
  constructor(
    private readonly erasures: ErasureStore,
    private readonly timers: Timers,
  ) {}

  async execute({ input: { userId } }: ForgetFarewell): Promise<void> {
    const now = new Date();
    await retryWhenStale(async () => {
      const erasure = await this.erasures.find(userId);
      const change = erasure && noteFarewell(erasure, now);
      if (change) await this.erasures.save(change);
    });
    this.timers.wakeAt(eraseAccounts, now);
  }
}
