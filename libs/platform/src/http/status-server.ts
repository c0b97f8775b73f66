import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { INestApplicationContext } from '@nestjs/common';
import { Config } from '../config/config';
import { Health } from '../observability/health';
import { Metrics } from '../observability/metrics';
import { mayReadMetrics } from '../observability/metrics-access';
import { Forbidden, NotFound, toProblem } from './problem';

export interface StatusServer {
  /** `http://host:port`, without a slash at the end. */
  readonly url: string;
  stop(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** Answers `/health/*` and `/metrics` for a program that serves no API, at `HOST` and `METRICS_PORT`. */
export async function serveStatus(app: INestApplicationContext): Promise<StatusServer> {
  const { HOST: host, METRICS_PORT: port } = app.get(Config);
  const server = createServer((request, response) => void respond(app, request, response));
  server.listen(port, host);
  await once(server, 'listening');
  const stop = async (): Promise<void> => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  const { address, port: taken } = server.address() as AddressInfo;
  return { url: `http://${address.includes(':') ? `[${address}]` : address}:${taken}`, stop };
}

async function respond(app: INestApplicationContext, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { status, type, body } = await answer(app, request).catch(refused);
  response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store' }).end(body);
}

async function answer(app: INestApplicationContext, request: IncomingMessage): Promise<Answer> {
  const path = (request.url ?? '').split('?')[0] ?? '';
  const health = app.get(Health);
  if (path === '/metrics') {
    if (!mayReadMetrics(request, app.get(Config))) throw new Forbidden({});
    return { status: 200, type: 'text/plain; version=0.0.4; charset=utf-8', body: await app.get(Metrics).text() };
  }
  if (path === '/health/ready') await health.checkReady();
  else if (path === '/health/startup') health.checkStarted();
  else if (path !== '/health/live') throw new NotFound({ path });
  return { status: 200, type: 'application/json; charset=utf-8', body: '{"status":"ok"}' };
}

function refused(error: unknown): Answer {
  const problem = toProblem(error);
  return { status: problem.status, type: 'application/problem+json; charset=utf-8', body: JSON.stringify(problem) };
}
