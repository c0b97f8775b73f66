import { Query } from '@nestjs/cqrs';
import type { Address } from '@cartwright/kernel';
import type { UserView } from './user-view';

/** The account with this id, or `null`. */
export class GetUser extends Query<UserView | null> {
  constructor(readonly input: { readonly userId: string }) {
    super();
  }
}

/** The account with this email in whatever case, or `null`. */
export class GetUserByEmail extends Query<UserView | null> {
  constructor(readonly input: { readonly email: string }) {
    super();
  }
}

/** The email of an account whose owner has shown to read it; `null` when nobody has, or there is no such account. */
export class GetVerifiedEmail extends Query<string | null> {
  constructor(readonly input: { readonly userId: string }) {
    super();
  }
}

/** What a letter says to its reader, and the token in it, made at this moment. */
export interface Letter {
  readonly to: string;
  readonly name: string;
  readonly token: string;
  /** How long the token is good. */
  readonly hours: number;
}

/** Whom the last letter of an erased account goes to. */
export interface Farewell {
  readonly to: string;
  readonly name: string;
}

/** Where the letter goes that confirms an erasure; `null` when it has gone, or cannot go any more. */
export class GetFarewell extends Query<Farewell | null> {
  constructor(readonly input: { readonly userId: string }) {
    super();
  }
}

/** The letter for choosing another password, or `null` when there is no such account. */
export class GetPasswordLetter extends Query<Letter | null> {
  constructor(readonly input: { readonly userId: string }) {
    super();
  }
}

/** The letter that asks whether an address is its reader's, or `null` when that is known, or the account has another one than `email` by now. */
export class GetVerificationLetter extends Query<Letter | null> {
  constructor(readonly input: { readonly userId: string; readonly email?: string }) {
    super();
  }
}

/** One of a user's saved addresses, or `null` when that user has none of this id. */
export class GetAddress extends Query<Address | null> {
  constructor(readonly input: { readonly userId: string; readonly addressId: string }) {
    super();
  }
}
