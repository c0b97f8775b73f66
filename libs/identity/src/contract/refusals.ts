import { refusal } from '@cartwright/kernel';

/** As it stands in examples. */
const id = '6565f0c2a1b2c3d4e5f60718';

export const EmailTaken = refusal('identity.email_taken', 'conflict', () => 'There is an account with this email already.');

/** The same for a wrong password and for an unknown email, so that nobody learns which emails have accounts. */
export const InvalidCredentials = refusal(
  'identity.invalid_credentials',
  'unauthenticated',
  () => 'There is no account with this email and password.',
);

/** Not a 401, which would make clients throw a good access token away. */
export const WrongPassword = refusal('identity.wrong_password', 'forbidden', () => 'The current password is another one.');

export const InvalidRefreshToken = refusal(
  'identity.invalid_refresh_token',
  'unauthenticated',
  () => 'This refresh token is unknown, expired, revoked or was used before. Log in again.',
);

/** The same whatever is wrong with it, so that nobody learns anything by trying. */
export const InvalidLetterToken = refusal(
  'identity.invalid_letter_token',
  'invalid',
  () => 'This token is wrong, expired or was used before. Ask for another letter.',
);

export const AddressNotFound = refusal<{ id: string }>(
  'identity.address_not_found',
  'not_found',
  ({ id }) => `You have no address ${id.slice(0, 50)}.`,
  { id },
);

export const TooManyAddresses = refusal<{ most: number }>(
  'identity.too_many_addresses',
  'conflict',
  ({ most }) => `An account keeps at most ${most} addresses; delete one first.`,
  { most: 50 },
);

export const UserNotFound = refusal<{ id: string }>(
  'identity.user_not_found',
  'not_found',
  ({ id }) => `There is no user ${id.slice(0, 50)}.`,
  { id },
);

/** Goods on sale have a vendor, who is known to buyers: that is to be settled with the shop first. */
export const StillVendor = refusal(
  'identity.still_vendor',
  'conflict',
  () => 'This account sells here. Ask an admin to take the role of a vendor from it first.',
);

export const LastAdmin = refusal('identity.last_admin', 'conflict', () => 'This is the last admin; make another one first.');
