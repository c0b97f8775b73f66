// Tries to make the embedded database lose what it acknowledged:
//
//     npm run torture:db -- --kills 500         kill -9 under load
//     npm run torture:db -- --power-cuts 300    what was not synced is lost, wholly or in part (needs Linux and strace)
//
// Ends with code 1 at the first violation, whose folder is then left to be looked at.
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { transformFileSync } from '@swc/core';

const { values } = parseArgs({
  options: {
    kills: { type: 'string' },
    'power-cuts': { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    // What the recorded process of a power cut is started with.
    record: { type: 'string' },
  },
});

const require = createRequire(import.meta.url);
const options = { swcrc: false, module: { type: 'commonjs' }, jsc: { target: 'es2023', parser: { syntax: 'typescript' } } };
require.extensions['.ts'] = (module, file) => module._compile(transformFileSync(file, options).code, file);
const load = (name) => require(`../libs/embedded-mongodb/test/${name}.ts`);

const startedAt = Date.now();
const seconds = () => Math.round((Date.now() - startedAt) / 1000);
const seed = Number(values.seed);

if (values.record) await load('torture/recorded-load').runRecordedLoad(JSON.parse(values.record));
else await main();

async function main() {
  console.log(`Seed ${seed}.`);
  try {
    if (values.kills) await kill(Number(values.kills));
    if (values['power-cuts']) await cut(Number(values['power-cuts']));
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}

async function kill(kills) {
  const library = load('compiled').compiledLibrary();
  const onProgress = (report) => report.kills % 50 === 0 && console.log(`${report.kills} kills, ${seconds()} s`);
  try {
    print(await load('torture/kills').killUnderLoad({ library: library.folder, kills, seed, onProgress }));
  } finally {
    library.remove();
  }
}

async function cut(cuts) {
  const program = [process.execPath, fileURLToPath(import.meta.url), '--record'];
  const onProgress = (report) => report.cuts % 50 === 0 && console.log(`${report.cuts} power cuts, ${seconds()} s`);
  print(await load('torture/power-cuts').cutPower({ cuts, seed, program, onProgress }));
}

function print(report) {
  console.log(`${JSON.stringify(report)} in ${seconds()} s, no violation`);
}
