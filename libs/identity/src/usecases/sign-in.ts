import { Injectable } from '@nestjs/common';
import { newId, type DomainEvent } from '@cartwright/kernel';
import { Outbox, Transactions } from '@cartwright/platform';
import { GuestJoined, UserSignedIn } from '../contract/identity-events';
import type { User } from '../model/user';
import { SessionStore } from '../store/session.store';
import { accountOf, type AccountView } from './account-view';
import { Sessions, type Tokens } from './sessions';

/** An account with the tokens of a new session. */
export interface SignedIn {
  readonly user: AccountView;
  readonly tokens: Tokens;
}

/** How long an answer waits for what the guest had; what is not there by then comes a moment later. */
const patienceMs = 2_000;

/** The end of registering and of logging in: a session, and whatever the user had as a guest. */
@Injectable()
export class SignIn {
  constructor(
    private readonly sessions: Sessions,
    private readonly store: SessionStore,
    private readonly transactions: Transactions,
    private readonly outbox: Outbox,
  ) {}

  /** Signs in the account that `load` answers, in one transaction with whatever `load` writes. */
  async with(load: () => Promise<User>, guestId: string | undefined): Promise<SignedIn> {
    const { joining, ...signedIn } = await this.transactions.run(async () => {
      const user = await load();
      const tokens = await this.sessions.open({ kind: 'user', id: user.id, roles: user.roles }, user.sessionEpoch);
      const joining = this.announce(user, guestId);
      if (guestId) await this.store.endAllOf(guestId);
      return { user: accountOf(user), tokens, joining };
    });
    if (joining && guestId) await this.outbox.settled(joining, patienceMs);
    return signedIn;
  }

  /**
   * Tells who joins, and whose email is known to be the owner's: what they had or ordered as a guest is theirs now. Each signing in is a record of its own, as one guest
   * may join again with what was added since.
   */
  private announce({ id: userId, emailVerifiedAt }: User, guestId: string | undefined): string | undefined {
    const events: DomainEvent[] = [];
    if (guestId) events.push(new GuestJoined({ guestId, userId }));
    if (emailVerifiedAt) events.push(new UserSignedIn({ userId }));
    if (events.length === 0) return undefined;
    const signingIn = `signing_in:${newId()}`;
    this.outbox.tell(signingIn, events, new Date());
    return signingIn;
  }
}
