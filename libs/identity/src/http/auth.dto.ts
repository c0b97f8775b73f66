import { ApiProperty } from '@nestjs/swagger';
import { Email, Id, OneOf, SecretText, Text, Whole } from '@cartwright/platform';
import { longestName, passwordLength } from '../contract/account-rules';
import type { Tokens } from '../usecases/sessions';
import type { SignedIn } from '../usecases/sign-in';
import type { GuestSession } from '../usecases/start-guest-session';
import { AccountDto } from './account.dto';

export class RegisterDto {
  @Text({ max: longestName, example: 'Ada Lovelace' })
  name!: string;
  @Email()
  email!: string;
  @SecretText({ ...passwordLength, description: 'Any characters.' })
  password!: string;
}

export class LogInDto {
  @Email()
  email!: string;
  @SecretText({ min: 1, max: passwordLength.max })
  password!: string;
}

export class RefreshDto {
  @SecretText({ min: 1, max: 2000, description: 'Good for one use; used again, it ends the whole session.' })
  refreshToken!: string;
}

export class LogOutDto {
  @SecretText({ min: 1, max: 2000, optional: true, description: 'For clients whose access token has expired.' })
  refreshToken?: string;
}

export class ForgotPasswordDto {
  @Email()
  email!: string;
}

const letterToken = { min: 1, max: 2000, description: 'As it stands in the letter.' } as const;

export class ResetPasswordDto {
  @SecretText(letterToken)
  token!: string;
  @SecretText({ ...passwordLength, description: 'Any characters.' })
  newPassword!: string;
}

export class VerifyEmailDto {
  @SecretText(letterToken)
  token!: string;
}

class TokensDto {
  @Text({ max: 2000, description: 'Send it as `Authorization: Bearer ...`.' })
  accessToken!: string;
  @Text({ max: 2000, description: 'Exchange it at /api/auth/refresh.' })
  refreshToken!: string;
  @OneOf(['Bearer'])
  tokenType!: 'Bearer';
  @Whole({ description: 'Seconds that the access token lives.', example: 900 })
  expiresIn!: number;

  static from({ accessToken, refreshToken, expiresIn }: Tokens): TokensDto {
    return { accessToken, refreshToken, tokenType: 'Bearer', expiresIn };
  }
}

export class UserSessionDto extends TokensDto {
  @ApiProperty({ type: AccountDto })
  user!: AccountDto;

  static of({ user, tokens }: SignedIn): UserSessionDto {
    return { user: AccountDto.of(user), ...TokensDto.from(tokens) };
  }
}

export class GuestSessionDto extends TokensDto {
  @Id()
  guestId!: string;

  static of({ guestId, tokens }: GuestSession): GuestSessionDto {
    return { guestId, ...TokensDto.from(tokens) };
  }
}

export class SessionDto extends TokensDto {
  @ApiProperty({ type: AccountDto, required: false, description: 'In the session of an account.' })
  user?: AccountDto;
  @Id({ optional: true, description: 'In the session of a guest.' })
  guestId?: string;

  static of(session: SignedIn | GuestSession): SessionDto {
    return 'user' in session ? UserSessionDto.of(session) : GuestSessionDto.of(session);
  }
}
