import { Body, Controller, Header, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { ClientAddress, Operation, OutsideTransaction, Public, TooManyRequests, Unauthenticated } from '@cartwright/platform';
import { EmailTaken, InvalidCredentials, InvalidRefreshToken } from '../contract/refusals';
import { LogIn } from '../usecases/log-in';
import { LogOut } from '../usecases/log-out';
import { RefreshSession } from '../usecases/refresh-session';
import { Register } from '../usecases/register';
import { StartGuestSession } from '../usecases/start-guest-session';
import { GuestSessionDto, LogInDto, LogOutDto, RefreshDto, RegisterDto, SessionDto, UserSessionDto } from './auth.dto';
import { CurrentSession } from './current-session';
import type { SessionCaller } from './jwt.strategy';

const joins =
  "Send a guest's access token along, and the guest's cart joins the account's; a token that has expired is refused, lest the cart stay behind.";
const ordersJoin = ' What was ordered as a guest with an email that the account has verified (`email/verify`) joins it, too.';

@ApiTags('Sign in')
@Controller('auth')
@Public()
@ApiBearerAuth()
export class AuthController {
  constructor(private readonly commands: CommandBus) {}

  @Post('register')
  @Public({ badToken: 'refused' })
  @OutsideTransaction('a second registration of an address is refused; hashing takes too long for a transaction')
  @Header('Cache-Control', 'no-store')
  @Operation({
    summary: 'Make an account',
    description: joins,
    status: 201,
    answers: UserSessionDto,
    refuses: [EmailTaken, TooManyRequests, Unauthenticated],
    example: { name: 'Ada Lovelace', email: 'ada@example.com', password: 'correct horse battery' },
  })
  async register(
    @Body() body: RegisterDto,
    @ClientAddress() client: string,
    @CurrentSession() caller?: SessionCaller,
  ): Promise<UserSessionDto> {
    const { name, email, password } = body;
    return UserSessionDto.of(await this.commands.execute(new Register({ name, email, password, client, guestId: guestOf(caller) })));
  }

  @Post('login')
  @Public({ badToken: 'refused' })
  @OutsideTransaction('who logs in twice has two sessions; hashing takes too long for a transaction')
  @Header('Cache-Control', 'no-store')
  @Operation({
    summary: 'Log in',
    description: joins + ordersJoin,
    answers: UserSessionDto,
    refuses: [InvalidCredentials, TooManyRequests, Unauthenticated],
    example: { email: 'ada@example.com', password: 'correct horse battery' },
  })
  async login(@Body() body: LogInDto, @ClientAddress() client: string, @CurrentSession() caller?: SessionCaller): Promise<UserSessionDto> {
    const { email, password } = body;
    return UserSessionDto.of(await this.commands.execute(new LogIn({ email, password, client, guestId: guestOf(caller) })));
  }

  @Post('guest')
  @Header('Cache-Control', 'no-store')
  @Operation({
    summary: 'Begin as a guest, without an account',
    description: "A guest has a cart and can order. Logging in or registering with the guest's token takes the cart along.",
    status: 201,
    answers: GuestSessionDto,
  })
  async startGuestSession(): Promise<GuestSessionDto> {
    return GuestSessionDto.of(await this.commands.execute(new StartGuestSession()));
  }

  @Post('refresh')
  @Header('Cache-Control', 'no-store')
  @Operation({
    summary: 'Exchange a refresh token for new tokens',
    description:
      'Each refresh token is good for one use. When one is used twice, somebody else may have it: the whole session ends, and everybody has to log in again.',
    answers: SessionDto,
    refuses: [InvalidRefreshToken],
    example: { refreshToken: 'the refreshToken of the answer before' },
  })
  async refreshSession(@Body() body: RefreshDto): Promise<SessionDto> {
    return SessionDto.of(await this.commands.execute(new RefreshSession({ refreshToken: body.refreshToken })));
  }

  @Post('logout')
  @Operation({
    summary: 'End the session',
    description: "The access token's session, the refresh token's, or both. An access token that is already out lives until it expires.",
    status: 204,
    refuses: [Unauthenticated],
  })
  async logout(@Body() body: LogOutDto, @CurrentSession() caller?: SessionCaller): Promise<void> {
    if (!caller && !body.refreshToken) throw new Unauthenticated({ reason: 'Send the access token or the refresh token of the session.' });
    await this.commands.execute(new LogOut({ sessionId: caller?.sessionId, refreshToken: body.refreshToken }));
  }
}

function guestOf(caller: SessionCaller | undefined): string | undefined {
  return caller?.kind === 'guest' ? caller.id : undefined;
}
