import { Controller, Header, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Config } from '../config/config';
import { Allow } from '../http/access';
import { boardCookie, boardPath } from './job-board';
import { JobBoardSessions } from './job-board-sessions';

/** Gives an admin's browser what it needs to show the job board. It is no part of the API: programs ask for `admin/jobs/failed` and `/metrics`. */
@ApiExcludeController()
@Allow('admin')
@Controller('admin/jobs/board')
export class JobBoardController {
  constructor(
    private readonly sessions: JobBoardSessions,
    private readonly config: Config,
  ) {}

  @Post()
  @HttpCode(204)
  @Header('Cache-Control', 'no-store')
  async openJobBoard(@Req() { protocol }: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    const token = await this.sessions.begin();
    const secure = protocol === 'https' || this.config.PUBLIC_URL?.startsWith('https:') ? '; Secure' : '';
    const rules = `Path=${boardPath}; Max-Age=${JobBoardSessions.lastsSeconds}; HttpOnly; SameSite=Strict${secure}`;
    void reply.header('Set-Cookie', `${boardCookie}=${token}; ${rules}`);
  }
}
