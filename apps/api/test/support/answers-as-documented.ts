import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { Conformance, type Exchange } from './conformance';

/* Holds every answer that a story gets of a shop against docs/openapi.json, whoever sends the request: a story's client, the SDK, or a bare `fetch`. */

const exchanges: Exchange[] = [];
const send = globalThis.fetch;
let conformance: Conformance | undefined;

globalThis.fetch = async (input, init) => {
  const response = await send(input, init);
  const { pathname, search } = new URL(input instanceof Request ? input.url : input);
  if (/^\/(api|health|metrics)(\/|$)/.test(pathname)) {
    const method = init?.method ?? (input instanceof Request ? input.method : 'GET');
    const { status, headers } = response;
    // Said by the port in front of a cluster, which is not the shop, when nobody behind it is there any more.
    if (status === 502 && !headers.has('x-request-id')) return response;
    exchanges.push({ method, path: pathname + search, status, headers, text: await response.clone().text() });
  }
  return response;
};

// Not while the story goes on: schemas are compiled in one go, in which connections would come to their end without the story's noticing it.
afterEach(async () => {
  conformance ??= new Conformance(JSON.parse(readFileSync(join(__dirname, '../../../../docs/openapi.json'), 'utf8')));
  const found = new Set<string>();
  for (const exchange of exchanges.splice(0)) {
    const mistake = conformance.mistake(exchange);
    if (mistake) found.add(mistake);
  }
  await setImmediate();
  if (found.size > 0) throw new Error(`Answers differ from docs/openapi.json:\n${[...found].slice(0, 30).join('\n')}`);
});
