// What is tortured is a copy of the build, in a folder of its own, so that somebody may build anew meanwhile.
import { cpSync, existsSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './root.mjs';

/** The folder that `dist` was copied to. It ends with this process. */
export const builtAt = copyOfBuild();

function copyOfBuild() {
  if (!existsSync(join(root, 'dist/apps/api/src/main.js'))) throw new Error('The shop is not built: npm run build.');
  const folder = mkdtempSync(join(tmpdir(), 'cartwright-tortured-build-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130));
  cpSync(join(root, 'dist'), join(folder, 'dist'), { recursive: true });
  cpSync(join(root, 'package.json'), join(folder, 'package.json'));
  symlinkSync(realpathSync(join(root, 'node_modules')), join(folder, 'node_modules'));
  return folder;
}
