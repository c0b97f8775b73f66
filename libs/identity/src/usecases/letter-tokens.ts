import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { isId, randomToken } from '@cartwright/kernel';
import { InvalidLetterToken } from '../contract/refusals';
import type { User } from '../model/user';
import { TokenSecret } from './access-tokens';

/** Their audience is another one than that of access tokens, so that neither is ever taken for the other. */
const rules = { algorithm: 'HS256', issuer: 'cartwright', audience: 'cartwright-letters' } as const;

/** How long the token of a letter is good. */
export const letterHours = { password: 1, email: 72 } as const;
type Purpose = keyof typeof letterHours;

/** What a letter's token proves: that its bearer reads the mail of this account. */
export interface Proof {
  readonly userId: string;
  /** What must not have changed since the letter was written. */
  readonly state: string;
}

/**
 * The tokens that letters carry: signed, short-lived, and bound to the state of the account that they are for. Nothing of them is stored; using one changes that
 * state, so each is good once.
 */
@Injectable()
export class LetterTokens {
  constructor(
    private readonly jwt: JwtService,
    private readonly secret: TokenSecret,
  ) {}

  async issue(purpose: Purpose, user: User): Promise<string> {
    const { algorithm, issuer, audience } = rules;
    const claims = { sub: user.id, typ: purpose, state: stateOf(purpose, user) };
    const expiresIn = letterHours[purpose] * 3600;
    return this.jwt.signAsync(claims, { privateKey: this.secret.key, algorithm, issuer, audience, expiresIn, jwtid: randomToken(12) });
  }

  /** What the token proves. Throws {@link InvalidLetterToken}. */
  async read(purpose: Purpose, token: string): Promise<Proof> {
    const { algorithm, issuer, audience } = rules;
    // The types of jsonwebtoken's wrapper do not know key objects yet.
    const secret = this.secret.key as unknown as Buffer;
    const options = { secret, algorithms: [algorithm], issuer, audience };
    const claims = await this.jwt.verifyAsync<Record<string, unknown>>(token, options).catch(() => undefined);
    const { sub, typ, state, exp } = claims ?? {};
    if (typ !== purpose || typeof exp !== 'number' || !isId(sub) || typeof state !== 'string') throw new InvalidLetterToken({});
    return { userId: sub, state };
  }
}

/** The part of an account that a letter is about; it is another one when the letter has been used, or has lost its reason. */
export function stateOf(purpose: Purpose, { sessionEpoch, emailKey }: User): string {
  return purpose === 'password' ? `${sessionEpoch} ${emailKey}` : emailKey;
}
