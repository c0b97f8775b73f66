import { Injectable } from '@nestjs/common';
import { erased } from '@cartwright/kernel';
import { ErasesPersonalData, Outbox, PersonalData, type ErasedPerson, type Person } from '@cartwright/platform';
import { SessionStore } from '../store/session.store';
import { UserStore } from '../store/user.store';

const batch = 100;

/** What identity keeps about somebody. */
@Injectable()
export class AccountData {
  constructor(
    private readonly users: UserStore,
    private readonly sessions: SessionStore,
    private readonly outbox: Outbox,
  ) {}

  @PersonalData('profile')
  async *profile({ userId }: Person): AsyncGenerator<object> {
    const user = await this.users.find(userId);
    if (!user) return;
    const { id, name, email, emailVerifiedAt, roles, createdAt, updatedAt } = user;
    yield { id, name, email, emailVerifiedAt, roles, createdAt, updatedAt };
  }

  @PersonalData('addresses')
  async *addresses({ userId }: Person): AsyncGenerator<object> {
    const user = await this.users.find(userId);
    yield* user?.addresses ?? [];
  }

  /** The account itself went when it was erased. What its events say of names and addresses goes now, and a session that was opened in that very moment. */
  @ErasesPersonalData('profile')
  async eraseAccount({ userId }: ErasedPerson): Promise<null> {
    await this.sessions.endAllOf(userId);
    await this.outbox.rewrite(`user:${userId}`, ({ data }) => {
      const named = ['name', 'email'].filter((field) => field in data && data[field] !== erased);
      return named.length > 0 ? { ...data, ...Object.fromEntries(named.map((field) => [field, erased])) } : null;
    });
    return null;
  }

  @PersonalData('sessions')
  async *openSessions({ userId }: Person): AsyncGenerator<object> {
    for (let last: string | undefined; ;) {
      const found = await this.sessions.ofOwner(userId, last, batch);
      for (const { id, createdAt, usedAt, expiresAt } of found) yield { id, createdAt, usedAt, expiresAt };
      if (found.length < batch) return;
      last = found.at(-1)?.id;
    }
  }
}
