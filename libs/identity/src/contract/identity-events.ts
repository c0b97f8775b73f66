import { EventName, type DomainEvent } from '@cartwright/kernel';

/** Somebody made an account. */
@EventName('identity.user_registered.v1')
export class UserRegistered implements DomainEvent {
  constructor(readonly data: { readonly userId: string; readonly name: string; readonly email: string }) {}
}

/** A guest turned out to be this user: what the guest had is the user's now. */
@EventName('identity.guest_joined.v1')
export class GuestJoined implements DomainEvent {
  constructor(readonly data: { readonly guestId: string; readonly userId: string }) {}
}
