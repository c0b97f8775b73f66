import { Injectable } from '@nestjs/common';
import { newId } from '@cartwright/kernel';
import { Outbox, Transactions } from '@cartwright/platform';
import { GuestJoined } from '../contract/identity-events';
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
      return { user: accountOf(user), tokens, joining: guestId ? await this.join(guestId, user.id) : undefined };
    });
    if (joining) await this.outbox.settled(joining, patienceMs);
    return signedIn;
  }

  /** The guest's own session ends; each joining is an event of its own, as one guest may join again with what was added since. */
  private async join(guestId: string, userId: string): Promise<string> {
    const joining = `guest_joining:${newId()}`;
    this.outbox.add(joining, 0, [new GuestJoined({ guestId, userId })], new Date());
    await this.store.endAllOf(guestId);
    return joining;
  }
}
