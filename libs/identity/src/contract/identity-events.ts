import { EventName, type DomainEvent } from '@cartwright/kernel';

/** Somebody made an account. */
@EventName('identity.user_registered.v1')
export class UserRegistered implements DomainEvent {
  constructor(readonly data: { readonly userId: string; readonly name: string; readonly email: string }) {}
}

/**
 * Somebody wants a letter that lets its reader choose another password. `userId` is the account that has the address, if one has. The address itself is not told: what is typed in there
 * belongs to anybody, and events stay for ever.
 */
@EventName('identity.password_reset_asked.v2')
export class PasswordResetAsked implements DomainEvent {
  constructor(readonly data: { readonly resetId: string; readonly userId: string | null }) {}
}

/** The owner of an account wants another letter about its email. */
@EventName('identity.verification_asked.v1')
export class VerificationAsked implements DomainEvent {
  constructor(readonly data: { readonly userId: string; readonly letterId: string }) {}
}

/**
 * An account has another email, of which nobody knows yet whether its reader is the account's owner. `letterId`: the letter that is to ask for it, another one
 * when an address comes back.
 */
@EventName('identity.email_changed.v2')
export class EmailChanged implements DomainEvent {
  constructor(readonly data: { readonly userId: string; readonly email: string; readonly letterId: string }) {}
}

/** An account has another name. Which that is, is asked: it may be another one by now, and a name is nothing to keep for ever. */
@EventName('identity.user_renamed.v1')
export class UserRenamed implements DomainEvent {
  constructor(readonly data: { readonly userId: string }) {}
}

/** The owner of an account has shown to read its email. Which that is, is asked: it may be another one by now. */
@EventName('identity.email_verified.v1')
export class EmailVerified implements DomainEvent {
  constructor(readonly data: { readonly userId: string }) {}
}

/** Somebody logged in to an account whose email is known to be its owner's. */
@EventName('identity.user_signed_in.v1')
export class UserSignedIn implements DomainEvent {
  constructor(readonly data: { readonly userId: string }) {}
}

/** An account is no more; its owner has the right that nothing of it stays. */
@EventName('identity.account_erased.v1')
export class AccountErased implements DomainEvent {
  constructor(readonly data: { readonly userId: string }) {}
}

/** A guest turned out to be this user: what the guest had is the user's now. */
@EventName('identity.guest_joined.v1')
export class GuestJoined implements DomainEvent {
  constructor(readonly data: { readonly guestId: string; readonly userId: string }) {}
}
