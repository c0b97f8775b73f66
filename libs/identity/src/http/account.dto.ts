import { Email, Id, Instant, SecretText, Text, Texts } from '@cartwright/platform';
import { accountRoles, type UserView } from '../contract/user-view';
import { longestName, passwordLength } from '../contract/account-rules';
import type { AccountView } from '../usecases/account-view';

export class AccountDto {
  @Id()
  id!: string;
  @Text({ example: 'Ada Lovelace' })
  name!: string;
  @Email({ description: 'As it was typed; in whatever case it belongs to one account.' })
  email!: string;
  @Instant({ optional: true, description: 'When the owner of the account showed to read this email.' })
  emailVerifiedAt?: Date;
  @Texts({ values: accountRoles, example: ['user'] })
  roles!: string[];
  @Instant()
  createdAt!: Date;
  @Instant()
  updatedAt!: Date;

  static of({ id, name, email, emailVerifiedAt, roles, createdAt, updatedAt }: AccountView): AccountDto {
    return { id, name, email, emailVerifiedAt, roles: [...roles], createdAt, updatedAt };
  }
}

export class ProfileDto {
  @Text({ max: longestName, example: 'Ada Lovelace' })
  name!: string;
  @Email({ optional: true, description: 'Another email needs currentPassword.' })
  email?: string;
  @SecretText({ min: 1, max: passwordLength.max, optional: true })
  currentPassword?: string;
}

export class PasswordDto {
  @SecretText({ min: 1, max: passwordLength.max })
  currentPassword!: string;
  @SecretText(passwordLength)
  newPassword!: string;
}

export class RolesDto {
  @Texts({ values: accountRoles, max: 3, description: '`user` is always among them, named or not.', example: ['user', 'vendor'] })
  roles!: UserView['roles'][number][];
}
