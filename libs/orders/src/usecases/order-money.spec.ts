import type { CommandBus, QueryBus } from '@nestjs/cqrs';
import fc from 'fast-check';
import { Refusal, type Change } from '@cartwright/kernel';
import { GetAmountStep, RequestRefund } from '@cartwright/payments';
import type { Config, Transactions } from '@cartwright/platform';
import { NothingToRefund } from '../contract/refusals';
import { markPaid, placeOrder, recordShipment, type Actor, type Order } from '../model/order';
import type { RefundQuote, RefundWish } from '../model/order-refund';
import { soldPieces, unsentPieces, type ItemQuantity } from '../model/quantities';
import type { OrderStore } from '../store/order.store';
import { CancelOrder, CancelOrderHandler } from './cancel-order';
import { OrderGoods } from './order-goods';
import { OrderMoney } from './order-money';
import { QuoteRefund, QuoteRefundHandler, RefundOrder, RefundOrderHandler } from './refund-order';
import { ReceiveReturn, ReceiveReturnHandler, RequestReturn, RequestReturnHandler } from './return-order';

const now = new Date('2026-03-01T12:00:00Z');
const id = 'a'.repeat(24);
const admin: Actor = { by: 'admin' };
const address = { name: 'Ada', phone: '1', line1: 'Main St 1', city: 'Rome', state: 'RM', pincode: '00100', country: 'IT' };

type Line = [lineTotal: number, quantity: number];

/** Some pieces of each line, by its place. */
type Some = readonly number[];

/** A paid order of these lines. */
function anOrder(lines: readonly Line[]): Order {
  const goods = { productId: id, variantId: id, name: 'Mug', brand: 'Own', options: {}, unitPrice: 1, snapshotPrice: 1, purchasable: true };
  const basket = { cartId: id, currency: 'EUR', lines: lines.map(([, quantity], at) => ({ ...goods, sku: `S${at}`, quantity })) };
  const buyer = { kind: 'guest' as const, id: 'g' };
  const checkout = { buyer, email: 'a@b.example', shippingAddress: address, provider: 'stripe', payBy: now };
  const order = markPaid(placeOrder(basket, checkout, now).next, 'pi', now).next;
  const items = order.items.map((item, at) => ({ ...item, lineTotal: lines[at]![0] }));
  return { ...order, items, totalAmount: lines.reduce((all, [lineTotal]) => all + lineTotal, 0) };
}

/** One order of a shop that holds money first, and what its payment has. */
class Shop {
  order: Order;
  /** What was taken, once that is decided. */
  taken?: number;
  released = 0;
  refunded = 0;
  /** What the provider counts in. */
  step = 1;
  private readonly cancels: CancelOrderHandler;
  private readonly asks: RequestReturnHandler;
  private readonly receives: ReceiveReturnHandler;
  private readonly refunds: RefundOrderHandler;
  private readonly quotes: QuoteRefundHandler;

  constructor(...lines: Line[]) {
    this.order = anOrder(lines);
    const orders = {
      byNumber: async () => this.order,
      save: async ({ next }: Change<Order>) => (this.order = next),
    } as unknown as OrderStore;
    const commands = { execute: async (command: unknown) => this.obey(command) } as unknown as CommandBus;
    const queries = {
      execute: async (query: unknown) => (query instanceof GetAmountStep ? this.step : { [this.order.id]: this.payment() }),
    } as unknown as QueryBus;
    const run = <T>(work: () => Promise<T>): Promise<T> => work();
    const transactions = { run, inTurn: (_: unknown, work: () => Promise<unknown>) => work() } as unknown as Transactions;
    const [goods, money] = [new OrderGoods(commands), new OrderMoney(commands, queries)];
    this.cancels = new CancelOrderHandler(orders, goods, money, transactions);
    this.asks = new RequestReturnHandler(orders, { RETURN_DAYS: 30 } as Config);
    this.receives = new ReceiveReturnHandler(orders, money, transactions, commands);
    this.refunds = new RefundOrderHandler(orders, money, goods, transactions);
    this.quotes = new QuoteRefundHandler(orders, money);
  }

  /** What of the buyer's money is here, or held. */
  get kept(): number {
    return (this.taken ?? this.held) - this.refunded;
  }

  get held(): number {
    return this.order.totalAmount - this.released;
  }

  capture(amount = this.held): void {
    this.taken ??= Math.min(amount, this.held);
  }

  async cancel(pieces?: Some): Promise<void> {
    await this.cancels.execute(new CancelOrder({ ...this.named(), items: pieces && this.rows(pieces) }));
  }

  /** A parcel leaves, and all money is taken of which nobody said otherwise before. */
  send(pieces: Some): void {
    const items = this.rows(pieces);
    const parcel = { id: `p${this.order.shipments.length}`, carrier: 'DHL', trackingNumber: '1', dispatchedAt: now, items };
    const left = this.piecesOf(unsentPieces(this.order)) - items.reduce((all, { quantity }) => all + quantity, 0);
    this.order = recordShipment(this.order, { ...parcel, status: 'dispatched' }, left === 0, admin)!.next;
    this.capture();
  }

  async comesBack(pieces: Some, refund = true): Promise<void> {
    const { returns } = await this.asks.execute(new RequestReturn({ ...this.named(), items: this.rows(pieces) }));
    await this.receives.execute(new ReceiveReturn({ ...this.named(), returnId: returns.at(-1)!.id, refund }));
  }

  async refund(wish: RefundWish, restock: readonly ItemQuantity[] = []): Promise<void> {
    const quote = await this.quote(wish, restock);
    await this.refunds.execute(new RefundOrder({ ...this.named(), wish, restock, reason: 'r' }));
    expect(this.order.refunds.at(-1)).toMatchObject({ amount: quote.amount, items: quote.items });
  }

  quote(wish: RefundWish, restock: readonly ItemQuantity[] = []): Promise<RefundQuote> {
    return this.quotes.execute(new QuoteRefund({ ...this.named(), wish, restock }));
  }

  rows(pieces: Some): ItemQuantity[] {
    return pieces.flatMap((quantity, at) => (quantity > 0 ? [{ item: this.order.items[at]!.id, quantity }] : []));
  }

  /** What the pieces are worth that are sold: neither cancelled nor back. */
  get worthOfRest(): number {
    return this.order.items.reduce((all, { id: item, lineTotal, quantity }) => {
      const left = soldPieces(this.order).get(item) ?? 0;
      // The first pieces bear what does not divide.
      return all + left * Math.floor(lineTotal / quantity) + Math.max(0, left - quantity + (lineTotal % quantity));
    }, 0);
  }

  /** Cancels what was not sent, and takes back what was. */
  async undoAll(): Promise<void> {
    const isOpen = this.order.status === 'Processing';
    if (isOpen && this.order.shipments.length === 0) return this.cancel();
    if (isOpen) await this.cancel(this.order.items.map(({ id: item }) => unsentPieces(this.order).get(item) ?? 0));
    const left = this.order.items.map(({ id: item }) => soldPieces(this.order).get(item) ?? 0);
    if (left.some((quantity) => quantity > 0)) await this.comesBack(left);
  }

  private named(): { orderNumber: string; actor: Actor } {
    return { orderNumber: this.order.orderNumber, actor: admin };
  }

  private piecesOf(pieces: ReadonlyMap<string, number>): number {
    return [...pieces.values()].reduce((all, quantity) => all + quantity, 0);
  }

  private payment(): object {
    const forgoneAmount = this.taken === undefined ? 0 : this.held - this.taken;
    return { refundableAmount: this.kept, forgoneAmount };
  }

  private obey(command: unknown): void {
    if (!(command instanceof RequestRefund)) return;
    const { amount = this.kept } = command.input;
    expect(amount).toBeGreaterThan(0);
    expect(amount % this.step).toBe(0);
    expect(amount).toBeLessThanOrEqual(this.kept);
    if (this.taken === undefined) this.released += amount;
    else this.refunded += amount;
  }
}

describe('of an order of 60 and 40 of which 60 were taken', () => {
  const taken = (): Shop => {
    const shop = new Shop([60, 1], [40, 1]);
    shop.capture(60);
    return shop;
  };

  test('nothing goes back for what is cancelled and was never charged, whichever was first', async () => {
    const before = new Shop([60, 1], [40, 1]);
    await before.cancel([0, 1]);
    before.capture(60);
    expect(before).toMatchObject({ released: 40, refunded: 0, kept: 60 });
    const after = taken();
    await after.cancel([0, 1]);
    expect(after).toMatchObject({ released: 0, refunded: 0, kept: 60 });
  });

  test('all goes back with the last of it, cancelled or returned, in whichever order', async () => {
    const returned = taken();
    returned.send([1, 0]);
    await returned.cancel([0, 1]);
    expect(returned.kept).toBe(60);
    await returned.comesBack([1, 0]);
    expect(returned).toMatchObject({ refunded: 60, kept: 0, order: { status: 'Returned' } });
    const cancelled = taken();
    cancelled.send([1, 0]);
    await cancelled.refund({ items: cancelled.rows([1, 0]) }, cancelled.rows([1, 0]));
    expect(cancelled.kept).toBe(40);
    await cancelled.cancel([0, 1]);
    expect(cancelled).toMatchObject({ refunded: 60, kept: 0, order: { status: 'Returned' } });
    const whole = taken();
    await whole.cancel();
    expect(whole).toMatchObject({ refunded: 60, kept: 0, order: { status: 'Cancelled' } });
  });

  test('what comes back is paid for as far as what stays was', async () => {
    const shop = taken();
    shop.send([1, 1]);
    await shop.comesBack([1, 0]);
    expect(shop).toMatchObject({ refunded: 20, kept: 40 });
    await shop.comesBack([0, 1]);
    expect(shop).toMatchObject({ refunded: 60, kept: 0 });
  });

  test('a refund by item goes by the same rule, and its quote says so; one by amount gives what was taken to whoever is to have it', async () => {
    const shop = taken();
    expect(await shop.quote({ items: shop.rows([1, 0]) })).toMatchObject({ amount: 20, refundable: 60 });
    await expect(shop.refund({ items: shop.rows([0, 1]) })).rejects.toThrow(NothingToRefund);
    await shop.refund({ items: shop.rows([1, 0]) });
    expect(shop).toMatchObject({ refunded: 20, kept: 40 });
    await shop.refund({ amount: 40 });
    expect(shop.kept).toBe(0);
  });

  test('a refund that takes its goods back counts them as gone', async () => {
    const shop = new Shop([100, 2]);
    shop.capture(50);
    shop.send([1]);
    await shop.cancel([1]);
    expect(shop.kept).toBe(50);
    await shop.refund({ items: shop.rows([1]) }, shop.rows([1]));
    expect(shop).toMatchObject({ kept: 0, order: { status: 'Returned' } });
  });

  test('a kindness comes out of what is left, and goods that stay are still paid for by the rest', async () => {
    const shop = taken();
    await shop.refund({ amount: 10 });
    await shop.cancel([0, 1]);
    expect(shop.kept).toBe(50);
    shop.send([1, 0]);
    await shop.comesBack([1, 0]);
    expect(shop).toMatchObject({ refunded: 60, kept: 0 });
  });

  test('a refund that failed is made good by its items, at what it came to', async () => {
    const shop = new Shop([60, 1], [80, 2]);
    shop.capture(120);
    await shop.cancel([0, 1]);
    expect(shop.order.refunds).toMatchObject([{ amount: 20 }]);
    shop.order = { ...shop.order, refunds: shop.order.refunds.map((refund) => ({ ...refund, status: 'failed' })) };
    shop.refunded = 0;
    await shop.refund({ items: shop.rows([0, 1]) });
    expect(shop).toMatchObject({ refunded: 20, kept: 100 });
  });
});

test('where all was taken, a piece is worth its share, whatever was given out of kindness, and what was withheld stays so', async () => {
  const shop = new Shop([60, 1], [40, 1]);
  shop.capture();
  await shop.refund({ amount: 10 });
  shop.send([1, 1]);
  await shop.comesBack([0, 1], false);
  expect(shop.refunded).toBe(10);
  await shop.comesBack([1, 0]);
  expect(shop).toMatchObject({ refunded: 70, kept: 30 });
});

describe('where the provider counts in steps of ten', () => {
  const inTens = (...lines: Line[]): Shop => Object.assign(new Shop(...lines), { step: 10 });
  const amounts = ({ order }: Shop): number[] => order.refunds.map(({ amount }) => amount);

  test('one of two pieces is cancelled and the other comes back, and together they are the whole', async () => {
    const shop = inTens([2010, 2]);
    shop.send([1]);
    await shop.cancel([1]);
    await shop.comesBack([1]);
    expect(amounts(shop)).toEqual([1000, 1010]);
    expect(shop.order.refunds.map(({ items }) => items[0]!.amount)).toEqual([1000, 1010]);
    expect(shop.kept).toBe(0);
  });

  test('of two lines likewise, and by a refund of items', async () => {
    const shop = inTens([1005, 1], [1005, 1]);
    shop.capture();
    expect(await shop.quote({ items: shop.rows([0, 1]) })).toMatchObject({ amount: 1000, items: [{ amount: 1000 }] });
    await shop.refund({ items: shop.rows([0, 1]) });
    await shop.refund({ items: shop.rows([1, 0]) });
    expect(amounts(shop)).toEqual([1000, 1010]);
  });

  test('what is worth less than a step goes back with what comes after it', async () => {
    const shop = inTens([20, 4]);
    shop.send([4]);
    for (const kept of [20, 10, 10, 0]) {
      await shop.comesBack([1]);
      expect(shop.kept).toBe(kept);
    }
  });

  test('a refund that failed is made good by what it came to, not by more', async () => {
    const shop = inTens([1005, 1], [1005, 1], [1000, 1]);
    shop.capture();
    await shop.cancel([1, 0]);
    await shop.cancel([0, 1]);
    shop.order = { ...shop.order, refunds: shop.order.refunds.map((refund, at) => (at === 0 ? { ...refund, status: 'failed' } : refund)) };
    shop.refunded -= 1000;
    await shop.refund({ items: shop.rows([1]) });
    expect(amounts(shop)).toEqual([1000, 1010, 1000]);
    expect(shop.kept).toBe(1000);
  });

  test('in whatever parts pieces go, each is within a step of its worth, and all of them are the whole', async () => {
    const price = fc.integer({ min: 1, max: 5000 });
    await fc.assert(
      fc.asyncProperty(price, price, fc.constantFrom(1, 10, 100), fc.array(fc.tuple(fc.nat(3), fc.nat(3))), async (a, b, step, parts) => {
        const shop = charged(
          [
            [a, 3],
            [b, 3],
          ],
          step,
        );
        const { totalAmount } = shop.order;
        shop.send([3, 3]);
        for (const part of [...parts, [3, 3]]) {
          const left = shop.order.items.map(({ id: item }) => soldPieces(shop.order).get(item) ?? 0);
          await unlessRefused(shop.comesBack(part.map((quantity, at) => Math.min(quantity, left[at]!))));
          const lacking = totalAmount - shop.worthOfRest - shop.refunded;
          expect(lacking >= 0 && lacking < step).toBe(true);
        }
        expect(shop.kept).toBe(0);
      }),
    );
  });
});

const quantities = fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3));
const wish = fc.oneof(
  fc.record({ cancel: quantities }),
  fc.record({ send: quantities }),
  fc.record({ back: quantities }),
  fc.record({ kindness: fc.integer({ min: 1, max: 90 }) }),
  fc.record({ take: fc.nat(400) }),
);

const up = (amount: number, step: number): number => Math.ceil(amount / step) * step;

/** What was charged is a multiple of the provider's step: the last line comes to what lacks. */
function charged(lines: readonly Line[], step: number): Shop {
  const total = lines.reduce((all, [lineTotal]) => all + lineTotal, 0);
  const rest = lines.slice(0, -1);
  const [last, quantity] = lines.at(-1)!;
  return Object.assign(new Shop(...rest, [last + up(total, step) - total, quantity]), { step });
}

/** Refused steps change nothing. */
async function unlessRefused(work: Promise<void>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!(error instanceof Refusal)) throw error;
  });
}

async function go(shop: Shop, asked: Partial<{ cancel: Some; send: Some; back: Some; kindness: number; take: number }>): Promise<void> {
  if (asked.cancel) await unlessRefused(shop.cancel(asked.cancel));
  if (asked.back) await unlessRefused(shop.comesBack(asked.back));
  if (asked.kindness) await unlessRefused(shop.refund({ amount: asked.kindness * shop.step }));
  if (asked.take) shop.capture(asked.take * shop.step);
  if (asked.send && shop.order.status === 'Processing') {
    const there = asked.send.map((quantity, at) => Math.min(quantity, unsentPieces(shop.order).get(shop.order.items[at]!.id) ?? 0));
    if (there.some((quantity) => quantity > 0)) shop.send(there);
  }
}

test('whatever is taken, cancelled, sent, returned and given, no more goes back than is there, what stays is paid for as far as it was, and in the end all is back', async () => {
  const line = fc.tuple(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 3 }));
  await fc.assert(
    fc.asyncProperty(fc.tuple(line, line), fc.constantFrom(1, 10), fc.array(wish, { maxLength: 12 }), async ([a, b], step, steps) => {
      const shop = charged([a, b, [step, 2]], step);
      let kindness = 0;
      for (const asked of steps) {
        const kept = shop.kept;
        await go(shop, asked);
        if ('kindness' in asked) kindness += kept - shop.kept;
        // Cancelled and returned goods leave what the others are worth, less what was given of it, and never more than was there.
        if ('cancel' in asked || 'back' in asked)
          expect(shop.kept).toBe(Math.min(kept, Math.max(0, up(shop.worthOfRest, step) - kindness)));
      }
      await shop.undoAll();
      expect(shop.kept).toBe(0);
    }),
  );
});
