import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { asText, describeApi } from './api-document';

test('docs/openapi.json is what the decorators say', async () => {
  const kept = readFileSync(join(__dirname, '../../../docs/openapi.json'), 'utf8');
  if (kept !== asText(await describeApi()))
    throw new Error('docs/openapi.json is out of date: run `npm run openapi`, and look at what changed.');
});
