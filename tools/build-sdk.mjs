// Puts the SDK together as a package, for `import` and for `require`, in dist/sdk or the folder that is named:
//
//     npm run build:sdk && npm pack ./dist/sdk
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const source = join(root, 'libs', 'sdk');
const target = resolve(process.argv[2] ?? join(root, 'dist', 'sdk'));

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
for (const file of ['package.json', 'README.md', 'LICENSE']) copyFileSync(join(source, file), join(target, file));
compile('cjs');
compile('esm', '--module', 'esnext', '--moduleResolution', 'bundler');
nameExtensions(join(target, 'esm'));
writeFileSync(join(target, 'esm', 'package.json'), '{ "type": "module" }\n');

function compile(folder, ...options) {
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const args = ['-p', join(source, 'tsconfig.package.json'), '--outDir', join(target, folder), ...options];
  const { status } = spawnSync(process.execPath, [compiler, ...args], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

/** The sources name each other as CommonJS does, without extensions; ES modules must have them. */
function nameExtensions(folder) {
  for (const file of readdirSync(folder)) {
    const text = readFileSync(join(folder, file), 'utf8');
    writeFileSync(join(folder, file), text.replace(/(from |import\()(['"])(\.\/[^'"]+)\2/g, '$1$2$3.js$2'));
  }
}
