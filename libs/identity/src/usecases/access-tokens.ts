import type { KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { randomToken } from '@cartwright/kernel';
import { Config, type Caller } from '@cartwright/platform';

/** What every access token says of itself, and every check insists on. */
export const accessTokenRules = { algorithm: 'HS256', issuer: 'cartwright', audience: 'cartwright-api', type: 'access' } as const;

/** The claims of an access token beside the registered ones. */
export interface AccessClaims {
  readonly sub: string;
  readonly kind: Caller['kind'];
  readonly roles: Caller['roles'];
  readonly typ: typeof accessTokenRules.type;
  /** The session that the token belongs to. */
  readonly sid: string;
}

/** The key that signs access tokens; also its own injection token. Made a key object once, as making one costs more than signing with it. */
export abstract class TokenSecret {
  abstract readonly key: KeyObject;
}

/** Issues access tokens: signed, short-lived, and believed without asking the database. */
@Injectable()
export class AccessTokens {
  constructor(
    private readonly jwt: JwtService,
    private readonly secret: TokenSecret,
    private readonly config: Config,
  ) {}

  /** Seconds that a token lives. */
  get expiresIn(): number {
    return this.config.ACCESS_TOKEN_MINUTES * 60;
  }

  async issue(caller: Caller, sessionId: string): Promise<string> {
    const claims: AccessClaims = { sub: caller.id, kind: caller.kind, roles: caller.roles, typ: accessTokenRules.type, sid: sessionId };
    const { algorithm, issuer, audience } = accessTokenRules;
    const privateKey = this.secret.key;
    return this.jwt.signAsync(claims, { privateKey, algorithm, issuer, audience, expiresIn: this.expiresIn, jwtid: randomToken(12) });
  }
}
