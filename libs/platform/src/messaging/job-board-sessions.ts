import { createHash, randomBytes } from 'node:crypto';
import { InjectQueue } from '@nestjs/bull';
import { Injectable } from '@nestjs/common';
import type { Queue } from 'bull';
import { Config } from '../config/config';
import { NotReady } from '../observability/health';
import { within } from '../state/within';
import { queueNames } from './bull-jobs';

const answerWithinMs = 2_000;

/**
 * Who may look at the job board with a browser, which cannot send a bearer token by itself. The token of a session opens nothing but the board. Redis keeps
 * its hash, as there is no board without Redis; when it is flushed, admins sign in again.
 */
@Injectable()
export class JobBoardSessions {
  /** How long a session lasts, in seconds: as long as an access token. */
  static readonly lastsSeconds = 15 * 60;

  constructor(
    @InjectQueue(queueNames.event) private readonly queue: Queue,
    private readonly config: Config,
  ) {}

  /** Begins a session and answers its token. */
  async begin(): Promise<string> {
    const token = randomBytes(32).toString('base64url');
    await this.ask((redis) => redis.set(this.keyOf(token), '1', 'EX', JobBoardSessions.lastsSeconds));
    return token;
  }

  /** Whether a session with that token was begun and is not over. */
  async isOpen(token: string): Promise<boolean> {
    return (await this.ask((redis) => redis.exists(this.keyOf(token)))) === 1;
  }

  private async ask<T>(command: (redis: Queue['client']) => Promise<T>): Promise<T> {
    const { client } = this.queue;
    // Without a connection the client would keep the command until there is one.
    if (client.status !== 'ready') throw new NotReady({ part: 'queue' });
    return within(answerWithinMs, command(client)).catch(() => Promise.reject(new NotReady({ part: 'queue' })));
  }

  private keyOf(token: string): string {
    return `${this.config.REDIS_PREFIX}:board:${createHash('sha256').update(token).digest('base64url')}`;
  }
}
