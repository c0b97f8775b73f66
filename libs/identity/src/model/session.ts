import { createHash } from 'node:crypto';

/**
 * A session: the family of refresh tokens that descend from one login. A token is `handle.secret`; the handle stays, the secret changes with
 * each use. Who shows a right handle with another secret than the current one shows a token that was used before.
 */
export interface Session {
  readonly id: string;
  readonly kind: 'guest' | 'user';
  /** The user's id or the guest's. */
  readonly ownerId: string;
  readonly handleHash: string;
  readonly secretHash: string;
  /** The owner's `sessionEpoch` when the session was opened; 0 for guests. */
  readonly epoch: number;
  readonly createdAt: Date;
  readonly usedAt: Date;
  readonly expiresAt: Date;
}

/** What a refresh token looks like in the database: hashes only. */
export interface RefreshTokenHashes {
  readonly handleHash: string;
  readonly secretHash: string;
}

const form = /^([\w-]{22})\.([\w-]{43})$/;
const dayMs = 24 * 3600 * 1000;

/** The stored form of a refresh token, or `null` when it cannot be one. */
export function hashesOf(refreshToken: string): RefreshTokenHashes | null {
  const [, handle, secret] = form.exec(refreshToken) ?? [];
  return handle && secret ? { handleHash: sha256(handle), secretHash: sha256(secret) } : null;
}

/** When a session that is used now ends, unless it is used again. */
export function expiryFrom(now: Date, days: number): Date {
  return new Date(now.getTime() + days * dayMs);
}

/** Plain SHA-256 is enough here: what it hides is random, 128 bits and more, so there is nothing to guess. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
