import { Injectable, Logger } from '@nestjs/common';
import { newId, randomToken } from '@cartwright/kernel';
import { Audit, type Caller, Config, Transactions } from '@cartwright/platform';
import { InvalidRefreshToken } from '../contract/refusals';
import { expiryFrom, hashesOf, sha256, type Session } from '../model/session';
import { SessionStore } from '../store/session.store';
import { AccessTokens } from './access-tokens';

/** What a client holds while it is signed in. */
export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Seconds that the access token lives. */
  readonly expiresIn: number;
}

/** Opens sessions, exchanges their refresh tokens, and ends them. */
@Injectable()
export class Sessions {
  private readonly logger = new Logger(Sessions.name);

  constructor(
    private readonly store: SessionStore,
    private readonly accessTokens: AccessTokens,
    private readonly config: Config,
    private readonly transactions: Transactions,
    private readonly audit: Audit,
  ) {}

  async open(caller: Caller, epoch: number): Promise<Tokens> {
    const handle = randomToken(16);
    const { secret, changed } = this.nextSecret();
    const id = newId();
    const opened = { id, kind: caller.kind, ownerId: caller.id, handleHash: sha256(handle), epoch, createdAt: changed.usedAt };
    await this.store.open({ ...opened, ...changed });
    return this.tokens(caller, id, `${handle}.${secret}`);
  }

  /** Exchanges a refresh token. A token that was used before ends the whole session, as two now hold what only one should. */
  async rotate(refreshToken: string): Promise<{ session: Session; refreshToken: string }> {
    const shown = hashesOf(refreshToken);
    if (!shown) throw new InvalidRefreshToken({});
    const { secret, changed } = this.nextSecret();
    const session = await this.store.rotate(shown, changed);
    if (session) return { session, refreshToken: `${refreshToken.split('.')[0]}.${secret}` };
    // Outside the transaction of the request, which the refusal undoes.
    await this.transactions.outside(() => this.transactions.run(() => this.revoke(shown.handleHash, changed.usedAt)));
    throw new InvalidRefreshToken({});
  }

  async tokens(caller: Caller, sessionId: string, refreshToken: string): Promise<Tokens> {
    const accessToken = await this.accessTokens.issue(caller, sessionId);
    return { accessToken, refreshToken, expiresIn: this.accessTokens.expiresIn };
  }

  async end(sessionId: string): Promise<void> {
    await this.store.end(sessionId);
  }

  /** Ends the session of a refresh token, be it the current one or not. */
  async endByToken(refreshToken: string): Promise<void> {
    const shown = hashesOf(refreshToken);
    if (shown) await this.store.endByHandle(shown.handleHash);
  }

  private async revoke(handleHash: string, now: Date): Promise<void> {
    const ended = await this.store.endByHandle(handleHash);
    if (!ended || ended.expiresAt <= now) return;
    const { id: session, ownerId: id, kind } = ended;
    this.logger.warn('A refresh token was used twice; its session is revoked.', { session, owner: id });
    if (kind === 'user')
      this.audit.actOf('refreshTokenReused', { id, roles: [] }, () => this.audit.recordDone({ type: 'user', id }, { revoked: session }));
  }

  private nextSecret(): { secret: string; changed: Pick<Session, 'secretHash' | 'usedAt' | 'expiresAt'> } {
    const secret = randomToken(32);
    const usedAt = new Date();
    return { secret, changed: { secretHash: sha256(secret), usedAt, expiresAt: expiryFrom(usedAt, this.config.REFRESH_TOKEN_DAYS) } };
  }
}
