// Says what in docs/openapi.json breaks the clients of the last release, and is not declared in docs/api-changes/*.md.
//
//     npm run api:changes                 fails when there is something
//     npm run api:changes -- --release    what is documented now becomes what is compared with
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { breakingChanges, contractOf } from './api-changes/compare.mjs';

const docs = join(dirname(dirname(fileURLToPath(import.meta.url))), 'docs');
const declarations = join(docs, 'api-changes');
const released = join(declarations, 'released.json');
const contract = contractOf(JSON.parse(readFileSync(join(docs, 'openapi.json'), 'utf8')));

if (process.argv.includes('--release')) {
  writeFileSync(released, `${JSON.stringify(contract, null, 1)}\n`);
} else {
  const declared = new Set(
    readdirSync(declarations)
      .filter((name) => name.endsWith('.md'))
      .flatMap(declaredIn),
  );
  const breaking = breakingChanges(JSON.parse(readFileSync(released, 'utf8')), contract);
  const undeclared = breaking.filter((change) => !declared.has(change));
  const list = undeclared.map((change) => `- \`${change}\`\n`).join('');
  process.stdout.write(
    undeclared.length > 0
      ? `These changes break clients, and are not declared in docs/api-changes (docs/versioning.md says how):\n${list}`
      : `${breaking.length} breaking changes since the last release, all of them declared.\n`,
  );
  process.exitCode = undeclared.length > 0 ? 1 : 0;
}

/** The changes that a file declares: each a line of its list, between backticks. */
function declaredIn(name) {
  const lines = readFileSync(join(declarations, name), 'utf8').matchAll(/^- `(.+)`$/gm);
  return [...lines].map(([, change]) => change);
}
