import { randomUUID } from 'node:crypto';
import { Logger, MethodNotAllowedException, RequestMethod, type DynamicModule, type INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger as Pino } from 'pino';
import type { Config } from '../config/config';
import { currentContext, inContext, type WorkContext } from '../observability/context';
import { serveJobBoard } from '../messaging/job-board';
import { EventLoop } from '../observability/event-loop';
import { Health, Stopping } from '../observability/health';
import { createLog, NestLog } from '../observability/logger';
import { Metrics } from '../observability/metrics';
import { SharedState } from '../state/shared-state';
import { createIndexes } from '../store/indexes';
import { readJsonBody } from './json-body';
import { namesOfResponseHeaders } from './api-headers';
import { Overload, Overloaded } from './overload';
import { UnsupportedApiVersion } from './problem';
import { sendProblem } from './problem.filter';
import { parseQueryString } from './query-string';
import { rateLimitHook } from './rate-limit';
import { RouteTable } from './route-table';
import { answerUnreadable } from './unreadable';
import { watchBodies } from './slow-bodies';
import { passUploads } from './upload';
import { checkUrl } from './url';
import { varyBy } from './vary';

const bodyLimit = 1024 * 1024;
/** How long a request may take to come, and one that brings an upload. */
const patience = { bodyMs: 60_000, uploadMs: 15 * 60_000 };
/** What routes may take instead of JSON, as an upload; each says which of them it does. */
const uploadTypes = ['application/x-ndjson', 'text/csv'];
const apiVersion = '1';
const printable = /^[\x21-\x7e]{1,128}$/;

/** The HTTP application around a root module, with every convention in place and its indexes made; not yet listening. */
export async function createHttpApplication(root: DynamicModule, config: Config): Promise<NestFastifyApplication> {
  const log = createLog(config);
  const adapter = new FastifyAdapter({
    bodyLimit,
    trustProxy: believedProxies(config.TRUST_PROXY),
    genReqId: (request: { headers: Record<string, unknown> }) => requestId(request.headers['x-request-id']),
    routerOptions: { querystringParser: parseQueryString, maxParamLength: 200 },
    requestTimeout: patience.uploadMs,
    return503OnClosing: false, // its answer is none of ours
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      sayWhoAnswers(request, reply);
      sendProblem(error, request, reply, new Logger('http'));
    },
    clientErrorHandler: answerUnreadable,
  });
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, {
    rawBody: true,
    bodyParser: false,
    logger: new NestLog(log),
    abortOnError: false,
  });
  readBodies(app);
  prefixRoutes(app);
  if (config.CORS_ORIGINS.length > 0) letBrowsersIn(app, config.CORS_ORIGINS);
  addHooks(adapter.getInstance(), app, config, log);
  if (config.REDIS_URL) await serveJobBoard(app);
  await createIndexes(app);
  return app;
}

/** Puts every route below `/api`, but for those that operators ask. */
export function prefixRoutes(app: INestApplication): void {
  app.setGlobalPrefix('api', {
    exclude: [
      { path: 'health/*path', method: RequestMethod.ALL },
      { path: 'metrics', method: RequestMethod.ALL },
    ],
  });
}

/** Of so many proxies each has appended the address that it was asked from: what stands before those was written by the client. */
function believedProxies(proxies: Config['TRUST_PROXY']): false | string[] | ((address: string, hop: number) => boolean) {
  if (typeof proxies === 'number') return (_address, hop) => hop < proxies;
  return proxies && [...proxies];
}

/** Pages of other origins may do all that the API does, and read the headers that it answers with. Tokens are sent by hand, so that no cookies are needed. */
function letBrowsersIn(app: NestFastifyApplication, origins: readonly string[]): void {
  app.enableCors({
    origin: origins.includes('*') ? true : [...origins],
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders: namesOfResponseHeaders,
    maxAge: 600,
  });
}

/** Bodies are JSON, but for those of routes that take an upload; any other type is 415. */
function readBodies(app: NestFastifyApplication): void {
  app.getHttpAdapter().getInstance().removeAllContentTypeParsers();
  app.useBodyParser('application/json', { bodyLimit }, (request, body, done) => done(null, readJsonBody(request, body)));
  passUploads(app, uploadTypes);
}

/** What every answer says. Routes whose answer is the same for everybody may allow more caching; to all others caches hold on only while they ask again. */
function sayWhoAnswers(request: FastifyRequest, reply: FastifyReply): void {
  void reply.headers({
    'X-Request-Id': request.id,
    'API-Version': apiVersion,
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'private, no-cache',
  });
  varyBy(reply, 'Authorization');
}

function addHooks(server: FastifyInstance, app: NestFastifyApplication, config: Config, log: Pino): void {
  const limit = rateLimitHook(config, app.get(SharedState));
  const [metrics, eventLoop, health] = [app.get(Metrics), app.get(EventLoop), app.get(Health)];
  const overload = new Overload({ requests: config.OVERLOAD_REQUESTS, delayMs: config.OVERLOAD_DELAY_MS }, () => eventLoop.steadyDelayMs);
  metrics.gauge('http_requests_in_flight', 'Requests under way.', () => overload.requests);
  const logger = new Logger('http');
  const routes = new RouteTable();
  const contexts = new WeakMap<FastifyRequest, WorkContext>();
  server.addHook('onRoute', (route) => routes.add(route));
  server.addHook('onRequest', (request, reply, done) => {
    sayWhoAnswers(request, reply);
    inContext({ requestId: request.id }, () => {
      contexts.set(request, currentContext());
      const admit = (): void => {
        checkApiVersion(request);
        checkUrl(request.url);
        if (request.is404) checkMethod(request, reply, routes);
        done();
      };
      const isExpected = (error: unknown): boolean => error instanceof Overloaded || error instanceof Stopping;
      const refuse = (error: unknown): void => {
        // Who comes again does so by another connection, which may lead to another process.
        if (error instanceof Stopping) void reply.header('Connection', 'close');
        sendProblem(error, request, reply, isExpected(error) ? undefined : logger);
      };
      try {
        // Operators, whose routes stand outside, are told to the end how things are.
        if ((request.routeOptions.url ?? '/api').startsWith('/api')) health.checkNotStopping();
        overload.admit(request, reply);
        const counted = limit(request, reply);
        if (counted) counted.then(admit).catch(refuse);
        else admit();
      } catch (error) {
        refuse(error);
      }
    });
  });
  watchBodies(server, patience);
  server.addHook('onResponse', (request, reply, done) => {
    metrics.request(request.method, request.routeOptions.url ?? 'none', reply.statusCode, reply.elapsedTime);
    logRequest(log, request, reply, contexts.get(request));
    done();
  });
}

/** Reads are logged at `debug`, as there are many of them; whatever may have changed something is logged at `info`. */
function logRequest(log: Pino, request: FastifyRequest, reply: FastifyReply, context?: WorkContext): void {
  const level = request.method === 'GET' || request.method === 'HEAD' ? 'debug' : 'info';
  if (!log.isLevelEnabled(level)) return;
  const path = request.url.split('?')[0];
  log[level](
    { ...context, requestId: request.id, method: request.method, path, status: reply.statusCode, ms: Math.round(reply.elapsedTime) },
    'request',
  );
}

function checkApiVersion(request: FastifyRequest): void {
  const asked = request.headers['api-version'];
  if (asked !== undefined && asked !== apiVersion) throw new UnsupportedApiVersion({ asked: String(asked) });
}

/** A path that exists, asked with a method that it does not take (RFC 9110, 15.5.6). */
function checkMethod(request: FastifyRequest, reply: FastifyReply, routes: RouteTable): void {
  const methods = routes.methodsOf(request.url.split('?')[0] ?? '');
  if (methods.length === 0) return;
  void reply.header('Allow', methods.join(', '));
  throw new MethodNotAllowedException(`This path takes ${methods.join(', ')}.`);
}

function requestId(given: unknown): string {
  return typeof given === 'string' && printable.test(given) ? given : randomUUID();
}
