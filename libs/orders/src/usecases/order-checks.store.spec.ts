import { getModelToken } from '@nestjs/mongoose';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { GetStartedOrders } from '@cartwright/fulfilment';
import { GetSoldPieces, type SoldPieces } from '@cartwright/inventory';
import { newId } from '@cartwright/kernel';
import { GetPayments, type PaymentView } from '@cartwright/payments';
import { Doctor } from '@cartwright/platform';
import { Types, type Model } from 'mongoose';
import { startTestApp, type TestApp } from '../../../platform/src/testing/test-app';
import { cancel, markFailed, markPaid, placeOrder, receiveLatePayment, type Order } from '../model/order';
import { OrdersModule } from '../orders.module';
import { recordRefund } from '../model/order-refund';
import { OrderStore } from '../store/order.store';

const payments = new Map<string, PaymentView>();
const started = new Set<string>();
const sold = new Map<string, SoldPieces>();

/** Stand in for the contexts that know of money, of stock and of parcels. */
@QueryHandler(GetPayments)
class FakePayments implements IQueryHandler<GetPayments> {
  execute(): Promise<Record<string, PaymentView>> {
    return Promise.resolve(Object.fromEntries(payments));
  }
}

@QueryHandler(GetStartedOrders)
class FakeFulfilment implements IQueryHandler<GetStartedOrders> {
  execute(): Promise<ReadonlySet<string>> {
    return Promise.resolve(started);
  }
}

@QueryHandler(GetSoldPieces)
class FakeStock implements IQueryHandler<GetSoldPieces> {
  execute({ input: { from, to } }: GetSoldPieces): Promise<SoldPieces[]> {
    return Promise.resolve([...sold.values()].filter(({ orderId }) => orderId >= from && orderId <= to));
  }
}

let shop: TestApp;
let orders: OrderStore;
beforeAll(async () => {
  shop = await startTestApp({
    imports: [OrdersModule],
    providers: [FakePayments, FakeFulfilment, FakeStock],
    delivery: { deliver: false },
  });
  orders = shop.app.get(OrderStore, { strict: false });
});
afterAll(() => shop.stop());

const address = { name: 'Ada', phone: '1', line1: 'Main St 1', city: 'Rome', state: 'RM', pincode: '00100', country: 'IT' };
const product = { productId: newId(), variantId: newId(), sku: 'S1', name: 'Mug', brand: 'Own', options: {} };
const line = { ...product, quantity: 1, unitPrice: 500, snapshotPrice: 500, purchasable: true };

async function anOrder(): Promise<Order> {
  const buyer = { kind: 'guest' as const, id: newId() };
  const checkout = { buyer, email: 'a@b.example', shippingAddress: address, provider: 'stripe', payBy: new Date() };
  const order = await orders.save(placeOrder({ cartId: newId(), currency: 'EUR', lines: [line] }, checkout, new Date()));
  payments.set(order.id, {
    ...{ orderId: order.id, version: 1, provider: 'stripe', status: 'captured', amount: 500, currency: 'EUR' },
    ...{ capturedAmount: 500, refundedAmount: 0, refundableAmount: 500, forgoneAmount: 0, pays: true },
  });
  return order;
}

/** A paid order, of which the warehouse has heard. */
async function aPaidOrder(): Promise<Order> {
  const order = await orders.save(markPaid(await anOrder(), 'pi_1', new Date()));
  started.add(order.id);
  sell(order, {});
  return order;
}

/** An order that had failed before its money came. */
async function aLateOrder(): Promise<Order> {
  const failed = await orders.save(markFailed(await anOrder(), 'expired', { by: 'system' }, new Date()));
  return orders.save(receiveLatePayment(failed, 'pi_1')!);
}

/** Nothing of what the order announced is on its way any more. */
const allDelivered = ({ id }: Order): Promise<unknown> =>
  shop.app
    .get<Model<unknown>>(getModelToken('outbox'), { strict: false })
    .updateMany({ aggregate: `order:${id}` }, { $set: { waiting: [] }, $unset: { dueAt: 1 } });

async function problemsOf({ orderNumber }: Order): Promise<Record<string, readonly string[]>> {
  const problems: Record<string, readonly string[]> = {};
  for await (const { name, findings } of shop.app.get(Doctor).examine()) {
    const own = findings.filter(({ record }) => record === `order ${orderNumber}`).map(({ problem }) => problem);
    if (own.length > 0) problems[name] = own;
  }
  return problems;
}

const sell = ({ id: orderId }: Order, pieces: Partial<SoldPieces>): unknown =>
  sold.set(orderId, { orderId, sku: 'S1', out: 1, owed: 0, ...pieces });
const pay = ({ id }: Order, changes: Partial<PaymentView>): unknown => payments.set(id, { ...payments.get(id)!, ...changes });

describe('the doctor', () => {
  it('finds a paid order healthy, and one whose news the warehouse has yet to hear', async () => {
    expect(await problemsOf(await aPaidOrder())).toEqual({});
    const order = await aPaidOrder();
    started.delete(order.id);
    expect(await problemsOf(order)).toEqual({});
  });

  it('finds a paid order of which the warehouse will never hear', async () => {
    const order = await aPaidOrder();
    started.delete(order.id);
    await allDelivered(order);
    expect(await problemsOf(order)).toEqual({ 'orders.paid_is_fulfilled': ['is Processing, and the warehouse has not heard of it'] });
  });

  it('finds a failed order healthy while its late money is on its way back, and when it is back', async () => {
    const order = await aLateOrder();
    expect(await problemsOf(order)).toEqual({});
    await allDelivered(order);
    pay(order, { refundedAmount: 500 });
    expect(await problemsOf(order)).toEqual({});
  });

  it.each([0, 200])('finds a failed order of whose late money %i goes back, and nothing more', async (refundedAmount) => {
    const order = await aLateOrder();
    await allDelivered(order);
    pay(order, { refundedAmount });
    expect(await problemsOf(order)).toEqual({ 'orders.money_matches': [`is Failed and keeps ${500 - refundedAmount}`] });
  });

  it('finds a paid order whose payment is missing, of another amount, or not made', async () => {
    const [none, other, unmade] = [await aPaidOrder(), await aPaidOrder(), await aPaidOrder()];
    payments.delete(none.id);
    pay(other, { amount: 499 });
    pay(unmade, { status: 'requested', pays: false });
    expect(await problemsOf(none)).toEqual({ 'orders.money_matches': ['has no payment'] });
    expect(await problemsOf(other)).toEqual({ 'orders.money_matches': ['comes to 500, its payment to 499'] });
    expect(await problemsOf(unmade)).toEqual({ 'orders.money_matches': ['is Processing, its payment requested'] });
  });

  it('finds a cart that became two orders', async () => {
    const [first, second] = [await aPaidOrder(), await aPaidOrder()];
    const { collection } = shop.app.get<Model<Order>>(getModelToken('order'));
    await collection.dropIndex('cartId_1');
    await collection.updateOne({ _id: new Types.ObjectId(second.id) }, { $set: { cartId: new Types.ObjectId(first.cartId) } });
    expect([await problemsOf(first), await problemsOf(second)]).toEqual([
      {},
      { 'orders.one_per_cart': [`has the cart of order ${first.orderNumber}`] },
    ]);
  });

  it('finds an order of which a piece was refunded twice', async () => {
    const order = await aPaidOrder();
    const items = [{ item: order.items[0]!.id, quantity: 1, amount: 200 }];
    const refunded = (of: Order, key: string): Order =>
      recordRefund(of, { amount: 200, items, shipping: 0 }, { key, reason: 'r', by: 'admin', at: new Date() })!.next;
    await orders.save({ next: refunded(order, 'a'), events: [] });
    expect((await problemsOf(order))['orders.money_matches']).toBeUndefined();
    await orders.save({ next: refunded(refunded(await orders.get(order.id), 'b'), 'c'), events: [] });
    expect((await problemsOf(order))['orders.money_matches']).toEqual([`has refunded 2 more of item ${items[0]!.item} than it has`]);
  });

  it('finds an order that has pieces which stock has not sold it, or has taken back', async () => {
    const [shelved, owed, kept] = [await aPaidOrder(), await aPaidOrder(), await aPaidOrder()];
    const cancelled = await orders.save(cancel(kept, 'late', { by: 'buyer' }, new Date()));
    pay(cancelled, { refundedAmount: 500, refundableAmount: 0 });
    sell(shelved, { out: 0 });
    sell(owed, { out: 0, owed: 1 });
    const rule = 'orders.pieces_are_sold';
    expect(await problemsOf(shelved)).toEqual({ [rule]: ['has 1 of S1 out or to send, stock has sold it 0 and owes it 0'] });
    expect(await problemsOf(owed)).toEqual({});
    expect(await problemsOf(cancelled)).toEqual({ [rule]: ['has 0 of S1 out or to send, stock has sold it 1 and owes it 0'] });
    sell(cancelled, { out: 0 });
    expect(await problemsOf(cancelled)).toEqual({});
  });

  it('finds an order that has lost an event, or has one that it does not know of', async () => {
    const outbox = shop.app.get<Model<unknown>>(getModelToken('outbox'), { strict: false });
    const [lost, more] = [await aPaidOrder(), await aPaidOrder()];
    await outbox.deleteOne({ aggregate: `order:${lost.id}`, sequence: 2 });
    expect(await problemsOf(lost)).toEqual({
      'orders.state_is_events': ['status is Processing, its events add up to PaymentPending', 'events is 2, its events add up to 1'],
    });
    const [row] = await outbox.collection.find({ aggregate: `order:${more.id}`, sequence: 2 }).toArray();
    await outbox.collection.insertMany([3, 4].map((sequence) => ({ ...row, _id: new Types.ObjectId(), sequence })));
    expect(await problemsOf(more)).toEqual({ 'orders.state_is_events': ['events is 2, its events add up to 4'] });
    expect(await problemsOf(await aPaidOrder())).toEqual({});
  });

  it.each(['failed', 'cancelled', 'confirming', 'authorized'] as const)(
    'finds a paid order that is not paid by its payment: %s',
    async (status) => {
      const order = await aPaidOrder();
      pay(order, { status, capturedAmount: 0, pays: false });
      expect(await problemsOf(order)).toEqual({ 'orders.money_matches': [`is Processing, its payment ${status}`] });
    },
  );

  it('finds a paid order healthy whose money was only held, and was given up as a refund', async () => {
    const order = await aPaidOrder();
    pay(order, { status: 'cancelled', capturedAmount: 0, refundedAmount: 500, refundableAmount: 0, pays: false });
    expect(await problemsOf(order)).toEqual({});
  });

  it('finds a cancelled order that keeps money, and none whose money is on its way back', async () => {
    const order = await orders.save(cancel(await aPaidOrder(), 'cancelled', { by: 'buyer' }, new Date()));
    sell(order, { out: 0 });
    pay(order, { refundedAmount: 300, refundableAmount: 200 });
    expect(await problemsOf(order)).toEqual({ 'orders.money_matches': ['is Cancelled and keeps 200'] });
    pay(order, { refundedAmount: 500, refundableAmount: 0 });
    expect(await problemsOf(order)).toEqual({});
  });

  it('finds an order whose status was changed without a word', async () => {
    const order = await aPaidOrder();
    await shop.app
      .get<Model<unknown>>(getModelToken('order'), { strict: false })
      .updateOne({ _id: order.id }, { $set: { status: 'Shipped' } });
    expect(await problemsOf(order)).toMatchObject({ 'orders.status_is_history': ['is Shipped, its history says Processing'] });
  });
});
