import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { newId } from '@cartwright/kernel';
import { Sessions, type Tokens } from './sessions';

/** A guest's session: a `guestId` and tokens, and nothing else anywhere. */
export interface GuestSession {
  readonly guestId: string;
  readonly tokens: Tokens;
}

export class StartGuestSession extends Command<GuestSession> {}

@CommandHandler(StartGuestSession)
export class StartGuestSessionHandler implements ICommandHandler<StartGuestSession> {
  constructor(private readonly sessions: Sessions) {}

  async execute(): Promise<GuestSession> {
    const guestId = newId();
    return { guestId, tokens: await this.sessions.open({ kind: 'guest', id: guestId, roles: ['guest'] }, 0) };
  }
}
