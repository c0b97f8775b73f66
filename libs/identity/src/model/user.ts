import { emailKeyOf, newDocument, newId, type Change, type Stored } from '@cartwright/kernel';
import { EmailChanged, EmailVerified, UserRegistered, UserRenamed } from '../contract/identity-events';
import { accountRoles, type AccountRole, type UserView } from '../contract/user-view';
import type { SavedAddress } from './address-book';

/** An account. */
export interface User extends Stored {
  readonly name: string;
  /** As it was typed, for mails and for display. */
  readonly email: string;
  /** The email in lower case: unique, whatever case was typed. */
  readonly emailKey: string;
  /** When its owner showed to read that email; absent until then. */
  readonly emailVerifiedAt?: Date;
  /** What an admin's search finds the account by: the beginnings of the email and of each word of the name, in lower case. */
  readonly searchKeys: readonly string[];
  readonly passwordHash: string;
  readonly roles: readonly AccountRole[];
  readonly addresses: readonly SavedAddress[];
  readonly paymentMethods: readonly object[];
  /** Counts what ends all sessions (a new password, other roles). A session of an earlier epoch is dead, even one opened in that very moment. */
  readonly sessionEpoch: number;
}

export interface NewUser {
  readonly name: string;
  readonly email: string;
  readonly passwordHash: string;
  readonly roles: readonly AccountRole[];
}

const searchedWords = 10;

/** A new account, about which nobody is told. */
export function createUser(id: string, account: NewUser, now: Date): Change<User> {
  const { name, email, passwordHash, roles } = account;
  const next: User = {
    ...newDocument(id, now),
    ...named(name, email),
    passwordHash,
    roles: withUser(roles),
    addresses: [],
    paymentMethods: [],
    sessionEpoch: 0,
  };
  return { next, events: [] };
}

/** A new account of somebody who came by. */
export function registerUser(id: string, account: Omit<NewUser, 'roles'>, now: Date): Change<User> {
  const { next } = createUser(id, { ...account, roles: [] }, now);
  return { next, events: [new UserRegistered({ userId: next.id, name: next.name, email: next.email })] };
}

/** Another name, another email, or both. Nobody knows yet who reads another email. */
export function renameUser(user: User, name: string, email: string): Change<User> {
  const next: User = { ...user, ...named(name, email) };
  const events = name === user.name ? [] : [new UserRenamed({ userId: user.id })];
  if (next.emailKey === user.emailKey) return { next, events };
  const { emailVerifiedAt: _, ...unverified } = next;
  return { next: unverified, events: [...events, new EmailChanged({ userId: user.id, email, letterId: newId() })] };
}

/** The owner of the account has shown to read its email. */
export function verifyEmail(user: User, now: Date): Change<User> {
  if (user.emailVerifiedAt) return { next: user, events: [] };
  return { next: { ...user, emailVerifiedAt: now }, events: [new EmailVerified({ userId: user.id })] };
}

/** Another password; every session but those renewed ends with it. */
export function changePassword(user: User, passwordHash: string): Change<User> {
  return { next: { ...user, passwordHash, sessionEpoch: user.sessionEpoch + 1 }, events: [] };
}

/** Other roles (`user` is always among them); every session ends, because its tokens name the former ones. */
export function changeRoles(user: User, roles: readonly AccountRole[]): Change<User> {
  return { next: { ...user, roles: withUser(roles), sessionEpoch: user.sessionEpoch + 1 }, events: [] };
}

export function hasRoles(user: User, roles: readonly AccountRole[]): boolean {
  const asked = withUser(roles);
  return asked.length === user.roles.length && asked.every((role) => user.roles.includes(role));
}

export function viewOf(user: User): UserView {
  const { id, name, email, roles } = user;
  return { id, name, email, roles };
}

function named(name: string, email: string): Pick<User, 'name' | 'email' | 'emailKey' | 'searchKeys'> {
  const emailKey = emailKeyOf(email);
  const words = name.normalize('NFC').toLowerCase().split(/\s+/).filter(Boolean);
  const tails = words.slice(0, searchedWords).map((_, from) => words.slice(from).join(' '));
  return { name, email, emailKey, searchKeys: [...new Set([emailKey, ...tails])] };
}

function withUser(roles: readonly AccountRole[]): AccountRole[] {
  return accountRoles.filter((role) => role === 'user' || roles.includes(role));
}
