import { Body, Controller, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { Operation, OutsideTransaction, Public, TooManyRequests } from '@cartwright/platform';
import { InvalidLetterToken } from '../contract/refusals';
import { AskForPasswordReset, ResetPassword } from '../usecases/reset-password';
import { VerifyEmail } from '../usecases/verify-email';
import { ForgotPasswordDto, ResetPasswordDto, VerifyEmailDto } from './auth.dto';

/** As it stands in examples. */
const token = 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI2NTY1In0.7n1kV0';

/** What somebody proves by reading their mail. */
@ApiTags('Sign in')
@Controller('auth')
@Public()
export class LettersController {
  constructor(private readonly commands: CommandBus) {}

  @Post('password/forgot')
  @OutsideTransaction('asking twice sends two letters, of which either is good')
  @Operation({
    summary: 'Ask for a letter with which another password can be chosen',
    description:
      'The answer is the same whether or not the email has an account. The letter is good for an hour; at most three an hour go to one address.',
    status: 202,
    example: { email: 'ada@example.com' },
    refuses: [TooManyRequests],
  })
  async forgotPassword(@Body() { email }: ForgotPasswordDto): Promise<void> {
    await this.commands.execute(new AskForPasswordReset({ email }));
  }

  @Post('password/reset')
  @OutsideTransaction('the token is good once; hashing takes too long for a transaction')
  @Operation({
    summary: 'Choose another password, by the token of the letter',
    description: 'All sessions of the account end. The token is good once, and no longer than the password it was asked for.',
    status: 204,
    example: { token, newPassword: 'a better horse battery' },
    refuses: [InvalidLetterToken, TooManyRequests],
  })
  async resetPassword(@Body() { token, newPassword }: ResetPasswordDto): Promise<void> {
    await this.commands.execute(new ResetPassword({ token, newPassword }));
  }

  @Post('email/verify')
  @Operation({
    summary: 'Confirm an email, by the token of the letter',
    description:
      'The letter goes out when an account is made, and when it gets another email. The token is good for three days; twice is once. What was ordered as a guest ' +
      'with this email is among the orders of the account a moment later; what is ordered so afterwards, from its next login on.',
    status: 204,
    example: { token },
    refuses: [InvalidLetterToken],
  })
  async verifyEmail(@Body() { token }: VerifyEmailDto): Promise<void> {
    await this.commands.execute(new VerifyEmail({ token }));
  }
}
