import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Outgoing } from './api';
import type { Incoming } from './dialect';

/** Thrown when another server already listens on the port. */
export class SandboxPortInUse extends Error {
  constructor(
    readonly host: string,
    readonly port: number,
  ) {
    super(`The payment sandbox cannot listen on ${host}:${port}: the port is in use. Choose another, or 0 for any free one.`);
    this.name = 'SandboxPortInUse';
  }
}

export type Responder = (call: Incoming, remoteAddress: string) => Promise<Outgoing>;

const LARGEST_BODY = 1_000_000;

/** Reads calls from the wire and writes answers to it, or spoils them on request. */
export function createHttpServer(respond: Responder): Server {
  const server = createServer((request, response) => {
    readBody(request, (body) => {
      if (body === undefined) {
        response
          .writeHead(413, { 'content-type': 'application/json', connection: 'close' })
          .end('{"error":{"type":"invalid_request_error","message":"The request is too large."}}');
        return;
      }
      const [path = '/', query = ''] = (request.url ?? '/').split('?', 2);
      const call = { method: request.method ?? 'GET', path, query, body, headers: request.headers };
      void respond(call, request.socket.remoteAddress ?? '').then((answer) => write(response, answer));
    });
  });
  server.keepAliveTimeout = 65_000;
  return server;
}

/** Resolves with the port that was bound. */
export function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(error.code === 'EADDRINUSE' ? new SandboxPortInUse(host, port) : error));
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}

function readBody(request: IncomingMessage, done: (body: string | undefined) => void): void {
  if (request.method === 'GET') {
    request.resume();
    done('');
    return;
  }
  const chunks: Buffer[] = [];
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= LARGEST_BODY) chunks.push(chunk);
  });
  request.on('end', () => done(size > LARGEST_BODY ? undefined : Buffer.concat(chunks).toString('utf8')));
}

function write(response: ServerResponse, { status, headers, body, spoilt }: Outgoing): void {
  const { socket } = response;
  // Nothing is written: the caller waits until it gives up.
  if (spoilt === 'timeout') return;
  if (spoilt === 'reset') {
    socket?.resetAndDestroy();
    return;
  }
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  if (spoilt === 'truncated') {
    response.write(body.slice(0, Math.floor(body.length / 2)), () => socket?.destroy());
    return;
  }
  response.end(body);
}
