import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Conformance } from './conformance';

/* Holds every answer that a story gets of a shop against docs/openapi.json, whoever sends the request: a story's client, the SDK, or a bare `fetch`. */

const mistakes: string[] = [];
const send = globalThis.fetch;
let conformance: Conformance | undefined;

globalThis.fetch = async (input, init) => {
  const response = await send(input, init);
  const url = new URL(input instanceof Request ? input.url : input);
  if (/^\/(api|health|metrics)(\/|$)/.test(url.pathname))
    await hold(url, init?.method ?? (input instanceof Request ? input.method : 'GET'), response);
  return response;
};

async function hold({ pathname, search }: URL, method: string, response: Response): Promise<void> {
  conformance ??= new Conformance(JSON.parse(readFileSync(join(__dirname, '../../../../docs/openapi.json'), 'utf8')));
  const { status, headers } = response;
  const text = await response.clone().text();
  const mistake = conformance.mistake({ method, path: pathname + search, status, headers, text });
  if (mistake) mistakes.push(mistake);
}

// A story may expect requests to fail, so what is wrong is not thrown where it is found.
afterEach(() => {
  const found = [...new Set(mistakes.splice(0))];
  if (found.length > 0) throw new Error(`Answers differ from docs/openapi.json:\n${found.slice(0, 30).join('\n')}`);
});
