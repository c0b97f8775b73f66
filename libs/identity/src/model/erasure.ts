import { newDocument, type Change, type Stored } from '@cartwright/kernel';
import { AccountErased } from '../contract/identity-events';
import type { User } from './user';

/** That an account was erased, and what is left to do about it. `id` is the account's; once all is done, nothing else of it is here. */
export interface Erasure extends Stored {
  readonly erasedAt: Date;
  /** Where the last letter goes; kept until it has gone, and all contexts have been told whose address it was. */
  readonly letter?: FarewellLetter;
  /** The parts of the person's data of which something has to stay for now. */
  readonly waiting: readonly string[];
  /** How often in a row some part could not be erased. */
  readonly failures: number;
  /** When the contexts are gone through again; absent when all is done. */
  readonly nextLookAt?: Date;
  readonly completedAt?: Date;
}

export interface FarewellLetter {
  readonly to: string;
  readonly name: string;
  /** Whether the owner of the account had shown to read the address. */
  readonly isVerified: boolean;
  readonly isSent: boolean;
}

/** What came of going through all contexts once. */
interface Look {
  /** Of what something has to stay, and when to look again. */
  readonly waiting: Readonly<Record<string, Date>>;
  readonly failed: readonly string[];
}

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const firstRetryMs = 5 * secondMs;
const longestRetryMs = 60 * minuteMs;
/** A letter that has not gone by then never will; the address is forgotten all the same. */
const letterMs = 3 * 24 * 60 * minuteMs;

/** The account is no more; what the contexts have of it goes from now on. */
export function beginErasure({ id, name, email, emailVerifiedAt }: User, now: Date): Change<Erasure> {
  const letter = { to: email, name, isVerified: emailVerifiedAt !== undefined, isSent: false };
  const next = { ...newDocument(id, now), erasedAt: now, letter, waiting: [], failures: 0, nextLookAt: now };
  return { next, events: [new AccountErased({ userId: id })] };
}

/** Who is to be forgotten, as far as it is still known. */
export function personOf({ id, erasedAt, letter }: Erasure): { userId: string; erasedAt: Date; verifiedEmail?: string } {
  return { userId: id, erasedAt, ...(letter?.isVerified && { verifiedEmail: letter.to }) };
}

/** The last letter has gone; `null` when that is known. */
export function noteFarewell(erasure: Erasure, now: Date): Change<Erasure> | null {
  if (!erasure.letter || erasure.letter.isSent) return null;
  return { next: { ...erasure, letter: { ...erasure.letter, isSent: true }, nextLookAt: now }, events: [] };
}

/**
 * After the contexts were gone through: when they are again. For the last time when no access token of the account can be good any more, as until then somebody may have gone
 * on with one.
 */
export function afterLook({ letter, ...erasure }: Erasure, look: Look, tokenMinutes: number, now: Date): Change<Erasure> {
  const hasFailed = look.failed.length > 0;
  const failures = hasFailed ? erasure.failures + 1 : 0;
  const isKept = letter && (hasFailed || (!letter.isSent && now.getTime() < erasure.erasedAt.getTime() + letterMs));
  const lastToken = new Date(erasure.erasedAt.getTime() + (tokenMinutes + 1) * minuteMs);
  const again = [
    ...Object.values(look.waiting),
    ...(hasFailed ? [later(now, Math.min(firstRetryMs * 2 ** failures, longestRetryMs))] : []),
    ...(isKept ? [later(now, minuteMs)] : []),
    ...(now < lastToken ? [lastToken] : []),
  ].map((at) => at.getTime());
  const { nextLookAt: _, ...looked } = { ...erasure, waiting: Object.keys(look.waiting), failures, ...(isKept && { letter }) };
  if (again.length === 0) return { next: { ...looked, completedAt: now }, events: [] };
  return { next: { ...looked, nextLookAt: new Date(Math.max(Math.min(...again), now.getTime() + secondMs)) }, events: [] };
}

function later(now: Date, ms: number): Date {
  return new Date(now.getTime() + ms);
}
