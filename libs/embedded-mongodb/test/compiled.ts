import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { transformSync } from '@swc/core';

const source = join(__dirname, '..', 'src');

/**
 * Compiles the library beside the installed packages, for tests that need it in a thread or a process of its own, where Jest does not
 * transform. Gives the folder; `remove` takes it away again.
 */
export function compiledLibrary(): { folder: string; remove(): void } {
  const root = join(__dirname, '..', '..', '..', 'node_modules', '.cache');
  const folder = join(root, `embedded-mongodb-${process.pid}-${Date.now()}`);
  for (const file of sources(source)) {
    const target = join(folder, relative(source, file).replace(/\.ts$/, '.js'));
    mkdirSync(dirname(target), { recursive: true });
    const { code } = transformSync(readFileSync(file, 'utf8'), {
      filename: file,
      swcrc: false,
      module: { type: 'commonjs' },
      jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
    });
    writeFileSync(target, code);
  }
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return path.endsWith('.ts') && !path.endsWith('.spec.ts') ? [path] : [];
  });
}
