// Puts the embedded database together as a package of its own, in dist/embedded-mongodb or the folder that is named:
//
//     npm run package:db && npm pack ./dist/embedded-mongodb
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const source = join(root, 'libs', 'embedded-mongodb');
const target = resolve(process.argv[2] ?? join(root, 'dist', 'embedded-mongodb'));

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
for (const file of ['package.json', 'README.md', 'COMPATIBILITY.md', 'LICENSE']) copyFileSync(join(source, file), join(target, file));
const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
const options = ['-p', join(source, 'tsconfig.package.json'), '--outDir', join(target, 'lib')];
process.exitCode = spawnSync(process.execPath, [compiler, ...options], { stdio: 'inherit' }).status ?? 1;
