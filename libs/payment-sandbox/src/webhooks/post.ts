import http from 'node:http';
import https from 'node:https';

const agents = {
  'http:': new http.Agent({ keepAlive: true, maxSockets: 16 }),
  'https:': new https.Agent({ keepAlive: true, maxSockets: 16 }),
};
const TIMEOUT_MS = 10_000;

/** Posts JSON and resolves with the status, or 0 when there was no answer. */
export function postJson(target: string, body: string, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<number> {
  return new Promise((resolve) => {
    const url = new URL(target);
    const secure = url.protocol === 'https:';
    const options = {
      method: 'POST',
      agent: secure ? agents['https:'] : agents['http:'],
      signal,
      headers: { ...headers, 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(body) },
    };
    const request = (secure ? https : http).request(url, options, (response) => {
      response.resume();
      response.on('close', () => resolve(response.complete ? (response.statusCode ?? 0) : 0));
    });
    request.setTimeout(TIMEOUT_MS, () => request.destroy());
    request.on('error', () => resolve(0));
    request.end(body);
  });
}
