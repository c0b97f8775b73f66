import { emailKeyOf } from '@cartwright/kernel';
import { EmailChanged, EmailVerified, UserRegistered, UserRenamed } from '../contract/identity-events';
import { changePassword, changeRoles, createUser, hasRoles, registerUser, renameUser, verifyEmail, viewOf, type User } from './user';

const now = new Date('2026-01-31T12:00:00Z');
const id = '6565f0c2a1b2c3d4e5f60718';
const account = { name: 'Grace Brewster Hopper', email: 'Grace@Navy.example', passwordHash: 'hash' };
const aUser = (changes: Partial<User> = {}): User => ({ ...createUser(id, { ...account, roles: [] }, now).next, ...changes });

it('tells of who registers, and of nobody who is created', () => {
  const { next, events } = registerUser(id, account, now);
  expect(events).toEqual([new UserRegistered({ userId: id, name: account.name, email: account.email })]);
  expect(next.roles).toEqual(['user']);
  expect(createUser(id, { ...account, roles: ['vendor'] }, now).events).toEqual([]);
});

it('keeps the email as typed and finds it in any case', () => {
  expect(aUser()).toMatchObject({ email: 'Grace@Navy.example', emailKey: 'grace@navy.example' });
  expect(emailKeyOf('GRACE@navy.Example')).toBe(emailKeyOf(account.email));
  expect(emailKeyOf('jose\u0301@example.com')).toBe(emailKeyOf('jos\u00e9@example.com'));
});

it('tells once that its email is read by its owner, and of another email anew', () => {
  const { next, events } = verifyEmail(aUser(), now);
  expect([next.emailVerifiedAt, events]).toEqual([now, [new EmailVerified({ userId: id })]]);
  expect(verifyEmail(next, new Date())).toEqual({ next, events: [] });
  expect(renameUser(next, 'Grace', 'GRACE@navy.example').next.emailVerifiedAt).toEqual(now);
  expect(renameUser(next, 'Grace', 'other@navy.example').next).not.toHaveProperty('emailVerifiedAt');
});

it('tells of another name and of another email, each when it is another', () => {
  const told = (name: string, email: string): readonly object[] => renameUser(aUser(), name, email).events;
  const [renamed, moved] = [
    new UserRenamed({ userId: id }),
    new EmailChanged({ userId: id, email: 'g@navy.example', letterId: expect.any(String) }),
  ];
  expect(told(account.name, 'GRACE@navy.example')).toEqual([]);
  expect(told('Grace', account.email)).toEqual([renamed]);
  expect(told(account.name, 'g@navy.example')).toEqual([moved]);
  expect(told('Grace', 'g@navy.example')).toEqual([renamed, moved]);
});

it('is searched by the email and by what begins at each word of the name', () => {
  expect(aUser().searchKeys).toEqual(['grace@navy.example', 'grace brewster hopper', 'brewster hopper', 'hopper']);
  const longWinded = renameUser(aUser(), 'x '.repeat(100), 'a@example.com').next;
  expect(longWinded.searchKeys.length).toBeLessThanOrEqual(11);
});

test.each([
  [[], ['user']],
  [['admin'], ['user', 'admin']],
  [
    ['admin', 'vendor', 'admin'],
    ['user', 'vendor', 'admin'],
  ],
] as const)('given the roles %j has %j', (given, roles) => {
  const changed = changeRoles(aUser(), given).next;
  expect(changed.roles).toEqual(roles);
  expect(hasRoles(changed, given)).toBe(true);
  expect(hasRoles(changed, [...given, given.includes('vendor' as never) ? 'user' : 'vendor'])).toBe(given.includes('vendor' as never));
});

it('begins a new epoch of sessions with other roles and with another password, not with another name', () => {
  const user = aUser({ sessionEpoch: 3 });
  expect(changeRoles(user, ['admin']).next.sessionEpoch).toBe(4);
  expect(changePassword(user, 'another').next).toMatchObject({ sessionEpoch: 4, passwordHash: 'another' });
  expect(renameUser(user, 'Ada', 'ada@example.com').next.sessionEpoch).toBe(3);
});

it('shows others neither its hash nor anything else of its inside', () => {
  expect(viewOf(aUser())).toEqual({ id, name: account.name, email: account.email, roles: ['user'] });
});
