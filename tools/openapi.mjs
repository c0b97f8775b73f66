// Writes docs/openapi.json anew, from the decorators of the built program.
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);
require('reflect-metadata');
const { asText, describeApi } = require(join(root, 'dist/apps/api/src/api-document.js'));

writeFileSync(join(root, 'docs/openapi.json'), asText(await describeApi()));
