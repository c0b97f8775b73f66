import { AccountErased } from '../contract/identity-events';
import { afterLook, beginErasure, noteFarewell, personOf, type Erasure } from './erasure';
import { createUser } from './user';

const now = new Date('2026-03-01T12:00:00Z');
const minutes = (count: number): Date => new Date(now.getTime() + count * 60_000);
const days = (count: number): Date => minutes(count * 24 * 60);
const user = createUser('6565f0c2a1b2c3d4e5f60718', { name: 'Ada', email: 'Ada@example.com', passwordHash: 'hash', roles: [] }, now).next;
const nothing = { waiting: {}, failed: [] };
const tokens = 15;

function anErasure(changes: Partial<Erasure> = {}): Erasure {
  return { ...beginErasure({ ...user, emailVerifiedAt: now }, now).next, ...changes };
}
const sent = (erasure: Erasure): Erasure => noteFarewell(erasure, now)?.next ?? erasure;

test('it is told by id alone, and begins at once', () => {
  const { next, events } = beginErasure(user, now);
  expect(events).toEqual([new AccountErased({ userId: user.id })]);
  expect(next).toMatchObject({ id: user.id, erasedAt: now, nextLookAt: now, letter: { to: 'Ada@example.com', isSent: false } });
});

test("an address is the person's only if they had shown to read it", () => {
  expect(personOf(beginErasure(user, now).next)).toEqual({ userId: user.id, erasedAt: now });
  expect(personOf(anErasure())).toEqual({ userId: user.id, erasedAt: now, verifiedEmail: 'Ada@example.com' });
});

describe('the address of the last letter', () => {
  it('is kept until the letter has gone', () => {
    expect(afterLook(anErasure(), nothing, tokens, minutes(1)).next).toMatchObject({ letter: { isSent: false }, nextLookAt: minutes(2) });
    expect(afterLook(sent(anErasure()), nothing, tokens, minutes(1)).next).not.toHaveProperty('letter');
  });

  it('is kept while some context has not been able to erase what is of that address', () => {
    expect(afterLook(sent(anErasure()), { waiting: {}, failed: ['mails'] }, tokens, minutes(1)).next).toHaveProperty('letter');
  });

  it('is forgotten after three days in any case', () => {
    expect(afterLook(anErasure(), nothing, tokens, days(2.9)).next).toHaveProperty('letter');
    expect(afterLook(anErasure(), nothing, tokens, days(3)).next).not.toHaveProperty('letter');
  });

  it('is noted as written to once', () => {
    expect(noteFarewell(sent(anErasure()), now)).toBeNull();
    expect(noteFarewell(afterLook(sent(anErasure()), nothing, tokens, now).next, now)).toBeNull();
  });
});

describe('the contexts are gone through again', () => {
  it('when no access token of the account can be good any more, and then it is done', () => {
    const looked = afterLook(sent(anErasure()), nothing, tokens, minutes(1)).next;
    expect(looked.nextLookAt).toEqual(minutes(16));
    const done = afterLook(looked, nothing, tokens, minutes(16)).next;
    expect(done).toMatchObject({ completedAt: minutes(16), waiting: [], failures: 0 });
    expect(done).not.toHaveProperty('nextLookAt');
  });

  it('when the first of those asks for it that have to keep something', () => {
    const look = { waiting: { orders: days(3), parcels: days(2) }, failed: [] };
    const looked = afterLook(sent(anErasure()), look, tokens, days(1)).next;
    expect(looked).toMatchObject({ waiting: ['orders', 'parcels'], nextLookAt: days(2) });
    expect(looked).not.toHaveProperty('completedAt');
  });

  it('soon after a failure, ever later, at least each hour, and never at once', () => {
    const failing = { waiting: {}, failed: ['mails'] };
    let erasure = sent(anErasure({ erasedAt: days(-1) }));
    const waits = Array.from({ length: 14 }, () => {
      erasure = afterLook({ ...erasure, letter: undefined }, failing, tokens, now).next;
      return (Number(erasure.nextLookAt) - Number(now)) / 1_000;
    });
    expect(waits.slice(0, 3)).toEqual([10, 20, 40]);
    expect(waits.at(-1)).toBe(3_600);
    expect(afterLook(erasure, { waiting: { orders: days(-1) }, failed: [] }, tokens, now).next.nextLookAt).toEqual(
      new Date(now.getTime() + 1_000),
    );
  });
});
