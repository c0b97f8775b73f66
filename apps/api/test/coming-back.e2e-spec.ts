import { Cartwright, isApiError, type Schemas } from '@cartwright/sdk';
import { address, Client, comesTo, ledger, type Json } from './support/client';
import { admin, eventually, Shop } from './support/shop';

type Order = Schemas['OrderDto'];
type Pieces = { item: string; quantity: number }[];

let shop: Shop;
let back: Cartwright;
let lamp: Schemas['ProductDto'];
let mug: Schemas['ProductDto'];
let parcels = 0;

beforeAll(async () => {
  shop = await Shop.start();
  const seller = await Client.seller(shop);
  back = new Cartwright({ baseUrl: shop.url });
  await back.session.login(admin);
  const goods = { brand: 'Own', ...seller.goods, currency: 'USD', stock: 100 };
  lamp = await back.post('/api/products', { body: { ...goods, name: 'Lamp', basePrice: 2000, sku: 'LAMP' } });
  mug = await back.post('/api/products', { body: { ...goods, name: 'Mug', basePrice: 500, sku: 'MUG' } });
}, 60_000);
afterAll(() => shop.stop());

interface Bought {
  readonly buyer: Cartwright;
  readonly path: { readonly orderNumber: string };
  readonly lamps: string;
  readonly mugs: string;
  readonly order: () => Promise<Order>;
}

/** A paid order of two lamps and three mugs: 5500. */
async function paid(token = 'pm_card_visa'): Promise<Bought> {
  const buyer = new Cartwright({ baseUrl: shop.url });
  await buyer.session.guest();
  await buyer.post('/api/cart/items', { body: { productId: lamp.id, quantity: 2 } });
  await buyer.post('/api/cart/items', { body: { productId: mug.id, quantity: 3 } });
  const body = { shippingAddress: address, email: 'guest@example.com', payment: { token } };
  const { orderNumber, items } = await buyer.post('/api/orders', { body });
  const path = { orderNumber };
  const order = (): Promise<Order> => buyer.get('/api/orders/{orderNumber}', { path });
  await comesTo('Processing', order);
  const idOf = (wanted: string): string => items.find(({ sku }) => sku === wanted)!.id;
  return { buyer, path, lamps: idOf('LAMP'), mugs: idOf('MUG'), order };
}

async function stockOf(sku: string): Promise<{ onHand: number; reserved: number }> {
  const { onHand, reserved } = await back.get('/api/admin/inventory/{sku}', { path: { sku } });
  return { onHand, reserved };
}

/** What the provider has of an order, by its own books. */
async function books({ path }: Bought): Promise<{ captured: number; refunded: number }> {
  const { payments } = (await ledger(shop)) as { payments: Json[] };
  const { captured, refunded } = payments.find(({ metadata }) => metadata.orderNumber === path.orderNumber)!;
  return { captured, refunded };
}

async function parcel({ path }: Bought, items?: Pieces): Promise<void> {
  parcels += 1;
  // A long run of digits might be taken for a card number, and refused.
  const body = { carrier: 'DHL', trackingNumber: `${path.orderNumber}-${parcels}`, items };
  await back.post('/api/orders/{orderNumber}/shipments', { path, body });
}

async function refunded({ order }: Bought, count = 1): Promise<Order> {
  return eventually('the refunds', async () => {
    const seen = await order();
    return seen.refunds.length === count && seen.refunds.every(({ status }) => status === 'succeeded') && seen;
  });
}

const cancel = ({ buyer, path }: Bought, items?: Pieces): Promise<Order> =>
  buyer.post('/api/orders/{orderNumber}/cancel', { path, body: { items, reason: 'one too many' } });

const refund = ({ path }: Bought, body: Schemas['RefundOrderDto'] = {}, idempotencyKey?: string): Promise<Order> =>
  back.post('/api/orders/{orderNumber}/refunds', { path, body, idempotencyKey });

/** Asks for a return, and gives its id. */
async function sendBack({ buyer, path }: Bought, items?: Pieces): Promise<string> {
  const { returns } = await buyer.post('/api/orders/{orderNumber}/returns', { path, body: { items, reason: 'too bright' } });
  return returns.at(-1)!.id;
}

const receive = ({ path }: Bought, id: string, items?: Schemas['ReceivedItemDto'][], refund = true): Promise<Order> =>
  back.post('/api/orders/{orderNumber}/returns/{id}/receive', { path: { ...path, id }, body: { items, refund } });

test('items that were not sent are cancelled: their stock and money are back, and the rest goes on', async () => {
  const before = await stockOf('MUG');
  const bought = await paid();
  const { lamps, mugs } = bought;
  await parcel(bought, [{ item: lamps, quantity: 2 }]);
  const cancelled = await cancel(bought, [{ item: mugs, quantity: 1 }]);
  expect(cancelled).toMatchObject({ status: 'Processing', cancellations: [{ items: [{ item: mugs, quantity: 1 }] }] });
  expect((await refunded(bought)).refunds).toMatchObject([{ amount: 500, items: [{ item: mugs, quantity: 1, amount: 500 }] }]);
  expect(await books(bought)).toEqual({ captured: 5500, refunded: 500 });
  expect(await stockOf('MUG')).toEqual({ onHand: before.onHand - 2, reserved: before.reserved });
  await expect(cancel(bought, [{ item: mugs, quantity: 3 }])).rejects.toMatchObject({ code: 'more_than_there' });
  expect((await cancel(bought, [{ item: mugs, quantity: 2 }])).status).toBe('Shipped');
  expect((await shop.cli('replay', bought.path.orderNumber)).code).toBe(0);
});

test('goods are sent back: approved, received item by item, and refunded; the order ends Refunded', async () => {
  const bought = await paid();
  const { buyer, path, lamps, mugs, order } = bought;
  const lampStock = await stockOf('LAMP');
  await parcel(bought);
  await expect(sendBack(bought, [{ item: lamps, quantity: 3 }])).rejects.toMatchObject({ code: 'more_than_there' });
  const first = await sendBack(bought, [{ item: lamps, quantity: 2 }]);
  const approve = (who: Cartwright): Promise<Order> =>
    who.post('/api/orders/{orderNumber}/returns/{id}/approve', { path: { ...path, id: first } });
  await expect(approve(buyer)).rejects.toMatchObject({ status: 403 });
  expect((await approve(back)).returns[0]!.status).toBe('approved');
  const items: Schemas['ReceivedItemDto'][] = [
    { item: lamps, quantity: 1, condition: 'restock' },
    { item: lamps, quantity: 1, condition: 'damaged' },
  ];
  await receive(bought, first, items);
  await receive(bought, first, items);
  await refunded(bought);
  expect(await books(bought)).toEqual({ captured: 5500, refunded: 4000 });
  expect((await stockOf('LAMP')).onHand).toBe(lampStock.onHand + 1);
  expect((await order()).status).toBe('Shipped');
  await receive(bought, await sendBack(bought, [{ item: mugs, quantity: 3 }]));
  const { history } = await comesTo('Refunded', order);
  expect(await books(bought)).toEqual({ captured: 5500, refunded: 5500 });
  expect(history.map(({ to }) => to)).toEqual(['PaymentPending', 'Processing', 'Shipped', 'Returned', 'Refunded']);
  const replayed = await shop.cli('replay', path.orderNumber);
  expect(replayed).toMatchObject({ code: 0, output: expect.stringContaining('orders.order_returned.v1') });
});

test('what came back without its money keeps it back when the last goods come', async () => {
  const bought = await paid();
  await parcel(bought);
  const ruined = await sendBack(bought, [{ item: bought.lamps, quantity: 2 }]);
  const { refunds } = await receive(bought, ruined, [{ item: bought.lamps, quantity: 2, condition: 'damaged' }], false);
  expect(refunds).toEqual([]);
  expect((await receive(bought, await sendBack(bought))).status).toBe('Returned');
  expect((await comesTo('Refunded', bought.order)).refunds).toMatchObject([{ amount: 1500, items: [{ item: bought.mugs, quantity: 3 }] }]);
  expect(await books(bought)).toEqual({ captured: 5500, refunded: 1500 });
});

test('a refund that failed is on the order again when it is sent again: nobody can refund the same goods beside it', async () => {
  const bought = await paid('pm_card_refundFail');
  const mugs = { items: [{ item: bought.mugs, quantity: 3 }] };
  await refund(bought, mugs);
  await eventually('the failure', async () => (await bought.order()).refunds[0]!.status === 'failed');
  const { refunds } = await back.get('/api/admin/payments/{orderNumber}', { path: bought.path });
  const path = { id: refunds[0]!.id };
  await back.post('/api/admin/refunds/{id}/retry', { path });
  await eventually('the second failure', async () => (await bought.order()).refunds[0]!.status === 'failed');
  const events = await bought.buyer.get('/api/orders/{orderNumber}/events', { path: bought.path });
  const told = events.data.filter(({ name }) => /refund/.test(name)).map(({ name }) => name.replace(/^orders\.|\.v1$/g, ''));
  expect(told).toEqual(['refund_recorded', 'refund_settled', 'refund_settled', 'refund_sent_again', 'refund_settled', 'refund_settled']);
  await refund(bought, mugs);
  await expect(back.post('/api/admin/refunds/{id}/retry', { path })).rejects.toMatchObject({ code: 'refunded_otherwise' });
  expect((await shop.cli('replay', bought.path.orderNumber)).code).toBe(0);
});

test('a declined return says why, and nothing moves', async () => {
  const bought = await paid();
  await parcel(bought);
  const id = await sendBack(bought);
  const why = { path: { ...bought.path, id }, body: { reason: 'It has been worn' } };
  const { returns } = await back.post('/api/orders/{orderNumber}/returns/{id}/decline', why);
  expect(returns[0]).toMatchObject({ status: 'declined', declineReason: 'It has been worn' });
  await expect(receive(bought, id)).rejects.toMatchObject({ status: 409, code: 'illegal_transition' });
  expect(await books(bought)).toEqual({ captured: 5500, refunded: 0 });
});

test('of fifty refunds at once those are made that can be paid, and no more', async () => {
  const bought = await paid();
  const quote = await back.post('/api/orders/{orderNumber}/refunds/quote', { path: bought.path, body: { amount: 300 } });
  expect(quote).toMatchObject({ amount: 300, refundable: 5500, currency: 'USD' });
  const statusOf = (error: unknown): number => (isApiError(error) ? error.status : 0);
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => refund(bought, { amount: 300, reason: 'race' }).then(() => 201, statusOf)),
  );
  const made = answers.filter((status) => status === 201).length;
  expect(made).toBe(18);
  expect(answers.filter((status) => status !== 201 && status !== 409)).toEqual([]);
  await refunded(bought, made);
  expect(await books(bought)).toEqual({ captured: 5500, refunded: made * 300 });
}, 60_000);

test('an order whose money went back before it was cancelled is Refunded at once', async () => {
  const bought = await paid();
  await refund(bought);
  await refunded(bought);
  expect((await cancel(bought)).status).toBe('Refunded');
  expect(await books(bought)).toEqual({ captured: 5500, refunded: 5500 });
});

/** What a refund of an item comes to when it is put on the shelf with it. */
const shelved = (item: string, quantity: number): Schemas['RefundOrderDto'] => ({ items: [{ item, quantity, restock: true }] });

test('the same refund sent again is one refund', async () => {
  const bought = await paid();
  const body = shelved(bought.lamps, 1);
  const stock = await stockOf('LAMP');
  await refund(bought, body, 'refund-once');
  expect((await refund(bought, body, 'refund-once')).refunds).toHaveLength(1);
  expect((await stockOf('LAMP')).onHand).toBe(stock.onHand + 1);
});

test('what is put on the shelf with a refund before it was sent is not sent any more; without that it still is', async () => {
  const before = await stockOf('LAMP');
  const bought = await paid();
  const pieces = { item: bought.lamps, quantity: 1 };
  expect(await refund(bought, { ...shelved(bought.lamps, 1), reason: 'wrong colour' })).toMatchObject({
    cancellations: [{ items: [pieces], reason: 'wrong colour', by: 'admin' }],
    refunds: [{ amount: 2000, items: [{ ...pieces, amount: 2000 }] }],
  });
  expect((await refund(bought, { items: [{ item: bought.mugs, quantity: 1 }] })).cancellations).toHaveLength(1);
  await parcel(bought);
  const { status, shipments } = await bought.order();
  expect({ status, items: shipments[0]!.items }).toEqual({ status: 'Shipped', items: [pieces, { item: bought.mugs, quantity: 3 }] });
  expect(await stockOf('LAMP')).toEqual({ onHand: before.onHand - 1, reserved: before.reserved });
  await refunded(bought, 2);
  expect(await books(bought)).toEqual({ captured: 5500, refunded: 2500 });
});

test('an order of which a piece was put back on the shelf with its money is cancelled all the same', async () => {
  const before = await stockOf('LAMP');
  const bought = await paid();
  await refund(bought, shelved(bought.lamps, 1));
  await cancel(bought);
  await comesTo('Refunded', bought.order);
  expect(await stockOf('LAMP')).toEqual(before);
  expect(await books(bought)).toEqual({ captured: 5500, refunded: 5500 });
});

test('an order of which all is put back on the shelf with its money is cancelled', async () => {
  const before = await stockOf('MUG');
  const bought = await paid();
  const body = { items: [...shelved(bought.lamps, 2).items!, ...shelved(bought.mugs, 3).items!] };
  expect((await refund(bought, body)).status).toBe('Cancelled');
  expect((await comesTo('Refunded', bought.order)).cancellations).toEqual([]);
  expect(await stockOf('MUG')).toEqual(before);
  await expect(refund(bought, shelved(bought.lamps, 1))).rejects.toMatchObject({ status: 409 });
});

test('what was sent and is put on the shelf with a refund came back: it cannot come back again', async () => {
  const before = await stockOf('LAMP');
  const bought = await paid();
  await parcel(bought, [{ item: bought.lamps, quantity: 1 }]);
  const { cancellations, returns } = await refund(bought, shelved(bought.lamps, 2));
  const received = [{ item: bought.lamps, quantity: 1, condition: 'restock' }];
  expect({ cancellations, returns }).toMatchObject({
    cancellations: [{ items: [{ quantity: 1 }] }],
    returns: [{ status: 'received', received }],
  });
  expect(await stockOf('LAMP')).toEqual(before);
  await parcel(bought);
  await expect(sendBack(bought, [{ item: bought.lamps, quantity: 1 }])).rejects.toMatchObject({ code: 'more_than_there' });
  await expect(refund(bought, shelved(bought.lamps, 1))).rejects.toMatchObject({ code: 'more_than_there' });
  const id = await sendBack(bought, [{ item: bought.mugs, quantity: 2 }]);
  await expect(refund(bought, shelved(bought.mugs, 2))).rejects.toMatchObject({ code: 'more_than_there' });
  await receive(bought, id);
  expect((await refund(bought, shelved(bought.mugs, 1))).status).toBe('Returned');
  await comesTo('Refunded', bought.order);
  expect(await books(bought)).toEqual({ captured: 5500, refunded: 5500 });
  expect((await shop.cli('replay', bought.path.orderNumber)).code).toBe(0);
});

test('an order of which all that was sent came back is Returned when the rest is cancelled', async () => {
  const bought = await paid();
  await parcel(bought, [{ item: bought.lamps, quantity: 2 }]);
  expect((await refund(bought, shelved(bought.lamps, 2))).status).toBe('Processing');
  const { history } = await cancel(bought, [{ item: bought.mugs, quantity: 3 }]);
  expect(history.map(({ to }) => to)).toEqual(['PaymentPending', 'Processing', 'Shipped', 'Returned']);
  await comesTo('Refunded', bought.order);
  expect((await shop.cli('replay', bought.path.orderNumber)).code).toBe(0);
});

test('goods of which a part was refunded before come back all the same, and what went back does not go back again', async () => {
  const bought = await paid();
  await parcel(bought);
  await refund(bought, { items: [{ item: bought.lamps, quantity: 1 }] });
  await refunded(bought);
  const lamps = [{ item: bought.lamps, quantity: 2 }];
  const { refunds } = await receive(bought, await sendBack(bought, lamps));
  expect(refunds[1]).toMatchObject({ amount: 2000, items: [{ item: bought.lamps, quantity: 1, amount: 2000 }] });
  await refunded(bought, 2);
  expect(await books(bought)).toEqual({ captured: 5500, refunded: 4000 });
});

test('items of which a part was refunded before are cancelled all the same, and no item is worth more than what went back', async () => {
  const bought = await paid();
  await refund(bought, { items: [{ item: bought.mugs, quantity: 2 }] });
  await refund(bought, { amount: 4000, reason: 'late' });
  await refunded(bought, 2);
  const { refunds } = await cancel(bought, [
    { item: bought.lamps, quantity: 1 },
    { item: bought.mugs, quantity: 3 },
  ]);
  expect(refunds[2]).toMatchObject({
    ...{ amount: 500, shipping: 0 },
    items: [
      { item: bought.lamps, quantity: 1, amount: 400 },
      { item: bought.mugs, quantity: 1, amount: 100 },
    ],
  });
  await refunded(bought, 3);
  expect(await books(bought)).toEqual({ captured: 5500, refunded: 5500 });
});

test('what was refunded at the provider is on the record, and the rest goes back when the order is cancelled', async () => {
  const bought = await paid();
  const { transactionId } = (await bought.order()).paymentDetails;
  const headers = { authorization: 'Bearer sk_test_sandbox', 'content-type': 'application/x-www-form-urlencoded' };
  const body = new URLSearchParams({ payment_intent: transactionId!, amount: '700' });
  const made = await fetch(`${shop.sandboxUrl}/v1/refunds`, { method: 'POST', headers, body });
  expect(made.status).toBe(200);
  const { id } = (await made.json()) as Json;
  const [known] = (await refunded(bought)).refunds;
  expect(known).toMatchObject({ key: `provider-${id}`, amount: 700, items: [], by: 'payment' });
  await cancel(bought);
  expect((await comesTo('Refunded', bought.order)).refunds.map(({ amount }) => amount)).toEqual([700, 4800]);
  expect(await books(bought)).toEqual({ captured: 5500, refunded: 5500 });
  expect((await shop.cli('replay', bought.path.orderNumber)).code).toBe(0);
});

test('nothing of all that breaks an invariant', async () => {
  expect(await shop.cli('doctor')).toMatchObject({ code: 0 });
});
