import { setTimeout as sleep } from 'node:timers/promises';
import { Command, CommandBus, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { CloseCart, GetBasket, GetLastClosedCart } from '@cartwright/cart';
import { GetAddress, GetUser } from '@cartwright/identity';
import { GetShortages, OutOfStock, ReserveStock } from '@cartwright/inventory';
import type { Address } from '@cartwright/kernel';
import {
  GetPaymentProviders,
  GetPayments,
  GetSavedMethod,
  OpenWallet,
  RequestPayment,
  RunPayment,
  SavedMethodNotFound,
  type PaymentView,
} from '@cartwright/payments';
import { Config, InvalidInput, isDuplicate, note, StaleVersion, Timers, Transactions } from '@cartwright/platform';
import { AddressNotFound, CartEmpty, PaymentDeclined } from '../contract/refusals';
import { withBackorders } from '../model/backorder';
import { placeOrder, type Buyer, type Checkout, type Order } from '../model/order';
import { OrderStore } from '../store/order.store';
import { expireOrders } from './expire-orders';
import { FailOrder } from './fail-order';
import { RanShort } from './ran-short';

export interface PlacedOrder {
  readonly order: Order;
  readonly payment: PaymentView;
}

/**
 * Turns the buyer's cart into an order and begins its payment. Repeating it, at once or after a crash, finds the order that the first one made.
 * Refuses with nothing left behind: `cart_empty`, `cart_changed`, `items_not_for_sale`, `out_of_stock`, bad input. A declined payment is refused with
 * `payment_declined`; its order exists and is Failed.
 */
export class PlaceOrder extends Command<PlacedOrder> {
  constructor(
    readonly input: {
      readonly buyer: Buyer;
      readonly email?: string;
      readonly shippingAddress?: Address;
      readonly shippingAddressId?: string;
      readonly billingAddress?: Address;
      readonly expectedTotal?: number;
      /** With a one-time token, or one of the account's saved methods; `saveMethod` keeps what is paid with. */
      readonly payment: {
        readonly provider?: string;
        readonly token?: string;
        readonly savedMethodId?: string;
        readonly saveMethod?: boolean;
      };
      readonly idempotencyKey?: string;
      /** When the request came in: an order made since then was made by a twin of it. */
      readonly arrivedAt: Date;
    },
  ) {
    super();
  }
}

type Input = PlaceOrder['input'];
type Line = GetShortages['input']['lines'][number];

const rounds = 5;
const patienceMs = 10_000;

@CommandHandler(PlaceOrder)
export class PlaceOrderHandler implements ICommandHandler<PlaceOrder> {
  private readonly ranShort = new RanShort();

  constructor(
    private readonly orders: OrderStore,
    private readonly transactions: Transactions,
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly config: Config,
    private readonly timers: Timers,
  ) {}

  async execute({ input }: PlaceOrder): Promise<PlacedOrder> {
    const key = checkoutKey(input);
    const earlier = key ? await this.orders.byCheckoutKey(key) : null;
    const { order, mine } = earlier ? { order: earlier, mine: true } : await this.orderFromCart(input);
    note({ orderId: order.id });
    const payment = mine ? await this.commands.execute(new RunPayment({ orderId: order.id })) : await this.paymentOfTwin(order);
    return this.answer(order, payment);
  }

  /** The order that the cart becomes, or the one that a twin of this request has just made of it. */
  private async orderFromCart(input: Input): Promise<{ order: Order; mine: boolean }> {
    for (let round = 1; ; round += 1) {
      const basket = await this.queries.execute(new GetBasket({ owner: input.buyer }));
      if (!basket || basket.lines.length === 0) return { order: await this.orderOfTwin(input), mine: false };
      const checkout = await this.checkoutOf(input);
      try {
        return { order: await this.take(basket, checkout, input), mine: true };
      } catch (error) {
        const taken = error instanceof StaleVersion || isDuplicate(error, 'cartId') || isDuplicate(error, 'checkoutKey');
        if (!taken) throw error;
        const twin = await this.orders.byCart(basket.cartId);
        if (twin) return { order: twin, mine: false };
        if (round === rounds) throw error; // the cart itself is being edited all the while
      }
    }
  }

  /** All or nothing: the cart closes, the order and its payment are recorded, the stock is reserved (last, as those rows are the hottest). */
  private async take(
    basket: { readonly cartId: string; readonly version: number } & Parameters<typeof placeOrder>[0],
    checkout: Checkout,
    input: Input,
  ): Promise<Order> {
    const change = placeOrder(basket, checkout, new Date());
    const { id: orderId, orderNumber, totalAmount: amount, currency, email, payBy } = change.next;
    const payer = { ...input.payment, provider: checkout.provider, userId: accountOf(input) };
    const lines = change.next.items.map(({ sku, quantity }) => ({ sku, quantity }));
    const work = async (): Promise<Order> => {
      await this.commands.execute(new CloseCart({ cartId: basket.cartId, version: basket.version, orderId }));
      const order = await this.orders.save(change);
      await this.commands.execute(new RequestPayment({ orderId, orderNumber, amount, currency, email, ...payer }));
      const owed = await this.commands.execute(new ReserveStock({ orderId, lines, expiresAt: payBy, isNew: true }));
      this.transactions.afterCommit(() => this.timers.wakeAt(expireOrders, payBy));
      return owed.length > 0 ? this.orders.save(withBackorders(order, owed)) : order;
    };
    return this.whenThere(lines, () => this.transactions.run(work));
  }

  /** Waits for the buyer's turn at what he wants. Of what ran short lately he hears then, before a transaction is begun; the reservation itself decides. */
  private async whenThere<T>(lines: readonly Line[], order: () => Promise<T>): Promise<T> {
    const skus = lines.map(({ sku }) => sku);
    try {
      return await this.transactions.inTurn(
        skus.map((sku) => `sku:${sku}`),
        async () => {
          if (this.ranShort.any(skus)) await this.refuseShortages(lines);
          return order();
        },
      );
    } catch (error) {
      if (error instanceof OutOfStock) this.ranShort.note(error.details.items.map(({ sku }) => sku));
      throw error;
    }
  }

  private async refuseShortages(lines: readonly Line[]): Promise<void> {
    const items = await this.queries.execute(new GetShortages({ lines }));
    if (items.length > 0) throw new OutOfStock({ items });
  }

  /** An empty cart is refused, unless the order that emptied it was made while this request was already under way. */
  private async orderOfTwin({ buyer, arrivedAt }: Input): Promise<Order> {
    const last = await this.queries.execute(new GetLastClosedCart({ owner: buyer }));
    const order = last ? await this.orders.byCart(last.cartId) : null;
    if (order && order.createdAt >= arrivedAt) return order;
    throw new CartEmpty(order?.status === 'PaymentPending' ? { orderNumber: order.orderNumber } : {});
  }

  /** The twin is asking the gateway; its answer is ours. */
  private async paymentOfTwin(order: Order): Promise<PaymentView> {
    const deadline = Date.now() + patienceMs;
    for (let pause = 10; ; pause = Math.min(pause * 2, 250)) {
      const payment = (await this.queries.execute(new GetPayments({ orderIds: [order.id] })))[order.id];
      if (!payment) throw new Error(`Order ${order.orderNumber} has no payment.`);
      if (payment.status !== 'requested' || Date.now() > deadline) return payment;
      await sleep(pause);
    }
  }

  private async answer(order: Order, payment: PaymentView): Promise<PlacedOrder> {
    if (payment.status !== 'failed' && payment.status !== 'cancelled') return { order, payment };
    const declineCode = payment.failureCode ?? payment.status;
    // The event of the failed payment brings this about, too; the buyer need not wait for it.
    await this.commands.execute(new FailOrder({ orderId: order.id, reason: declineCode }));
    throw new PaymentDeclined({ orderNumber: order.orderNumber, declineCode });
  }

  private async checkoutOf(input: Input): Promise<Checkout> {
    const { buyer, billingAddress, expectedTotal } = input;
    const payBy = new Date(Date.now() + this.config.RESERVATION_MINUTES * 60_000);
    const [email, shippingAddress] = [await this.emailOf(input), await this.addressOf(input)];
    return {
      buyer,
      email,
      shippingAddress,
      billingAddress,
      expectedTotal,
      provider: await this.providerOf(input),
      checkoutKey: checkoutKey(input),
      payBy,
    };
  }

  /** A saved method is kept at its provider; one that is to be kept needs a customer there, before anything is begun. */
  private async providerOf(input: Input): Promise<string> {
    const { savedMethodId: methodId, saveMethod } = input.payment;
    const userId = accountOf(input);
    if (methodId) {
      if (!userId) throw new SavedMethodNotFound({ methodId });
      return (await this.queries.execute(new GetSavedMethod({ userId, methodId }))).provider;
    }
    const provider = input.payment.provider ?? (await this.usualProvider());
    if (saveMethod && !userId) throw accountsOnly();
    if (saveMethod && userId) await this.commands.execute(new OpenWallet({ userId, provider }));
    return provider;
  }

  private async usualProvider(): Promise<string> {
    const [first] = await this.queries.execute(new GetPaymentProviders());
    if (!first) throw new Error('This shop has no payment provider.');
    return first.provider;
  }

  private async emailOf({ buyer, email }: Input): Promise<string> {
    if (email) return email;
    const user = buyer.kind === 'user' ? await this.queries.execute(new GetUser({ userId: buyer.id })) : null;
    if (!user) throw new InvalidInput({ errors: [{ path: 'email', code: 'required', message: 'email is required for guests.' }] });
    return user.email;
  }

  private async addressOf({ buyer, shippingAddress, shippingAddressId }: Input): Promise<Address> {
    if (shippingAddress) return shippingAddress;
    const addressId = shippingAddressId ?? '';
    const address = buyer.kind === 'user' ? await this.queries.execute(new GetAddress({ userId: buyer.id, addressId })) : null;
    if (!address) throw new AddressNotFound({ addressId });
    return address;
  }
}

function checkoutKey({ buyer, idempotencyKey }: Input): string | undefined {
  return idempotencyKey ? `${buyer.kind}:${buyer.id}:${idempotencyKey}` : undefined;
}

function accountOf({ buyer }: Input): string | undefined {
  return buyer.kind === 'user' ? buyer.id : undefined;
}

function accountsOnly(): Error {
  const message = 'Only accounts can save payment methods.';
  return new InvalidInput({ errors: [{ path: 'payment.saveMethod', code: 'accounts_only', message }] });
}
