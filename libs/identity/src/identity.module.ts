import { Module } from '@nestjs/common';
import { JwtModule } from '@nestjs/jwt';
import { MongooseModule } from '@nestjs/mongoose';
import { Config } from '@cartwright/platform';
import { AddressesController } from './http/addresses.controller';
import { AuthController } from './http/auth.controller';
import { JwtStrategy } from './http/jwt.strategy';
import { LettersController } from './http/letters.controller';
import { PersonalDataController } from './http/personal-data.controller';
import { ProfileController } from './http/profile.controller';
import { UsersController } from './http/users.controller';
import { ErasureStore, erasureSchema } from './store/erasure.store';
import { SessionStore, sessionSchema } from './store/session.store';
import { tokenSecret } from './store/token-secret';
import { UserStore, userSchema } from './store/user.store';
import { AccessTokens, TokenSecret } from './usecases/access-tokens';
import { ChangePasswordHandler } from './usecases/change-password';
import { ChangeProfileHandler } from './usecases/change-profile';
import { ChangeRolesHandler } from './usecases/change-roles';
import { CreateUserHandler } from './usecases/create-user';
import { EnsureFirstAdminHandler } from './usecases/ensure-first-admin';
import { EndOfAccounts, EraseAccountHandler, EraseUserHandler } from './usecases/erase-account';
import { Erasures, ForgetFarewellHandler, GetFarewellHandler } from './usecases/erasures';
import { ExportPersonalDataHandler } from './usecases/export-personal-data';
import { FailedAttempts } from './usecases/failed-attempts';
import { TakenAddresses } from './usecases/taken-addresses';
import { GetAccountHandler } from './usecases/get-account';
import { GetAddressHandler } from './usecases/get-address';
import { GetAddressBookHandler } from './usecases/get-address-book';
import { GetUserHandler } from './usecases/get-user';
import { GetUserByEmailHandler } from './usecases/get-user-by-email';
import { GetVerifiedEmailHandler } from './usecases/get-verified-email';
import { ListUsersHandler } from './usecases/list-users';
import { LetterTokens } from './usecases/letter-tokens';
import { LookUpAccountHandler } from './usecases/look-up-account';
import { LogInHandler } from './usecases/log-in';
import { LogOutHandler } from './usecases/log-out';
import { OwnAccounts } from './usecases/own-account';
import { Passwords } from './usecases/passwords';
import { AccountData } from './usecases/personal-data';
import { RefreshSessionHandler } from './usecases/refresh-session';
import { RegisterHandler } from './usecases/register';
import { RemoveAddressHandler } from './usecases/remove-address';
import { AskForPasswordResetHandler, GetPasswordLetterHandler, ResetPasswordHandler } from './usecases/reset-password';
import { SaveAddressHandler } from './usecases/save-address';
import { Sessions } from './usecases/sessions';
import { SignIn } from './usecases/sign-in';
import { StartGuestSessionHandler } from './usecases/start-guest-session';
import { AskForVerificationHandler, GetVerificationLetterHandler, VerifyEmailHandler } from './usecases/verify-email';

const schemas = [
  { name: 'user', schema: userSchema },
  { name: 'session', schema: sessionSchema },
  { name: 'erasure', schema: erasureSchema },
];
const sessionHandlers = [RegisterHandler, LogInHandler, StartGuestSessionHandler, RefreshSessionHandler, LogOutHandler];
const accountHandlers = [
  GetAccountHandler,
  LookUpAccountHandler,
  ChangeProfileHandler,
  ChangePasswordHandler,
  GetAddressBookHandler,
  SaveAddressHandler,
  RemoveAddressHandler,
  ExportPersonalDataHandler,
  EraseAccountHandler,
];
const letterHandlers = [
  AskForPasswordResetHandler,
  AskForVerificationHandler,
  ResetPasswordHandler,
  VerifyEmailHandler,
  ForgetFarewellHandler,
];
const adminHandlers = [ListUsersHandler, ChangeRolesHandler, CreateUserHandler, EnsureFirstAdminHandler, EraseUserHandler];
const letterQueries = [GetPasswordLetterHandler, GetVerificationLetterHandler, GetFarewellHandler];
const doorQueries = [GetUserHandler, GetUserByEmailHandler, GetVerifiedEmailHandler, GetAddressHandler, ...letterQueries];

/** Who somebody is: accounts, guests, sessions, roles, addresses. */
@Module({
  imports: [MongooseModule.forFeature(schemas), JwtModule.register({})],
  controllers: [AuthController, LettersController, ProfileController, PersonalDataController, AddressesController, UsersController],
  providers: [
    { provide: TokenSecret, inject: [Config], useFactory: tokenSecret },
    JwtStrategy,
    AccessTokens,
    LetterTokens,
    Passwords,
    FailedAttempts,
    TakenAddresses,
    Sessions,
    SignIn,
    OwnAccounts,
    EndOfAccounts,
    AccountData,
    UserStore,
    SessionStore,
    ErasureStore,
    Erasures,
    ...sessionHandlers,
    ...accountHandlers,
    ...letterHandlers,
    ...adminHandlers,
    ...doorQueries,
  ],
})
export class IdentityModule {}
