import { HttpException } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { sendProblem } from './problem.filter';
import { takesUpload } from './upload';

export interface Patience {
  /** How long the body of a request may take to come, in milliseconds. */
  readonly bodyMs: number;
  /** The same where the body is an upload. */
  readonly uploadMs: number;
}

/** Once a request is answered whose body has not come to its end, its sender has so long to notice. */
const lingerMs = 5_000;

/**
 * Gives up requests whose bodies come too slowly, which Node can tell for a whole server only; and hangs up on senders that go on sending after they were answered: not at once, as
 * a connection that is closed while something comes takes the answer with it.
 */
export function watchBodies(server: FastifyInstance, { bodyMs, uploadMs }: Patience): void {
  server.addHook('onRequest', (request, reply, done) => {
    done();
    const { raw } = request;
    if (raw.complete || reply.sent || !hasBody(request)) return;
    const tooSlow = (): void => {
      if (raw.complete || reply.sent) return;
      sendProblem(new HttpException('The request did not come in time.', 408), request, reply);
    };
    const clock = setTimeout(tooSlow, takesUpload(request) ? uploadMs : bodyMs).unref();
    reply.raw.once('close', () => clearTimeout(clock));
  });
  server.addHook('onResponse', (request, _reply, done) => {
    done();
    const { raw } = request;
    if (raw.complete || raw.destroyed) return;
    const cut = setTimeout(() => raw.socket.destroy(), lingerMs).unref();
    raw.socket.once('close', () => clearTimeout(cut));
    raw.once('end', () => clearTimeout(cut));
    raw.resume();
  });
}

function hasBody({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
}
