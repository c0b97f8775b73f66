import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Sessions } from './sessions';

/** Ends sessions: the access token's, the refresh token's, or both. What has ended already stays so. */
export class LogOut extends Command<void> {
  constructor(readonly input: { readonly sessionId: string | undefined; readonly refreshToken: string | undefined }) {
    super();
  }
}

@CommandHandler(LogOut)
export class LogOutHandler implements ICommandHandler<LogOut> {
  constructor(private readonly sessions: Sessions) {}

  async execute({ input: { sessionId, refreshToken } }: LogOut): Promise<void> {
    if (sessionId) await this.sessions.end(sessionId);
    if (refreshToken) await this.sessions.endByToken(refreshToken);
  }
}
