import { createHash } from 'node:crypto';
import { Logger, MethodNotAllowedException } from '@nestjs/common';
import { getQueueToken } from '@nestjs/bull';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Queue } from 'bull';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Unauthenticated } from '../http/problem';
import { sendProblem } from '../http/problem.filter';
import { queueNames } from './bull-jobs';
import { signInPage, signInScript } from './job-board-sign-in';
import { JobBoardSessions } from './job-board-sessions';

export const boardPath = '/api/admin/jobs/board';
export const boardCookie = 'cartwright_board';

/** The board's own scripts and nobody else's. Its styles are set on elements, too; fonts from elsewhere it does without. */
const boardPolicy = policy(
  `script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'`,
);
const signInPolicy = policy(`script-src ${hashOf(signInScript)}; style-src 'unsafe-inline'; connect-src 'self'`);

/**
 * Shows Bull's board of the queues at {@link boardPath}, to admins: only who has the cookie of an open session gets to any of it. It shows and changes
 * nothing, as jobs are mere wake-ups: what can be done about what failed, `admin/jobs/failed` does.
 */
export async function serveJobBoard(app: NestFastifyApplication): Promise<void> {
  const [{ createBullBoard }, { BullAdapter }, { FastifyAdapter }] = await Promise.all([
    import('@bull-board/api'),
    import('@bull-board/api/bullAdapter'),
    import('@bull-board/fastify'),
  ]);
  const sessions = app.get(JobBoardSessions);
  const queues = Object.values(queueNames).map((name) => new BullAdapter(app.get<Queue>(getQueueToken(name)), { readOnlyMode: true }));
  const serverAdapter = new FastifyAdapter().setBasePath(boardPath);
  createBullBoard({ queues, serverAdapter, options: { uiConfig: { boardTitle: 'Jobs', hideDocsLink: true } } });
  const logger = new Logger('http');
  await app
    .getHttpAdapter()
    .getInstance()
    .register(
      async (board) => {
        board.addHook('onRequest', async (request, reply) => {
          try {
            await admit(sessions, request, reply);
          } catch (error) {
            sendProblem(error, request, reply, logger); // the board's own handler of errors does not know ours
          }
          return reply.sent ? reply : undefined;
        });
        await board.register(serverAdapter.registerPlugin());
      },
      { prefix: boardPath },
    );
}

async function admit(sessions: JobBoardSessions, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  void reply.headers({ 'Content-Security-Policy': boardPolicy, 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' });
  const token = tokenOf(request);
  if (!token || !(await sessions.isOpen(token))) askToSignIn(request, reply);
  else if (request.method !== 'GET' && request.method !== 'HEAD') throw new MethodNotAllowedException('The job board changes nothing.');
}

/** A browser that opens a page gets a form; the board's own requests, and programs, get a problem document. */
function askToSignIn(request: FastifyRequest, reply: FastifyReply): void {
  if (!request.headers.accept?.includes('text/html'))
    throw new Unauthenticated({ reason: `POST ${boardPath} with an admin's access token.` });
  void reply.code(401).header('Content-Security-Policy', signInPolicy).type('text/html; charset=utf-8').send(signInPage);
}

function tokenOf({ headers }: FastifyRequest): string | undefined {
  const cookies = (headers.cookie ?? '').split(/; */);
  return cookies.find((cookie) => cookie.startsWith(`${boardCookie}=`))?.slice(boardCookie.length + 1);
}

function policy(allowed: string): string {
  return `default-src 'none'; ${allowed}; base-uri 'self'; form-action 'none'; frame-ancestors 'none'`;
}

function hashOf(script: string): string {
  return `'sha256-${createHash('sha256').update(script).digest('base64')}'`;
}
