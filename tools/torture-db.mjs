// Tries to make the embedded database lose what it acknowledged: `npm run torture:db -- --kills 500`. Ends with code 1 at the first violation.
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { transformFileSync } from '@swc/core';

const { values } = parseArgs({ options: { kills: { type: 'string' }, seed: { type: 'string', default: String(Date.now() % 1_000_000) } } });

const require = createRequire(import.meta.url);
const options = { swcrc: false, module: { type: 'commonjs' }, jsc: { target: 'es2023', parser: { syntax: 'typescript' } } };
require.extensions['.ts'] = (module, file) => module._compile(transformFileSync(file, options).code, file);
const { killUnderLoad } = require('../libs/embedded-mongodb/test/torture/kills.ts');
const { compiledLibrary } = require('../libs/embedded-mongodb/test/compiled.ts');

const seed = Number(values.seed);
const startedAt = Date.now();
const library = compiledLibrary();
try {
  console.log(`Seed ${seed}.`);
  if (values.kills) {
    const onProgress = ({ kills }) => kills % 50 === 0 && console.log(`${kills} kills, ${seconds()} s`);
    print(await killUnderLoad({ library: library.folder, kills: Number(values.kills), seed, onProgress }));
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  library.remove();
}

function print(report) {
  console.log(`${JSON.stringify(report)} in ${seconds()} s, no violation`);
}

function seconds() {
  return Math.round((Date.now() - startedAt) / 1000);
}
