import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { isId } from '@cartwright/kernel';
import { roles, type Caller, type Role } from '@cartwright/platform';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { accessTokenRules, TokenSecret, type AccessClaims } from '../usecases/access-tokens';

/** A caller with the session that the access token belongs to. */
export interface SessionCaller extends Caller {
  readonly sessionId: string;
}

/** What a token that was signed by this shop may say; nothing of it is believed unseen. */
type Claims = { readonly [Name in keyof AccessClaims]?: unknown } & { readonly exp?: unknown };

/** Believes access tokens that this shop signed, and no others: one algorithm, one issuer, one audience, one type, and an end. */
@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy, 'jwt') {
  constructor(secret: TokenSecret) {
    const { algorithm, issuer, audience } = accessTokenRules;
    const jwtFromRequest = ExtractJwt.fromAuthHeaderAsBearerToken();
    // The types of passport-jwt do not know key objects yet; jsonwebtoken beneath takes them as they are.
    const secretOrKey = secret.key as unknown as Buffer;
    super({ jwtFromRequest, secretOrKey, algorithms: [algorithm], issuer, audience, ignoreExpiration: false });
  }

  /** Called with the claims of a token whose signature, issuer, audience and end were found right. `null` refuses it. */
  validate(claims: Claims): SessionCaller | null {
    const { sub, kind, roles: named, typ, sid, exp } = claims;
    if (typ !== accessTokenRules.type || typeof exp !== 'number' || !isId(sub) || !isId(sid)) return null;
    if (!isRoles(named)) return null;
    if (kind !== 'guest' && kind !== 'user') return null;
    if (kind === 'guest' ? named.join() !== 'guest' : named.includes('guest')) return null;
    return { kind, id: sub, roles: named, sessionId: sid };
  }
}

function isRoles(value: unknown): value is Role[] {
  return Array.isArray(value) && value.every((role) => (roles as readonly unknown[]).includes(role));
}
