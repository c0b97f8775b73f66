import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { asText, describeApi, previewShop } from './api-document';

const kept = readFileSync(join(__dirname, '../../../docs/openapi.json'), 'utf8');

test('docs/openapi.json is what the decorators say', async () => {
  if (kept !== asText(await describeApi()))
    throw new Error('docs/openapi.json is out of date: run `npm run openapi`, and look at what changed.');
});

test('the server has the routes that the document has, and no others', async () => {
  const { paths } = JSON.parse(kept) as { paths: Record<string, object> };
  const documented = Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`));
  const app = await previewShop();
  const routes: string[] = [];
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRoute', ({ method, url }) => {
      for (const one of [method].flat()) if (one !== 'HEAD') routes.push(`${one.toLowerCase()} ${url.replace(/:(\w+)/g, '{$1}')}`);
    });
  await app.init();
  await app.close();
  expect([...new Set(routes)].sort()).toEqual(documented.sort());
});
