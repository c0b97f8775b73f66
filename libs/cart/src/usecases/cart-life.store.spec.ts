import { GuestJoined } from '@cartwright/identity';
import { newId } from '@cartwright/kernel';
import { Config, Outbox, StaleVersion, Transactions, type Caller } from '@cartwright/platform';
import mongoose from 'mongoose';
import { CloseCart, GetBasket, GetLastClosedCart, RefillCart } from '../contract/cart-commands';
import { addItem, newCart } from '../model/cart';
import { CartStore } from '../store/cart.store';
import { aGuest, aUser, aVariant, CartShop, ownerOf } from '../testing/cart-shop';
import { CartEdits } from './cart-edits';

let shop: CartShop;
beforeAll(async () => {
  shop = await CartShop.open();
});
afterAll(() => shop.close());

describe('many at once', () => {
  it('lose no piece of one variant, and make one cart', async () => {
    const buyer = aGuest();
    const saw = await shop.sellOne(100);
    const answers = await Promise.all(Array.from({ length: 30 }, () => shop.add(buyer, saw)));
    expect(answers.every(({ status }) => status === 201)).toBe(true);
    expect((await shop.call(buyer, 'GET')).body.items).toMatchObject([{ quantity: 30 }]);
    expect(await shop.carts.countDocuments({ guestId: buyer.id })).toBe(1);
  });

  it('lose no line, between processes that know nothing of each other', async () => {
    const buyer = aUser();
    const variants = await shop.sell(10, aVariant(), aVariant(), aVariant(), aVariant());
    await Promise.all(
      variants.map((variant) => {
        const edits = new CartEdits(
          shop.server.app.get(CartStore, { strict: false }),
          shop.server.app.get(Config),
          new Transactions(shop.carts.db),
        );
        const market = { variants: new Map(), stock: { [variant.sku]: { available: 10, backorderable: 0, revision: 1 } } };
        return edits.edit(ownerOf(buyer), undefined, async (cart) => {
          return Promise.resolve({ next: addItem(cart, variant, 1, market), answer: (saved) => saved });
        });
      }),
    );
    expect((await shop.call(buyer, 'GET')).body.items).toHaveLength(4);
    expect(await shop.carts.countDocuments({ user: buyer.id })).toBe(1);
  });
});

describe('the carts', () => {
  it('keep one open cart for each owner, and one for each order', async () => {
    const [carts, now] = [shop.server.app.get(CartStore, { strict: false }), new Date()];
    for (const owner of [ownerOf(aGuest()), ownerOf(aUser())]) {
      const [cart, twin] = [await carts.put(newCart(owner, 'USD', now)), newCart(owner, 'USD', now)];
      await expect(carts.put(twin)).rejects.toThrow(StaleVersion);
      const orderId = newId();
      await carts.close(cart.id, cart.version, orderId, now);
      const next = await carts.put(twin);
      await expect(carts.close(next.id, next.version, orderId, now)).rejects.toMatchObject({ code: 11000 });
    }
  });
});

describe('a guest who joins', () => {
  const joined = async (guest: Caller, user: Caller): Promise<void> => {
    const aggregate = `guest:${newId()}`;
    const outbox = shop.server.app.get(Outbox);
    const event = new GuestJoined({ guestId: guest.id, userId: user.id });
    await shop.server.app.get(Transactions).run(async () => outbox.add(aggregate, 0, [event], new Date()));
    await outbox.settled(aggregate);
  };

  it("brings the cart along: quantities add up, and the guest's cart is closed", async () => {
    const [guest, user] = [aGuest(), aUser()];
    const [saw, axe, adze] = [await shop.sellOne(1500), await shop.sellOne(9), await shop.sellOne(9)];
    await shop.add(guest, saw, 998);
    await shop.add(guest, axe, 2);
    await shop.add(user, saw, 5);
    await shop.add(user, adze, 1);
    await joined(guest, user);
    const { body } = await shop.call(user, 'GET');
    expect(body.items.map(({ sku, quantity }) => [sku, quantity])).toEqual([
      [saw.sku, 999],
      [adze.sku, 1],
      [axe.sku, 2],
    ]);
    expect((await shop.call(guest, 'GET')).body.items).toEqual([]);
    expect(await shop.carts.findOne({ guestId: guest.id }).lean()).toMatchObject({ status: 'merged' });
    await joined(guest, user);
    expect((await shop.call(user, 'GET')).body.items).toEqual(body.items);
  });

  it('has the cart in an account that had none', async () => {
    const [guest, user] = [aGuest(), aUser()];
    const { body } = await shop.add(guest, await shop.sellOne(9), 3);
    await joined(guest, user);
    expect((await shop.call(user, 'GET')).body).toMatchObject({ items: [{ quantity: 3 }], subtotal: body.subtotal });
  });

  it('keeps a cart of another currency apart, rather than losing either', async () => {
    const [guest, user] = [aGuest(), aUser()];
    await shop.add(guest, await shop.sellOne(9, { currency: 'EUR' }), 3);
    await shop.add(user, await shop.sellOne(9), 1);
    await joined(guest, user);
    expect((await shop.call(user, 'GET')).body).toMatchObject({ currency: 'USD', items: [{ quantity: 1 }] });
    expect((await shop.call(guest, 'GET')).body).toMatchObject({ currency: 'EUR', items: [{ quantity: 3 }] });
  });
});

describe('a checkout', () => {
  it('sees the basket at prices of today, and closes the version it saw, once', async () => {
    const buyer = aUser();
    const owner = ownerOf(buyer);
    const saw = await shop.sellOne(9);
    await shop.add(buyer, saw, 2);
    shop.edit(saw, { price: 1500 });
    const basket = await shop.queries.execute(new GetBasket({ owner }));
    expect(basket).toMatchObject({ subtotal: 3000, lines: [{ unitPrice: 1500, snapshotPrice: 1999, purchasable: true }] });
    const { cartId = '', version = 0 } = basket ?? {};
    const closing = await Promise.allSettled(
      [1, 2, 3].map(() => shop.commands.execute(new CloseCart({ cartId, version, orderId: newId() }))),
    );
    expect(closing.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await shop.queries.execute(new GetBasket({ owner }))).toBeNull();
    expect((await shop.call(buyer, 'GET')).body.items).toEqual([]);
    expect(await shop.queries.execute(new GetLastClosedCart({ owner }))).toMatchObject({ cartId });
    expect((await shop.carts.findById(cartId).lean())?.expiresAt).toBeUndefined();
  });

  it('does not close a cart that was edited since', async () => {
    const buyer = aUser();
    const saw = await shop.sellOne(9);
    await shop.add(buyer, saw);
    const { cartId = '', version = 0 } = (await shop.queries.execute(new GetBasket({ owner: ownerOf(buyer) }))) ?? {};
    await shop.add(buyer, saw);
    await expect(shop.commands.execute(new CloseCart({ cartId, version, orderId: newId() }))).rejects.toThrow(StaleVersion);
  });

  it('that failed puts the items back once, on top of what is in the cart by then', async () => {
    const buyer = aGuest();
    const owner = ownerOf(buyer);
    const orderId = newId();
    const [saw, axe] = [await shop.sellOne(9), await shop.sellOne(9)];
    await shop.add(buyer, saw, 2);
    const { cartId = '', version = 0 } = (await shop.queries.execute(new GetBasket({ owner }))) ?? {};
    await shop.commands.execute(new CloseCart({ cartId, version, orderId }));
    await shop.add(buyer, axe, 1);
    await shop.add(buyer, saw, 1);
    const lines = [{ productId: saw.productId, variantId: saw.variantId, quantity: 2 }];
    const refill = new RefillCart({ owner, orderId, lines });
    await Promise.all([shop.commands.execute(refill), shop.commands.execute(refill)]);
    expect((await shop.call(buyer, 'GET')).body.items.map(({ sku, quantity }) => [sku, quantity])).toEqual([
      [axe.sku, 1],
      [saw.sku, 3],
    ]);
    expect(await shop.queries.execute(new GetLastClosedCart({ owner }))).toMatchObject({ cartId, orderId });
    expect(await shop.queries.execute(new GetLastClosedCart({ owner: ownerOf(aGuest()) }))).toBeNull();
  });
});

describe('the cost of a cart', () => {
  /** What the relay, the timers and the sweeper ask for meanwhile, and the locations of stock, which are read once a second for everybody. */
  const besides = ['outbox', 'timers', 'stockReservations', 'stockLocations'];
  const counted = async (work: () => Promise<unknown>): Promise<string[]> => {
    const calls: string[] = [];
    mongoose.set('debug', (collection: string, method: string) => {
      if (!besides.includes(collection)) calls.push(`${collection}.${method}`);
    });
    await work().finally(() => mongoose.set('debug', false));
    return calls.sort();
  };
  const read = ['carts.findOne', 'stockLevels.find'];

  it.each([1, 10, 100])('does not grow with %i lines', async (lines) => {
    const buyer = aUser();
    const variants = await shop.sell(99, ...Array.from({ length: lines }, () => aVariant()));
    const market = {
      variants: new Map(),
      stock: Object.fromEntries(variants.map(({ sku }) => [sku, { available: 99, backorderable: 0, revision: 1 }])),
    };
    const filled = variants.reduce((cart, variant) => addItem(cart, variant, 1, market), newCart(ownerOf(buyer), 'USD', new Date()));
    await shop.server.app.get(CartStore, { strict: false }).put(filled);
    const itemId = (await shop.call(buyer, 'GET')).body.items.at(-1)?.id;
    expect(await counted(() => shop.call(buyer, 'GET'))).toEqual(read);
    expect(await counted(() => shop.add(buyer, variants[0] ?? aVariant()))).toEqual([
      'carts.findOne',
      'carts.replaceOne',
      'stockLevels.find',
    ]);
    const put = async (): Promise<unknown> => shop.call(buyer, 'PUT', `/items/${itemId}`, { quantity: 3 });
    expect(await counted(put)).toEqual(['carts.findOne', 'carts.replaceOne', 'stockLevels.find']);
    expect(await counted(() => shop.call(buyer, 'DELETE', `/items/${itemId}`))).toHaveLength(3);
    expect((await counted(() => shop.call(buyer, 'DELETE'))).length).toBeLessThanOrEqual(2);
  });

  it('is an index for each question', async () => {
    const questions: Record<string, string>[] = [
      { user: newId(), status: 'open' },
      { guestId: newId(), status: 'open' },
      { user: newId(), status: 'ordered' },
      { guestId: newId(), status: 'ordered' },
      { orderId: newId() },
    ];
    for (const question of questions) {
      const plan = JSON.stringify(await shop.carts.find(question).explain());
      expect({ question, plan: /COLLSCAN/.test(plan) ? plan : 'index' }).toEqual({ question, plan: 'index' });
    }
  });
});
