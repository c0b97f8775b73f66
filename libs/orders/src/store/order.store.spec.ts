import { newId } from '@cartwright/kernel';
import { startTestApp, type TestApp } from '../../../platform/src/testing/test-app';
import { placeOrder, type Order } from '../model/order';
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
