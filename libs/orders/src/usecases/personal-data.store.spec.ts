import { CommandHandler, QueryHandler, type ICommandHandler, type IQueryHandler } from '@nestjs/cqrs';
import { getModelToken } from '@nestjs/mongoose';
import { ForgetRecipient } from '@cartwright/fulfilment';
import { newId } from '@cartwright/kernel';
import { ForgetPayer, GetPayments } from '@cartwright/payments';
import { Erasers, PersonalFiles, type ErasureLook } from '@cartwright/platform';
import type { Model } from 'mongoose';
import { startTestApp, type TestApp } from '../../../platform/src/testing/test-app';
import { cancel, markPaid, placeOrder, type Buyer, type Order } from '../model/order';
import { replay } from '../model/replay';
import { OrdersModule } from '../orders.module';
import { OrderStore } from '../store/order.store';

/** Stand in for payments and the warehouse. */
const forgotten = { payers: [] as string[], recipients: [] as string[], fails: false };

@QueryHandler(GetPayments)
class FakePayments implements IQueryHandler<GetPayments> {
  execute(): Promise<Record<string, never>> {
    return Promise.resolve({});
  }
}

@CommandHandler(ForgetPayer)
class FakeForgetPayer implements ICommandHandler<ForgetPayer> {
  execute({ input }: ForgetPayer): Promise<void> {
    forgotten.payers.push(input.orderId);
    return Promise.resolve();
  }
}

@CommandHandler(ForgetRecipient)
class FakeForgetRecipient implements ICommandHandler<ForgetRecipient> {
  execute({ input }: ForgetRecipient): Promise<void> {
    if (forgotten.fails) return Promise.reject(new Error('killed'));
    forgotten.recipients.push(input.orderId);
    return Promise.resolve();
  }
}

let shop: TestApp;
let orders: OrderStore;
beforeAll(async () => {
  const providers = [FakePayments, FakeForgetPayer, FakeForgetRecipient];
  shop = await startTestApp({ imports: [OrdersModule], providers, delivery: { deliver: false } });
  orders = shop.app.get(OrderStore, { strict: false });
});
afterAll(() => shop.stop());
beforeEach(() => Object.assign(forgotten, { payers: [], recipients: [], fails: false }));

const address = { name: 'Wilhelmine', phone: '1', line1: 'Gasse 7', city: 'Hain', state: 'BB', pincode: '14467', country: 'DE' };
const line = { productId: newId(), variantId: newId(), sku: 'S1', name: 'Mug', brand: 'Own', options: {}, quantity: 1 };
const basket = (): Parameters<typeof placeOrder>[0] => ({
  ...{ cartId: newId(), currency: 'EUR' },
  lines: [{ ...line, unitPrice: 500, snapshotPrice: 500, purchasable: true }],
});
const aUser = (): Buyer => ({ kind: 'user', id: newId() });

async function paid(buyer: Buyer, email = 'w@example.com'): Promise<Order> {
  const checkout = { buyer, email, shippingAddress: address, provider: 'stripe', payBy: new Date(Date.now() + 3_600_000) };
  const order = await orders.save(placeOrder(basket(), checkout, new Date()));
  return orders.save(markPaid(order, newId(), new Date()));
}

/** An order that is at rest: cancelled, of which nothing is under way. */
async function atRest(buyer: Buyer, email?: string): Promise<Order> {
  const order = await paid(buyer, email);
  const cancelled = await orders.save(cancel(order, 'Wilhelmine changed her mind', { by: 'buyer', actorId: buyer.id }, new Date()));
  await delivered(cancelled);
  return cancelled;
}

const outbox = (): Model<{ sequence: number; name: string; data: Record<string, unknown> }> =>
  shop.app.get(getModelToken('outbox'), { strict: false });
const delivered = ({ id }: Order): Promise<unknown> =>
  outbox().updateMany({ aggregate: `order:${id}` }, { $set: { waiting: [] }, $unset: { dueAt: 1 } });
const eventsOf = ({ id }: Order): Promise<{ sequence: number; name: string; data: Record<string, unknown> }[]> =>
  outbox()
    .find({ aggregate: `order:${id}` })
    .sort({ sequence: 1 })
    .lean();
const erase = ({ id: userId }: Buyer, verifiedEmail?: string): Promise<ErasureLook> =>
  shop.app.get(Erasers).erase({ userId, verifiedEmail, erasedAt: new Date() });
const traces = async (order: Order): Promise<boolean> =>
  /Wilhelmine|Gasse|w@example/.test(JSON.stringify([await orders.get(order.id), await eventsOf(order)]));

test('orders at rest forget their buyer; one that has yet to be sent keeps what that takes', async () => {
  const buyer = aUser();
  const [done, underWay] = [await atRest(buyer), await paid(buyer)];
  await delivered(underWay);
  const before = replay(await eventsOf(done));
  const { waiting, failed } = await erase(buyer);
  expect([Object.keys(waiting), failed]).toEqual([['orders'], []]);
  expect([await traces(done), await traces(underWay)]).toEqual([false, true]);
  expect(forgotten).toMatchObject({ payers: [done.id], recipients: [done.id] });
  expect(replay(await eventsOf(done))).toEqual({ ...before, events: before.events + 1 });
  expect(await shop.app.get(PersonalFiles).partsWith({ userId: buyer.id })).toEqual(['orders']);
});

test('an order forgets all of it or nothing, and goes on after whatever stopped it', async () => {
  const buyer = aUser();
  const made = await Promise.all(Array.from({ length: 3 }, () => atRest(buyer)));
  forgotten.fails = true;
  expect((await erase(buyer)).failed).toEqual(['orders']);
  for (const order of made) expect([(await orders.get(order.id)).email, await traces(order)]).toEqual(['w@example.com', true]);
  forgotten.fails = false;
  await Promise.all([erase(buyer), erase(buyer)]);
  expect(await erase(buyer)).toEqual({ waiting: {}, failed: [] });
  for (const order of made) {
    expect(await traces(order)).toBe(false);
    expect((await eventsOf(order)).filter(({ name }) => name === 'orders.buyer_erased.v1')).toHaveLength(1);
  }
  expect(await shop.app.get(PersonalFiles).partsWith({ userId: buyer.id })).toEqual([]);
});

test('an order of which a mail is still to be written waits for that', async () => {
  const buyer = aUser();
  const order = await atRest(buyer);
  await outbox().updateOne({ aggregate: `order:${order.id}`, sequence: 2 }, { $set: { waiting: ['OrderMails'], dueAt: new Date() } });
  expect(await erase(buyer)).toEqual({ waiting: { orders: expect.any(Date) }, failed: [] });
  expect(await traces(order)).toBe(true);
  await delivered(order);
  expect(await erase(buyer)).toEqual({ waiting: {}, failed: [] });
});

test("what was ordered as a guest goes, too, if the address was the person's, and nobody else's", async () => {
  const [guest, stranger] = [
    await atRest({ kind: 'guest', id: newId() }, 'W@example.com'),
    await atRest({ kind: 'guest', id: newId() }, 'x@w.example'),
  ];
  await erase(aUser());
  expect(await traces(guest)).toBe(true);
  await erase(aUser(), 'w@EXAMPLE.com');
  expect([await traces(guest), await traces(stranger)]).toEqual([false, true]);
});
