import { Command } from '@nestjs/cqrs';
import type { AccountRole, UserView } from './user-view';

/** Makes an account without signing anybody in. Errors: `EmailTaken`, `InvalidInput` naming each bad field. */
export class CreateUser extends Command<UserView> {
  constructor(
    readonly input: { readonly name: string; readonly email: string; readonly password: string; readonly roles: readonly AccountRole[] },
  ) {
    super();
  }
}

/**
 * Makes the admin that ADMIN_EMAIL and ADMIN_PASSWORD name when there is no admin at all; otherwise does nothing. Sent at every start, by
 * several processes at once if it must be.
 */
export class EnsureFirstAdmin extends Command<void> {
  constructor(readonly input: Record<string, never> = {}) {
    super();
  }
}

/** The letter that confirms an erasure has gone: its address is forgotten. Repeating it is harmless. */
export class ForgetFarewell extends Command<void> {
  constructor(readonly input: { readonly userId: string }) {
    super();
  }
}

/**
 * Erases an account on behalf of its owner, who asked for it in another way than by logging in. Refuses with `identity.user_not_found`, `identity.last_admin` and
 * `identity.still_vendor`.
 */
export class EraseUser extends Command<void> {
  constructor(readonly input: { readonly userId: string }) {
    super();
  }
}
