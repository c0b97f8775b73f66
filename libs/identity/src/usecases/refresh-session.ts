import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { InvalidRefreshToken } from '../contract/refusals';
import { UserStore } from '../store/user.store';
import { accountOf } from './account-view';
import { Sessions } from './sessions';
import type { SignedIn } from './sign-in';
import type { GuestSession } from './start-guest-session';

/** Exchanges a refresh token for new tokens, which name the roles that the account has now. */
export class RefreshSession extends Command<SignedIn | GuestSession> {
  constructor(readonly input: { readonly refreshToken: string }) {
    super();
  }
}

@CommandHandler(RefreshSession)
export class RefreshSessionHandler implements ICommandHandler<RefreshSession> {
  constructor(
    private readonly sessions: Sessions,
    private readonly users: UserStore,
  ) {}

  async execute({ input }: RefreshSession): Promise<SignedIn | GuestSession> {
    const { session, refreshToken } = await this.sessions.rotate(input.refreshToken);
    const { id, kind, ownerId } = session;
    if (kind === 'guest') {
      return { guestId: ownerId, tokens: await this.sessions.tokens({ kind, id: ownerId, roles: ['guest'] }, id, refreshToken) };
    }
    const user = await this.users.find(ownerId);
    if (user?.sessionEpoch !== session.epoch) {
      await this.sessions.end(id);
      throw new InvalidRefreshToken({});
    }
    return { user: accountOf(user), tokens: await this.sessions.tokens({ kind, id: ownerId, roles: user.roles }, id, refreshToken) };
  }
}
