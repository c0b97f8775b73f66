import type { UserView } from '../contract/user-view';
import { viewOf, type User } from '../model/user';

/** An account as its owner and admins see it. */
export interface AccountView extends UserView {
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly emailVerifiedAt?: Date;
  readonly version: number;
}

export function accountOf(user: User): AccountView {
  const { createdAt, updatedAt, emailVerifiedAt, version } = user;
  return { ...viewOf(user), createdAt, updatedAt, emailVerifiedAt, version };
}
