import type { Role } from '@cartwright/platform';

/** What an account can be besides a plain user. */
export type AccountRole = Exclude<Role, 'guest'>;

export const accountRoles = ['user', 'vendor', 'admin'] as const satisfies readonly AccountRole[];

/** An account as other contexts see it. */
export interface UserView {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly roles: readonly AccountRole[];
}
