import { getModelToken } from '@nestjs/mongoose';
import { newId } from '@cartwright/kernel';
import { Types, type Model } from 'mongoose';
import { startTestApp, type TestApp } from '../../../platform/src/testing/test-app';
import { placeOrder, type Order } from '../model/order';
import type { OrderSearch } from '../model/order-search';
import { OrdersModule } from '../orders.module';
import { OrderStore } from './order.store';

let shop: TestApp;
let orders: OrderStore;
beforeAll(async () => {
  shop = await startTestApp({ imports: [OrdersModule], delivery: { deliver: false } });
  orders = shop.app.get(OrderStore, { strict: false });
});
afterAll(() => shop.stop());

const address = { name: 'Ada', phone: '1', line1: 'Main St 1', city: 'Rome', state: 'RM', pincode: '00100', country: 'IT' };
const product = { productId: newId(), variantId: newId(), sku: 'S1', name: 'Mug', brand: 'Own', options: {} };
const line = { ...product, quantity: 1, unitPrice: 500, snapshotPrice: 500, purchasable: true };

/** An order that has nothing in common with any other, but for what is given. */
function anOrder(changes: Partial<Order> = {}): Order {
  const buyer = { kind: 'guest' as const, id: newId() };
  const checkout = { buyer, email: 'a@b.example', shippingAddress: address, provider: 'stripe', payBy: new Date(), checkoutKey: newId() };
  return { ...placeOrder({ cartId: newId(), currency: 'EUR', lines: [line] }, checkout, new Date()).next, ...changes };
}

const save = (order: Order): Promise<Order> => orders.save({ next: order, events: [] });

describe('of two orders', () => {
  it.each(['orderNumber', 'cartId', 'checkoutKey'] as const)('with the same %s one is there', async (field) => {
    const first = anOrder();
    await save(first);
    await expect(save(anOrder({ [field]: first[field] }))).rejects.toMatchObject({ code: 11000, keyPattern: { [field]: 1 } });
  });

  it('without a checkout key both are there', async () => {
    const [one, other] = [await save(anOrder({ checkoutKey: undefined })), await save(anOrder({ checkoutKey: undefined }))];
    expect([await orders.find(one.id), await orders.find(other.id)]).toMatchObject([{ id: one.id }, { id: other.id }]);
  });
});

describe('an admin finds orders', () => {
  const slice = { limit: 10, skip: 0 };
  const numbersOf = async (search: OrderSearch, of = slice): Promise<string[]> =>
    (await orders.search(search, {}, of)).rows.map(({ orderNumber }) => orderNumber);

  it('by the email in whatever case, by the account, and by how the number begins', async () => {
    const [user, start] = [newId(), Date.now()];
    for (const [index, number] of ['CW-ZZ2AA-00001', 'CW-ZZ1AA-00002', 'CW-ZZ1AB-00003'].entries())
      await save(
        anOrder({ orderNumber: number, email: index ? 'Ada@Sea.example' : 'ADA@sea.example', user, createdAt: new Date(start + index) }),
      );
    await save(anOrder({ email: 'ada@seas.example' }));
    const newestFirst = ['CW-ZZ1AB-00003', 'CW-ZZ1AA-00002', 'CW-ZZ2AA-00001'];
    expect(await numbersOf({ email: 'ada@SEA.example' })).toEqual(newestFirst);
    expect(await numbersOf({ customer: user })).toEqual(newestFirst);
    expect(await numbersOf({ customer: newId() })).toEqual([]);
    expect(await numbersOf({ orderNumber: 'CW-ZZ' })).toEqual([...newestFirst].sort());
    expect(await numbersOf({ orderNumber: 'CW-ZZ1AA-00002' })).toEqual(['CW-ZZ1AA-00002']);
    expect(await numbersOf({ orderNumber: 'CW-ZZ1', email: 'ada@sea.example', customer: user, sort: '-createdAt' })).toHaveLength(2);
    const first = await orders.search({ email: 'ada@sea.example' }, {}, { limit: 2, skip: 0 });
    expect(first).toMatchObject({ total: 3, rows: [{}, {}] });
    expect(await numbersOf({ email: 'ada@sea.example' }, { ...slice, after: first.next } as typeof slice)).toEqual(['CW-ZZ2AA-00001']);
  });

  it('that have changed since, the earliest change first, each once', async () => {
    const made: Order[] = [];
    for (let index = 0; index < 5; index += 1) made.push(await save(anOrder({ totalAmount: 900 + index })));
    const [since, search] = [{ updatedAt: { gte: made[0]!.updatedAt } }, { sort: 'updatedAt' as const }];
    const [page, changed] = [await orders.search(search, since, { limit: 3, skip: 0 }), await save(made[0]!)];
    const rest = await orders.search(search, since, { limit: 9, skip: 0, after: page.next });
    expect([...page.rows, ...rest.rows].map(({ id }) => id)).toEqual([...made.map(({ id }) => id), changed.id]);
    const dear = await orders.search({ sort: '-totalAmount' }, { totalAmount: { gte: 902 } }, slice);
    expect(dear.rows.map(({ totalAmount }) => totalAmount)).toEqual([904, 903, 902]);
  });

  it('and is told how many there are, which are counted up to a bound', async () => {
    const model = shop.app.get<Model<Order>>(getModelToken('order'), { strict: false });
    const counting = jest.spyOn(model, 'countDocuments');
    const { total } = await orders.search({}, {}, { limit: 1, skip: 0 });
    expect(counting).toHaveBeenCalledWith({}, expect.objectContaining({ limit: 100_000 }));
    counting.mockRestore();
    expect(total).toBe(await model.countDocuments());
  });

  it.each<[string, object, Record<string, 1 | -1>]>([
    ['email_1_createdAt_-1__id_-1', { email: 'ada@sea.example' }, { createdAt: -1, _id: -1 }],
    ['user_1_createdAt_-1__id_-1', { user: new Types.ObjectId() }, { createdAt: -1, _id: -1 }],
    ['orderNumber_1', { orderNumber: /^CW-7K/ }, { orderNumber: 1 }],
    ['updatedAt_1__id_1', { updatedAt: { $gt: new Date(0) } }, { updatedAt: 1, _id: 1 }],
    ['totalAmount_1__id_1', { totalAmount: { $gt: 100 } }, { totalAmount: -1, _id: -1 }],
  ])('by the index %s, sorting nothing', async (index, filter, sort) => {
    const { collection } = shop.app.get<Model<Order>>(getModelToken('order'), { strict: false });
    const collation = 'email' in filter ? { collation: { locale: 'en', strength: 2 } } : {};
    const explained = await collection.find(filter, collation).sort(sort).limit(20).explain('queryPlanner');
    const plan = JSON.stringify((explained as { queryPlanner: { winningPlan: unknown } }).queryPlanner.winningPlan);
    expect(plan).toContain(`"${index}"`);
    expect(plan).not.toContain('"COLLSCAN"');
    // The embedded database does not sort by an index of texts in any case; of one email there are few.
    if (!('email' in filter)) expect(plan).not.toContain('"SORT"');
  });
});
