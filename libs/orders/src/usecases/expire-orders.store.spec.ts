import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { getModelToken } from '@nestjs/mongoose';
import { ReleaseReservation } from '@cartwright/inventory';
import { newId } from '@cartwright/kernel';
import { CancelPayment, type PaymentView } from '@cartwright/payments';
import type { Model } from 'mongoose';
import { setTimeout as sleep } from 'node:timers/promises';
import { startTestApp, type TestApp } from '../../../platform/src/testing/test-app';
import { placeOrder, type Order } from '../model/order';
import { OrdersModule } from '../orders.module';
import { OrderStore } from '../store/order.store';
import { ExpireOrders } from './expire-orders';

const minute = 60_000;
let asked: string[] = [];
let atOnce = 0;
let most = 0;
/** What becomes of a payment that is withdrawn: cancelled, unless it is here. */
const withdrawn = new Map<string, 'unknown' | 'broken'>();

/** Stands in for payments. */
@CommandHandler(CancelPayment)
class FakePayments implements ICommandHandler<CancelPayment> {
  async execute({ input: { orderId } }: CancelPayment): Promise<PaymentView> {
    asked.push(orderId);
    most = Math.max(most, (atOnce += 1));
    await sleep(50);
    atOnce -= 1;
    const fate = withdrawn.get(orderId);
    if (fate === 'broken') throw new Error('The gateway reports 499 where 500 was due.');
    return { status: fate ? 'requested' : 'cancelled' } as PaymentView;
  }
}

@CommandHandler(ReleaseReservation)
class FakeStock implements ICommandHandler<ReleaseReservation> {
  execute(): Promise<void> {
    return Promise.resolve();
  }
}

let shop: TestApp;
let orders: OrderStore;
beforeAll(async () => {
  shop = await startTestApp({ imports: [OrdersModule], providers: [FakePayments, FakeStock], delivery: { deliver: false } });
  orders = shop.app.get(OrderStore, { strict: false });
});
afterAll(() => shop.stop());
beforeEach(async () => {
  await rows().deleteMany({});
  withdrawn.clear();
  [asked, most] = [[], 0];
});

const rows = (): Model<Order> => shop.app.get<Model<Order>>(getModelToken('order'), { strict: false });
const address = { name: 'Ada', phone: '1', line1: 'Main St 1', city: 'Rome', state: 'RM', pincode: '00100', country: 'IT' };
const line = {
  ...{ productId: newId(), variantId: newId(), sku: 'S1', name: 'Mug', brand: 'Own', options: {} },
  ...{ quantity: 1, unitPrice: 500, snapshotPrice: 500, purchasable: true },
};

/** Orders that should have been paid so many minutes ago. */
async function overdueBy(...minutes: number[]): Promise<Order[]> {
  const made: Order[] = [];
  for (const ago of minutes) {
    const buyer = { kind: 'guest' as const, id: newId() };
    const payBy = new Date(Date.now() - ago * minute);
    const checkout = { buyer, email: 'a@b.example', shippingAddress: address, provider: 'stripe', payBy };
    made.push(await orders.save(placeOrder({ cartId: newId(), currency: 'EUR', lines: [line] }, checkout, payBy)));
  }
  return made;
}
const round = (): Promise<void> => shop.app.get(ExpireOrders, { strict: false }).run();
const failed = (): Promise<number> => rows().countDocuments({ status: 'Failed' });

test('of a hundred and fifty overdue orders those are given up whose payment is, whatever the oldest ones come to', async () => {
  const made = await overdueBy(...Array.from({ length: 150 }, (_, index) => 1000 - index));
  for (const { id } of made.slice(0, 100)) withdrawn.set(id, 'unknown');
  withdrawn.set(made[0]!.id, 'broken');
  await round();
  expect(await failed()).toBe(50);
  expect(new Set(asked).size).toBe(150);
  expect(most).toBeGreaterThan(1);
  expect(most).toBeLessThanOrEqual(8);
});

test('an order that could not be given up is tried again later, and those that come due meanwhile before it', async () => {
  const [stuck] = await overdueBy(2);
  withdrawn.set(stuck!.id, 'unknown');
  await round();
  const next = await overdueBy(1);
  await round();
  expect(asked).toEqual([stuck!.id, next[0]!.id]);
  const { giveUpAt, payBy } = (await orders.find(stuck!.id))!;
  expect(payBy).toEqual(stuck!.payBy);
  expect(Math.round((giveUpAt!.getTime() - Date.now()) / minute)).toBe(2);
  await rows().updateOne({ _id: stuck!.id }, { $set: { giveUpAt: new Date(Date.now() - 1) } });
  withdrawn.clear();
  await round();
  expect((await orders.find(stuck!.id))!.status).toBe('Failed');
});

test('whoever takes an order in hand has it alone, until the lease ends', async () => {
  await overdueBy(1, 2, 3);
  const now = new Date();
  const taken = await Promise.all(Array.from({ length: 6 }, (_, ms) => orders.takeOverdue(now, minute + ms)));
  expect(new Set(taken.flatMap((order) => order?.id ?? [])).size).toBe(3);
  expect(taken.filter(Boolean)).toHaveLength(3);
  expect(await orders.takeOverdue(new Date(now.getTime() + minute + 6), minute)).not.toBeNull();
});

test('what is due is read off an index, never tried or tried before', async () => {
  await overdueBy(1, 2, 3);
  const pending = { status: 'PaymentPending' };
  for (const where of [
    { ...pending, giveUpAt: null, payBy: { $lt: new Date() } },
    { ...pending, giveUpAt: { $lte: new Date() } },
  ]) {
    const explained = await rows()
      .collection.find(where)
      .sort('payBy' in where ? 'payBy' : 'giveUpAt')
      .limit(1)
      .explain('queryPlanner');
    const plan = JSON.stringify((explained as { queryPlanner: { winningPlan: unknown } }).queryPlanner.winningPlan);
    expect(plan).toContain('status_1_giveUpAt_1_payBy_1');
    expect(plan).not.toContain('"SORT"');
  }
});
