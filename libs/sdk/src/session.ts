import type { Schemas } from './operation';
import type { As } from './sender';
import type { Tokens, TokenStore } from './tokens';

type Post = <Answer>(path: string, body: object | undefined, as: As) => Promise<Answer>;

/** Begins and ends sessions, and keeps their tokens. The client itself renews access tokens that have expired. */
export class Session {
  constructor(
    private readonly post: Post,
    private readonly tokens: TokenStore,
  ) {}

  /** Begins a session without an account. */
  async guest(): Promise<Schemas['GuestSessionDto']> {
    return this.keep(await this.post('/api/auth/guest', undefined, 'nobody'));
  }

  /** Goes on with the session there is, or begins a guest's. */
  async guestUnlessKnown(): Promise<void> {
    if (!(await this.tokens.get())) await this.guest();
  }

  /** Makes an account; a guest's cart comes along. */
  async register(body: Schemas['RegisterDto']): Promise<Schemas['UserSessionDto']> {
    return this.keep(await this.post('/api/auth/register', body, 'known'));
  }

  /** Throws `invalid_credentials`. A guest's cart comes along. */
  async login(body: Schemas['LogInDto']): Promise<Schemas['UserSessionDto']> {
    return this.keep(await this.post('/api/auth/login', body, 'known'));
  }

  /** Ends the session here, and at the shop where it can be reached. */
  async logout(): Promise<void> {
    const tokens = await this.tokens.get();
    await this.tokens.set(undefined);
    if (tokens) await this.post('/api/auth/logout', { refreshToken: tokens.refreshToken }, 'nobody');
  }

  /** New tokens for a refresh token, which is thereby used up. They are not kept. */
  async exchange(refreshToken: string): Promise<Tokens> {
    return tokensOf(await this.post<Tokens>('/api/auth/refresh', { refreshToken }, 'nobody'));
  }

  private async keep<S extends Tokens>(session: S): Promise<S> {
    await this.tokens.set(tokensOf(session));
    return session;
  }
}

function tokensOf({ accessToken, refreshToken }: Tokens): Tokens {
  return { accessToken, refreshToken };
}
