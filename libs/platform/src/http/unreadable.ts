import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { HttpException } from '@nestjs/common';
import { toProblem } from './problem';

/** Answers on the socket what never became a request: headers that are too long or come too slowly, or something that is not HTTP. */
export function answerUnreadable(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const problem = { ...toProblem(refusalOf(error.code)), requestId: randomUUID() };
  const body = JSON.stringify(problem);
  const headers = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    'Content-Type: application/problem+json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${problem.requestId}`,
    'Connection: close',
  ];
  socket.end(`${headers.join('\r\n')}\r\n\r\n${body}`);
}

function refusalOf(code: string | undefined): HttpException {
  if (code === 'HPE_HEADER_OVERFLOW') return new HttpException('The URL and the headers are longer than 16 KiB together.', 431);
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new HttpException('The request did not come in time.', 408);
  return new HttpException('This is not HTTP.', 400);
}
