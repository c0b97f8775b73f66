import { getConnectionToken } from '@nestjs/mongoose';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { EmailVerified, GetVerifiedEmail, UserSignedIn } from '@cartwright/identity';
import { newId } from '@cartwright/kernel';
import { Outbox, Transactions } from '@cartwright/platform';
import type { Connection } from 'mongoose';
import { startTestApp, type TestApp } from '../../../platform/src/testing/test-app';
import { placeOrder, type Buyer, type Order } from '../model/order';
import { OrdersModule } from '../orders.module';
import { OrderStore } from '../store/order.store';
import { JoinGuestOrders } from './join-guest-orders';

/** Who has shown to read which email. */
const verified = new Map<string, string>();

@QueryHandler(GetVerifiedEmail)
class FakeIdentity implements IQueryHandler<GetVerifiedEmail> {
  execute({ input }: GetVerifiedEmail): Promise<string | null> {
    return Promise.resolve(verified.get(input.userId) ?? null);
  }
}

let shop: TestApp;
let orders: OrderStore;
beforeAll(async () => {
  shop = await startTestApp({ imports: [OrdersModule], providers: [FakeIdentity] });
  orders = shop.app.get(OrderStore, { strict: false });
});
afterAll(() => shop.stop());

const address = { name: 'Ada', phone: '1', line1: 'Main St 1', city: 'Rome', state: 'RM', pincode: '00100', country: 'IT' };
const product = { productId: newId(), variantId: newId(), sku: 'S1', name: 'Mug', brand: 'Own', options: {} };
const line = { ...product, quantity: 1, unitPrice: 500, snapshotPrice: 500, purchasable: true };
const aGuest = (): Buyer => ({ kind: 'guest', id: newId() });
const aUser = (email?: string): Buyer => {
  const id = newId();
  if (email) verified.set(id, email);
  return { kind: 'user', id };
};

async function anOrder(email: string, buyer: Buyer = aGuest()): Promise<Order> {
  const checkout = { buyer, email, shippingAddress: address, provider: 'stripe', payBy: new Date(Date.now() + 3_600_000) };
  return orders.save(placeOrder({ cartId: newId(), currency: 'EUR', lines: [line] }, checkout, new Date()));
}

/** Announces an event, and waits until it has been through. */
async function told(event: EmailVerified | UserSignedIn, key = newId()): Promise<void> {
  const outbox = shop.app.get(Outbox, { strict: false });
  await shop.app.get(Transactions, { strict: false }).run(() => Promise.resolve(outbox.add(`test:${key}`, 0, [event], new Date())));
  await outbox.settled(`test:${key}`, 20_000);
}

const numbersOf = async (buyer: Buyer): Promise<string[]> =>
  (await orders.list(buyer, {}, { limit: 100, skip: 0 })).rows.map(({ orderNumber }) => orderNumber);

test("what was ordered as a guest with an email is the account's that has shown to read it, in whatever case it was typed", async () => {
  const guest = aGuest();
  const own = await anOrder('Ada@Example.com', guest);
  const anothers = await anOrder('eve@example.com');
  const user = aUser('ada@EXAMPLE.com');
  await told(new EmailVerified({ userId: user.id }));
  expect(await numbersOf(user)).toEqual([own.orderNumber]);
  expect(await numbersOf(guest)).toEqual([own.orderNumber]);
  await expect(orders.byNumber(anothers.orderNumber, user)).rejects.toThrow('There is no order');
});

test('who has not shown to read it, or not yet, gets nothing; what comes later joins at the next login', async () => {
  const { orderNumber } = await anOrder('bea@example.com');
  const [stranger, owner] = [aUser(), aUser('bea@example.com')];
  await told(new UserSignedIn({ userId: stranger.id }));
  expect(await numbersOf(stranger)).toEqual([]);
  await told(new UserSignedIn({ userId: owner.id }));
  const later = await anOrder('bea@example.com');
  expect(await numbersOf(owner)).toEqual([orderNumber]);
  await told(new UserSignedIn({ userId: owner.id }));
  expect(await numbersOf(owner)).toEqual([later.orderNumber, orderNumber]);
});

test('an order of an account stays its own, and one that has joined does not join another', async () => {
  const first = aUser('cai@example.com');
  const [joined, own] = [await anOrder('cai@example.com'), await anOrder('cai@example.com', aUser())];
  await told(new EmailVerified({ userId: first.id }));
  const second = aUser('cai@example.com');
  await told(new EmailVerified({ userId: second.id }));
  expect([await numbersOf(first), await numbersOf(second)]).toEqual([[joined.orderNumber], []]);
  expect((await orders.get(own.id)).user).not.toBe(first.id);
});

test('however many there are, and whatever interrupts it, all join in the end, in batches', async () => {
  const guest = aGuest();
  await Promise.all(Array.from({ length: 230 }, () => anOrder('dot@example.com', guest)));
  const user = aUser('dot@example.com');
  const give = jest.spyOn(orders, 'giveTo');
  // The first delivery dies in the midst of it.
  give.mockImplementationOnce((...of) => OrderStore.prototype.giveTo.apply(orders, of));
  give.mockImplementationOnce(() => Promise.reject(new Error('killed')));
  await expect(shop.app.get(JoinGuestOrders, { strict: false }).handle(new EmailVerified({ userId: user.id }))).rejects.toThrow('killed');
  expect((await orders.list(user, {}, { limit: 1, skip: 0 })).total).toBe(100);
  give.mockRestore();
  await Promise.all([1, 2, 3].map(() => told(new EmailVerified({ userId: user.id }))));
  expect((await orders.list(user, {}, { limit: 1, skip: 0 })).total).toBe(230);
}, 60_000);

test('of two accounts that reach for an order at the same moment one gets it, and keeps it', async () => {
  const { id } = await anOrder('eli@example.com');
  const [first, second] = [aUser(), aUser()];
  await orders.giveTo(first.id, 'eli@example.com', [id]);
  await orders.giveTo(second.id, 'eli@example.com', [id]);
  expect((await orders.get(id)).user).toBe(first.id);
});

test('nothing of the order tells that it joined', async () => {
  const before = await anOrder('fay@example.com');
  const user = aUser('fay@example.com');
  await told(new UserSignedIn({ userId: user.id }));
  const { user: whose, ...after } = await orders.get(before.id);
  const { guestEmailKey, ...same } = await orders.get((await anOrder('fay@example.com')).id);
  expect([whose, guestEmailKey, Object.keys(after).sort()]).toEqual([user.id, 'fay@example.com', Object.keys(same).sort()]);
  const { version, eventCount, updatedAt } = before;
  expect(after).toMatchObject({ version, eventCount, updatedAt });
});

test('the orders that wait for an account are found by an index', async () => {
  const { models } = shop.app.get<Connection>(getConnectionToken());
  const plan = JSON.stringify(await models['order']!.find({ guestEmailKey: 'ada@example.com' }).sort({ _id: 1 }).limit(100).explain());
  expect(plan).toContain('guestEmailKey_1__id_1');
  expect(plan).not.toMatch(/COLLSCAN|"SORT"/);
});
