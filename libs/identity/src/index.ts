export {
  AccountErased,
  EmailChanged,
  EmailVerified,
  GuestJoined,
  PasswordResetAsked,
  UserRegistered,
  UserRenamed,
  UserSignedIn,
  VerificationAsked,
} from './contract/identity-events';
export { EmailTaken } from './contract/refusals';
export { CreateUser, EnsureFirstAdmin, EraseUser, ForgetFarewell } from './contract/user-commands';
export {
  GetAddress,
  GetFarewell,
  GetPasswordLetter,
  GetUser,
  GetUserByEmail,
  GetVerificationLetter,
  GetVerifiedEmail,
} from './contract/user-queries';
export type { Farewell, Letter } from './contract/user-queries';
export type { AccountRole, UserView } from './contract/user-view';
export { IdentityModule } from './identity.module';
