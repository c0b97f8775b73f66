import { Injectable } from '@nestjs/common';
import { PersonalData, type Person } from '@cartwright/platform';
import { SessionStore } from '../store/session.store';
import { UserStore } from '../store/user.store';

const batch = 100;

/** What identity keeps about somebody. */
@Injectable()
export class AccountData {
  constructor(
    private readonly users: UserStore,
    private readonly sessions: SessionStore,
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
