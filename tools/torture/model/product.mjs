// The shop as it is built, loaded into this process: with a seeded bug when SEEDED_BUG names one, put into the compiled source as it is read, so that no file changes
// and the product knows nothing of it.
import { readFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { seededBugs } from './seeded-bugs.mjs';

const root = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));
const built = process.env.TORTURE_BUILD ?? join(root, 'dist');
const require = createRequire(join(built, 'x.js'));
const seededBug = process.env.SEEDED_BUG;

if (seededBug) plant(seededBug);
require('reflect-metadata');

/** A module of a room of the product: `part('payments', 'gateways/payment-gateway')`. */
export const part = (room, path = 'index') => require(join(built, 'libs', room, 'src', path));
/** A package that the product uses: the same instance. */
export const dependency = (name) => require(name);

/** Where the product's ids are made; its functions can be replaced here. */
export const ids = part('kernel', 'ids');

export const mongoose = dependency('mongoose');
export const { mongo, Types } = mongoose;
export const mongooseParts = { Connection: dependency('mongoose/lib/connection.js'), Collection: dependency('mongoose/lib/collection.js') };
export const { compileFilter } = part('embedded-mongodb', 'query/matcher');
export const { compileProjection } = part('embedded-mongodb', 'query/projection');
export const { compileUpdate } = part('embedded-mongodb', 'update/update');
export const { compilePipeline } = part('embedded-mongodb', 'aggregation/pipeline');
export const { compileSort } = part('embedded-mongodb', 'values/sort');

function plant(name) {
  const bug = seededBugs.find((known) => known.name === name);
  if (!bug) throw new Error(`There is no seeded bug "${name}".`);
  const wanted = new Map(bug.patches.map((patch) => [join(built, 'libs', patch.file), patch]));
  const load = Module._extensions['.js'];
  Module._extensions['.js'] = (module, filename) => {
    const patch = wanted.get(filename);
    if (!patch) return load(module, filename);
    return module._compile(patched(readFileSync(filename, 'utf8'), patch), filename);
  };
}

/** The source with the bug in it. A patch that does not fit exactly once would prove nothing. */
function patched(source, { file, from, to }) {
  if (source.split(from).length !== 2) throw new Error(`The seeded bug in ${file} does not fit exactly once: ${from}`);
  return source.replace(from, () => to);
}
