import { createSecretKey, type KeyObject } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomToken } from '@cartwright/kernel';
import type { Config } from '@cartwright/platform';

const shortest = 32;

/** The configured secret; or else one made at random once and kept in `DATA_DIR/jwt-secret`, for this user's eyes only. */
export function tokenSecret(config: Pick<Config, 'JWT_SECRET' | 'DATA_DIR'>): { readonly key: KeyObject } {
  return { key: createSecretKey(config.JWT_SECRET ?? keptIn(config.DATA_DIR), 'utf8') };
}

function keptIn(dataDir: string): string {
  const path = join(dataDir, 'jwt-secret');
  mkdirSync(dataDir, { recursive: true });
  const secret = read(path) ?? make(path);
  if (secret.length >= shortest) return secret;
  throw new Error(`${path} does not hold a secret of at least ${shortest} characters; remove it and a new one is made.`);
}

/**
 * The file appears under its name complete and only once (`link` refuses an existing name), so processes that start at the same moment all
 * read the first one's secret, and never half of it.
 */
function make(path: string): string {
  const draft = `${path}.${randomToken(8)}`;
  writeFileSync(draft, randomToken(48), { mode: 0o600, flag: 'wx' });
  try {
    linkSync(draft, path);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  } finally {
    rmSync(draft);
  }
  return readFileSync(path, 'utf8').trim();
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return (error as NodeJS.ErrnoException).code === code;
}
