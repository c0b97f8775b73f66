import { Body, Controller, Get, Post, Put } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import {
  Allow,
  CurrentCaller,
  IfMatch,
  Operation,
  OutsideTransaction,
  PreconditionFailed,
  tagged,
  TooManyRequests,
  type Caller,
  StaleVersion,
} from '@cartwright/platform';
import { EmailTaken, WrongPassword } from '../contract/refusals';
import type { AccountView } from '../usecases/account-view';
import { ChangePassword } from '../usecases/change-password';
import { ChangeProfile } from '../usecases/change-profile';
import { GetAccount } from '../usecases/get-account';
import { AskForVerification } from '../usecases/verify-email';
import { AccountDto, PasswordDto, ProfileDto } from './account.dto';
import { CurrentSession } from './current-session';
import type { SessionCaller } from './jwt.strategy';

@ApiTags('Your account')
@Allow('user')
@Controller('users/me')
export class ProfileController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get('profile')
  @Operation({ summary: 'Your profile', description: 'Who the access token belongs to.', answers: AccountDto, tagged: true })
  async getProfile(@CurrentCaller() caller: Caller): Promise<AccountDto> {
    return answer(await this.queries.execute(new GetAccount({ userId: caller.id })));
  }

  @Put('profile')
  @Operation({
    summary: 'Change your name or email',
    description: 'Another email needs the current password.',
    answers: AccountDto,
    refuses: [WrongPassword, EmailTaken, PreconditionFailed, TooManyRequests, StaleVersion],
    tagged: true,
    example: { name: 'Ada King' },
  })
  async changeProfile(@CurrentCaller() caller: Caller, @Body() body: ProfileDto, @IfMatch() expectedVersion?: number): Promise<AccountDto> {
    const { name, email, currentPassword } = body;
    const input = { userId: caller.id, expectedVersion, name, email, currentPassword };
    return answer(await this.commands.execute(new ChangeProfile(input)));
  }

  @Post('email/verification')
  @OutsideTransaction('asking twice sends two letters, of which either is good')
  @Operation({
    summary: 'Ask for another letter that confirms your email',
    description:
      'One goes out by itself when an account is made, and when it gets another email. Nothing is sent for an email that is confirmed; at most three an hour.',
    status: 202,
    refuses: [TooManyRequests],
  })
  async askForVerification(@CurrentCaller() caller: Caller): Promise<void> {
    await this.commands.execute(new AskForVerification({ userId: caller.id }));
  }

  @Put('password')
  @Operation({
    summary: 'Change your password; your other sessions end',
    description: 'Needs the current password. This session goes on, all others end.',
    status: 204,
    refuses: [WrongPassword, TooManyRequests, StaleVersion],
    example: { currentPassword: 'correct horse battery', newPassword: 'a longer horse and battery' },
  })
  async changePassword(@CurrentSession() caller: SessionCaller, @Body() body: PasswordDto): Promise<void> {
    const { currentPassword, newPassword } = body;
    const { id: userId, sessionId } = caller;
    await this.commands.execute(new ChangePassword({ userId, sessionId, currentPassword, newPassword }));
  }
}

function answer(account: AccountView): AccountDto {
  return tagged(AccountDto.of(account), account.version);
}
