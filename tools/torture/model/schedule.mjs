// A schedule: what buyers, admins and the provider do and when, what goes wrong and when, and in which order the steps of the shop are taken. All of it is plain data
// made by fast-check, so that one that breaks an invariant is shrunk to its core and can be run again.
import fc from 'fast-check';
import { brokenAfter, isLapsedCapture } from './invariants.mjs';
import { part } from './product.mjs';
import { products, ShopProcess, webhookSecret } from './shop-process.mjs';
import { Provider } from './provider.mjs';
import { World } from './world.mjs';

const { AddCartItem } = part('cart', 'usecases/add-cart-item');
const { CountStock } = part('inventory', 'contract/stock-commands');
const { AdjustStock } = part('inventory', 'usecases/adjust-stock');
const { PlaceOrder } = part('orders', 'usecases/place-order');
const { CancelOrder } = part('orders', 'usecases/cancel-order');
const { ShipOrder } = part('orders', 'usecases/ship-order');
const { RefundOrder } = part('orders', 'usecases/refund-order');
const { DeliverOrder } = part('orders', 'usecases/deliver-order');
const { DecideReturn, ReceiveReturn, RequestReturn } = part('orders', 'usecases/return-order');
const { RetryOrder } = part('orders', 'usecases/retry-order');
const { CaptureOrder } = part('orders', 'usecases/capture-order');
const { ReconcilePayments } = part('payments', 'usecases/reconcile-payments');
const { RetryRefund } = part('payments', 'usecases/retry-refund');
const { ReceiveWebhook } = part('payments', 'usecases/receive-webhook');

const dayMs = 24 * 3_600_000;
/** Longer than the shop goes on trying against a transaction of a process that has died; what is longer still only repeats that. */
const longestLingerMs = 20_000;
/** More than several requests take that try against such a transaction until they give up. */
const mostSteps = 50_000;
const beginning = Date.UTC(2030, 0, 1);
const address = { name: 'Ada', phone: '1', line1: '1 High St', city: 'London', state: 'London', pincode: 'N1', country: 'GB' };
const buyers = 3;
const ownerOf = (buyer) => ({ kind: 'guest', id: `guest-${buyer}` });
const adminActor = { by: 'admin', actorId: 'admin' };
/** What lies in the carts. */
const carts = [
  [['A', 1]],
  [
    ['A', 1],
    ['B', 1],
  ],
  [['B', 2]],
];

const often = (weights) => fc.oneof(...Object.entries(weights).map(([value, weight]) => ({ weight, arbitrary: fc.constant(value) })));

const request = fc.record({
  at: fc.nat(220),
  on: fc.nat(1),
  buyer: fc.nat(buyers - 1),
  what: often({
    ...{ cancel: 3, ship: 3, refund: 3, retry: 2, capture: 1, reconcile: 1, adjust: 1, bank: 4, refunds: 1, lapse: 2 },
    ...{ restock: 3, deliver: 1, 'send back': 4, 'ask for a return': 1, 'decide a return': 1, 'receive a return': 1 },
  }),
  pick: fc.nat(3),
});
const checkout = fc.record({
  at: fc.nat(60),
  on: fc.nat(1),
  buyer: fc.nat(buyers - 1),
  card: often({ pm_ok: 6, pm_declined: 2, pm_3ds: 2, pm_slow: 1 }),
  key: fc.nat(2),
});

/** Everything that a schedule decides. The first choice, the first kind and the smallest number are always the tamest. */
export const schedules = fc.record({
  capture: often({ automatic: 2, manual: 1 }),
  stock: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 4 })),
  checkouts: fc.array(checkout, { minLength: 1, maxLength: 4 }),
  requests: fc.array(request, { maxLength: 6 }),
  /** Which of the steps that are possible is taken next, over and over. */
  order: fc.array(fc.nat(5), { minLength: 1, maxLength: 40 }),
  faults: fc.array(
    fc.record({
      at: fc.nat(200),
      what: often({ conflict: 2, crash: 5, 'lost commit': 1, 'unmade commit': 1, clock: 2 }),
      on: fc.nat(1),
      landed: fc.nat(255),
      ms: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 40_000 }), fc.integer({ min: 40_000, max: 10_000_000 })),
    }),
    { maxLength: 3 },
  ),
  answers: fc.array(often({ fine: 4, 'lost after': 2, 'lost before': 1, '500 after': 1, '500 before': 1, 'rate limit': 1 }), {
    maxLength: 8,
  }),
  refunds: fc.array(often({ succeeded: 3, pending: 2, fails: 1, bounces: 1 }), { maxLength: 3 }),
  /** Which of the events that the provider has told so far arrives: any, any number of times. */
  webhooks: fc.array(fc.record({ at: fc.nat(200), which: fc.nat(7), on: fc.nat(1) }), { maxLength: 6 }),
  /** What became of the rest of the webhooks and of what the banks think about, once all is quiet. */
  late: fc.record({
    ...{ webhooks: fc.boolean(), bank: often({ silent: 1, yes: 1, no: 1 }), crash: fc.boolean() },
    /** Held money lapses; and the provider does not answer when it is asked about a refund that came back. */
    ...{ lapse: fc.boolean(), deaf: fc.boolean() },
  }),
  seed: fc.nat(0x7fffffff),
});

export class Model {
  static async open() {
    const model = new Model();
    model.world = new World();
    model.provider = new Provider(model.world);
    model.provider.onFault = () => model.tallied('provider faults');
    model.shops = [];
    for (const name of ['a', 'b']) model.shops.push(await ShopProcess.boot(model.world, model.provider, name));
    model.world.install();
    Object.assign(model, { images: new Map(), tally: {}, stepsTaken: 0, digest: 0 });
    return model;
  }

  /** Runs one schedule to its end, and answers what it broke. */
  async run(schedule) {
    const { world, provider, shops } = this;
    const image = await this.imageFor(schedule);
    this.begin(schedule, image);
    this.plan = planOf(schedule);
    let next = 0;
    for (let step = 0; step < 900; step += 1) {
      for (; next < this.plan.length && this.plan[next].at <= step; next += 1) this.happen(this.plan[next]);
      const candidates = world.candidates();
      if (candidates.length > 0) await world.take(candidates[schedule.order[step % schedule.order.length] % candidates.length]);
      else if (next < this.plan.length) step = Math.max(step, this.plan[next].at - 1);
      else if (this.isAnswered()) break;
      else world.clock = Math.max(world.clock, world.nextTimer());
    }
    await this.comeToRest(schedule);
    this.count();
    const broken = await brokenAfter(this);
    for (const shop of shops) shop.stop();
    return [...provider.wrongs, ...this.wrongs, ...broken];
  }

  /** What was done, for the report; and a digest of it, by which two runs of one seed, or of one schedule, can be compared. */
  count() {
    const { world } = this;
    this.stepsTaken += world.steps;
    this.digest = (Math.imul(this.digest, 31) + world.digest) | 0;
    this.lastDigest = world.digest;
  }

  begin({ capture, answers, refunds, seed }, image) {
    const { world, provider, shops } = this;
    this.wrongs = [];
    this.outcomes = [];
    this.acknowledged = [];
    world.begin(beginning + 60_000, seed);
    world.database.restore(image);
    provider.reset({ answers, refunds });
    for (const shop of shops) {
      shop.stop();
      shop.config.PAYMENT_CAPTURE = capture;
      shop.start();
    }
  }

  /** The shop before the schedule: stock counted, carts filled. Made once for each. */
  async imageFor({ stock }) {
    const name = stock.join();
    if (this.images.has(name)) return this.images.get(name);
    const { world, shops } = this;
    world.begin(beginning, 1);
    world.database.restore([]);
    for (const shop of shops) shop.stop();
    shops[0].start();
    const levels = stock.map((onHand, index) => ({ sku: products[index].sku, onHand }));
    await world.settle(this.send(shops[0], new CountStock({ levels, reason: 'opening' })));
    for (let buyer = 0; buyer < buyers; buyer += 1) {
      for (const [sku, quantity] of carts[buyer]) {
        const { productId } = products.find((product) => product.sku === sku);
        const wanted = Math.min(quantity, stock[sku === 'A' ? 0 : 1]);
        await world.settle(this.send(shops[0], new AddCartItem({ owner: ownerOf(buyer), productId, quantity: wanted })));
      }
    }
    this.images.set(name, world.database.image());
    return this.images.get(name);
  }

  send(shop, command) {
    return this.begun(shop, () => shop.commands.execute(command));
  }

  begun(shop, work) {
    return new Promise((resolve, reject) => this.world.start(shop, 'request', () => void work().then(resolve, reject)));
  }

  /** A client asks for something; what it hears is kept. A refusal is an answer, anything else that is thrown is not. */
  request(shop, name, command, keep) {
    return this.work(shop, name, () => shop.commands.execute(command), keep);
  }

  work(shop, name, work, keep = () => undefined) {
    const outcome = { name, shop, answered: false };
    this.outcomes.push(outcome);
    this.begun(shop, work).then(
      (value) => {
        outcome.answered = true;
        keep(value);
      },
      (error) => {
        outcome.answered = true;
        outcome.refused?.(error);
        if (typeof error?.code !== 'string' || !error.kind) this.wrongs.push(`${name} was answered by an error: ${error?.stack ?? error}`);
      },
    );
    return outcome;
  }

  isAnswered() {
    return this.outcomes.every(({ answered }) => answered);
  }

  happen({ kind, ...event }) {
    this[kind](event);
  }

  tallied(what) {
    this.tally[what] = (this.tally[what] ?? 0) + 1;
  }

  checkout({ on, buyer, card, key }) {
    const { world, shops } = this;
    const input = {
      ...{ buyer: ownerOf(buyer), email: 'ada@example.com', shippingAddress: address, payment: { token: card } },
      ...{ idempotencyKey: key === 0 ? undefined : `key-${key}`, arrivedAt: new Date(world.clock) },
    };
    const keyIn = `guest:${input.buyer.id}:${input.idempotencyKey}`;
    const made = world.database.all('orders').find(({ checkoutKey }) => checkoutKey === keyIn);
    const outcome = this.request(shops[on], 'checkout', new PlaceOrder(input), ({ order }) =>
      this.acknowledged.push({ order, buyer, key }),
    );
    outcome.refused = ({ code }) => {
      if (made && code === 'orders.cart_empty') this.wrongs.push(`the key of order ${made.orderNumber} was answered by ${code}`);
    };
    outcome.again = () => this.checkout({ on: 1 - on, buyer, card, key });
  }

  ask({ on, buyer, what, pick }) {
    const { provider, shops, world } = this;
    const shop = shops[on];
    // A declined payment can still be finished at the provider, with another card, until it is withdrawn there.
    if (what === 'bank')
      return provider.decide(['requires_action', 'processing', 'requires_payment_method', 'requires_action'][pick], pick < 3);
    if (what === 'refunds') return provider.finishRefunds();
    if (what === 'lapse') return provider.lapseHolds();
    if (what === 'reconcile') return this.request(shop, what, new ReconcilePayments({}));
    if (what === 'adjust') {
      const product = products[pick % 2];
      return this.request(
        shop,
        what,
        new AdjustStock({ sku: product.sku, change: pick < 2 ? 1 : -1, reason: 'counted again', by: 'admin' }),
      );
    }
    const orders = world.database.all('orders').filter(({ guestId }) => guestId === ownerOf(buyer).id);
    const order = orders[pick % Math.max(1, orders.length)];
    if (!order) return undefined;
    if (what === 'send back') return this.work(shop, what, () => this.sendBack(shop, order, ownerOf(buyer), pick));
    return this.request(shop, what, this.commandFor(what, order, ownerOf(buyer), pick));
  }

  /** What a buyer or an admin asks of an order. */
  commandFor(what, order, buyer, pick) {
    const { orderNumber } = order;
    const own = { orderNumber, buyer };
    const items = [{ item: order.items[pick % order.items.length]._id.toHexString(), quantity: 1 }];
    const parcel = { orderNumber, carrier: 'DHL', trackingNumber: `T${pick}`, actor: adminActor };
    const refund = { orderNumber, restock: [], reason: 'kindness', actor: adminActor };
    const back = order.returns[pick % Math.max(1, order.returns.length)];
    const ofReturn = { orderNumber, returnId: back ? back._id.toHexString() : 'none' };
    const commands = {
      cancel: () => new CancelOrder({ ...own, actor: { by: 'buyer' }, ...(pick === 3 ? { items } : {}) }),
      ship: () => new ShipOrder({ ...parcel, ...(pick === 3 ? { items } : {}) }),
      deliver: () => new DeliverOrder({ orderNumber, actor: adminActor }),
      refund: () => new RefundOrder({ ...refund, wish: pick === 0 ? {} : { amount: 100 * pick } }),
      restock: () => new RefundOrder({ ...refund, wish: { items }, restock: pick === 3 ? [] : items }),
      'ask for a return': () => new RequestReturn({ ...own, actor: { by: 'buyer' }, ...(pick > 1 ? { items } : {}) }),
      'decide a return': () => new DecideReturn({ ...ofReturn, status: pick === 3 ? 'declined' : 'approved' }),
      'receive a return': () => new ReceiveReturn({ ...ofReturn, ...arrived(back, pick), refund: pick !== 2, actor: adminActor }),
      retry: () => new RetryOrder(own),
      capture: () => new CaptureOrder({ orderNumber, amount: pick === 0 ? undefined : 200 * pick }),
    };
    return commands[what]();
  }

  /** Goods are sent, unless they were, and come back announced. */
  async sendBack(shop, order, buyer, pick) {
    const sending = this.commandFor('ship', order, buyer, 0);
    if (order.status === 'Processing') await shop.commands.execute(sending);
    const { returns } = await shop.commands.execute(this.commandFor('ask for a return', order, buyer, pick));
    const { id: returnId, items } = returns.at(-1);
    const received = { orderNumber: order.orderNumber, returnId, ...arrived({ items }, pick), refund: true, actor: adminActor };
    return shop.commands.execute(new ReceiveReturn(received));
  }

  fault({ what, on, landed, ms }) {
    const { world, shops } = this;
    this.tallied({ crash: 'crashes', conflict: 'conflicts', clock: 'clock jumps' }[what] ?? 'lost commits');
    if (what === 'conflict') world.faults.conflict = true;
    else if (what === 'lost commit') world.faults.lostCommit = 'after';
    else if (what === 'unmade commit') world.faults.lostCommit = 'before';
    else if (what === 'clock') world.clock += ms;
    else this.crash(shops[on], landed, ms % longestLingerMs);
  }

  /** The process ends and starts anew; a client whose checkout broke off sends it again to the other one. */
  crash(shop, landed, lingerMs) {
    this.world.crash(shop, landed, lingerMs);
    shop.start();
    const broken = this.outcomes.filter((outcome) => outcome.shop === shop && !outcome.answered);
    for (const outcome of broken) {
      outcome.answered = true;
      outcome.again?.();
    }
  }

  webhook({ which, on }) {
    const { events } = this.provider;
    if (events.length > 0) this.deliver(events[which % events.length], this.shops[on]);
  }

  deliver(event, shop) {
    const payload = JSON.stringify({ object: 'event', ...event });
    const timestamp = Math.floor(this.world.clock / 1000);
    const signature = shop.stripe.webhooks.generateTestHeaderString({ payload, secret: webhookSecret, timestamp });
    const input = { provider: 'stripe', rawBody: Buffer.from(payload), headers: { 'stripe-signature': signature } };
    this.tallied('webhooks');
    this.request(shop, 'webhook', new ReceiveWebhook(input));
  }

  /** No more faults; time passes, until nothing is left to do. What nobody reported has to be found out by asking. */
  async comeToRest({ late }) {
    const { world, provider, shops } = this;
    world.faults = { conflict: false, lostCommit: undefined };
    provider.answers = [];
    provider.calls = 0;
    // One process is enough to finish everything, whether the other one ends or both have to begin anew.
    if (late.crash) this.crash(shops[0], 0, 0);
    this.crash(shops[1], 0, 0);
    shops[1].stop();
    const shop = shops[0];
    const told = new Set();
    if (late.lapse) provider.lapseHolds();
    for (let round = 0; round < 60; round += 1) {
      this.tellOfBounced(shop, told, late);
      if (!(await this.runReady())) return;
      if (this.isQuiet()) return;
      if (round === 2) provider.decide('requires_action', late.bank === 'yes');
      if (round === 2 && late.bank !== 'silent') provider.decide('processing', late.bank === 'yes');
      if (round === 3 && late.bank === 'yes') provider.decide('requires_payment_method', true);
      if (round % 10 === 9) provider.decide('processing', false);
      if (round === 4 && late.webhooks) for (const event of [...provider.events].reverse()) this.deliver(event, shop);
      if (round % 3 === 2) provider.finishRefunds();
      if (round % 3 === 1) this.retryRefunds(shop);
      if (round % 10 === 9) this.retryByHand(shop);
      if (!(await this.runReady())) return;
      world.clock = Math.max(world.clock + 1_000, this.nextDue());
    }
    this.wrongs.push(...this.unfinished());
  }

  /** Of money that had gone back and came again only a webhook tells: the provider repeats it until it is taken, which is all that a shop can go by. */
  tellOfBounced(shop, told, { deaf }) {
    const { provider } = this;
    const bounced = provider.events.filter(
      ({ id, type, data }) => type === 'refund.failed' && data.object.fate === 'bounces' && !told.has(id),
    );
    if (deaf && bounced.length > 0) Object.assign(provider, { answers: ['lost before', 'lost after'], calls: 0 });
    for (const event of bounced) {
      told.add(event.id);
      this.deliver(event, shop);
    }
  }

  /** Takes steps until everybody is answered and nothing more can be done now; false if that is never reached. */
  async runReady() {
    const { world } = this;
    for (let steps = 0; steps < mostSteps; steps += 1) {
      const [step] = world.candidates();
      if (step) await world.take(step);
      else if (this.isAnswered() || world.timers.length === 0) return true;
      else world.clock = Math.max(world.clock, world.nextTimer());
    }
    const unanswered = this.outcomes.filter(({ answered }) => !answered).map(({ name }) => name);
    this.wrongs.push(`the shop is busy for ever; without an answer: ${unanswered.join(', ') || 'nobody'}`);
    return false;
  }

  /** When the shop has something to do again at the earliest, by its own records. */
  nextDue() {
    const { database } = this.world;
    const due = [
      'outbox.dueAt',
      'payments.nextCheckAt',
      'refunds.nextCheckAt',
      'orders.payBy',
      'orders.giveUpAt',
      'stockReservations.expiresAt',
    ].flatMap((path) => {
      const [name, field] = path.split('.');
      const open = { orders: 'PaymentPending', stockReservations: 'open' }[name];
      return database
        .all(name)
        .filter((row) => row[field] && (!open || row.status === open))
        .map((row) => row[field].getTime());
    });
    return Math.min(this.world.clock + 600_000, ...due.filter((at) => at > this.world.clock)) + 1;
  }

  /** What an admin does about refunds that the provider would not make, while their keys are still known there. */
  retryRefunds(shop) {
    for (const refund of this.world.database.all('refunds'))
      if (refund.status === 'failed') this.request(shop, 'retry refund', new RetryRefund({ refundId: refund._id.toHexString() }));
  }

  /** What an admin does a day later about what is left of those, and about deliveries that were given up. */
  retryByHand(shop) {
    this.world.clock += dayMs;
    for (const row of this.world.database.all('outbox')) {
      const { _id, parked } = row;
      this.wrongs.push(...this.givenUpTooSoon(row));
      if (parked.length > 0) this.work(shop, 'retry job', () => shop.failed.retry(_id.toHexString()));
    }
    this.retryRefunds(shop);
  }

  /**
   * What an admin is needed for although it would have come right by itself. Only a failure that the provider keeps under the key of a call outlasts the attempts of a
   * delivery, and money that lapsed before it was taken is no more; the admin's help would hide all others, and a shop without one stands still.
   */
  givenUpTooSoon(row) {
    const { name, parked } = row;
    return parked
      .filter(({ error, at }) => !this.provider.keptSaying(error, at.getTime()) && !isLapsedCapture(this, row))
      .map(
        ({ reaction, attempts, error }) =>
          `${name} was given up for ${reaction} at attempt ${attempts}, and nothing was wrong for good: ${error}`,
      );
  }

  /** Money that is held, here and at the provider, and that nobody has decided to take: it is asked about for as long as that. */
  isOnlyHeld({ orderId, status, captureRequested }) {
    return status === 'authorized' && captureRequested === undefined && this.provider.isHeld(orderId.toHexString());
  }

  isQuiet() {
    return this.world.ready.length === 0 && !this.provider.willBounce() && this.unfinished().length === 0;
  }

  unfinished() {
    const { database } = this.world;
    const told = (name, rows, word) => rows.map((row) => `${name} ${word(row)}`);
    return [
      ...told(
        'event',
        database.all('outbox').filter((row) => row.dueAt || (row.parked.length > 0 && !isLapsedCapture(this, row))),
        ({ name, waiting, failures, parked }) => `${name} waits for ${waiting}: ${(failures[0] ?? parked[0])?.error}`,
      ),
      ...told(
        'payment',
        database.all('payments').filter((payment) => (payment.nextCheckAt || payment.status === 'authorized') && !this.isOnlyHeld(payment)),
        ({ status }) => `is still ${status}`,
      ),
      ...told(
        'refund',
        database.all('refunds').filter((refund) => refund.status !== 'succeeded' && !wentBackOtherwise(database, refund)),
        ({ status }) => `is still ${status}`,
      ),
      ...told(
        'order',
        database.all('orders').filter(({ status }) => status === 'PaymentPending'),
        ({ status }) => `is still ${status}`,
      ),
      ...told(
        'reservation',
        database.all('stockReservations').filter(({ status }) => status === 'open'),
        ({ orderId }) => `of ${orderId} is still open`,
      ),
      ...told(
        'request',
        this.outcomes.filter(({ answered }) => !answered),
        ({ name }) => `${name} is not answered`,
      ),
    ];
  }
}

/** What arrives of a return: all of it, to be sold again, or one piece of its first item, damaged. */
function arrived(back, pick) {
  const [first] = back?.items ?? [];
  return first && pick === 1 ? { items: [{ item: String(first.item), quantity: 1, condition: 'damaged' }] } : {};
}

/**
 * A refund that failed is at rest as it is when its money or its goods have been refunded with another one: late money for a dead order, say, after an admin's refund
 * of it.
 */
function wentBackOtherwise(database, { orderId, key, status, amount }) {
  const { items, refunds } = database.all('orders').find(({ _id }) => _id.equals(orderId));
  const again = refunds.filter((row) => row.key === key || row.status !== 'failed').flatMap((row) => row.items);
  const pieces = ({ _id }) => again.filter(({ item }) => _id.equals(item)).reduce((sum, { quantity }) => sum + quantity, 0);
  if (status === 'failed' && items.some((item) => pieces(item) > item.quantity)) return true;
  const ofOrder = (row) => row.orderId.equals(orderId);
  const { capturedAmount } = database.all('payments').find(ofOrder);
  const back = database.all('refunds').filter((row) => ofOrder(row) && row.status === 'succeeded');
  return status === 'failed' && back.reduce((sum, row) => sum + row.amount, amount) > capturedAmount;
}

/** Everything that happens at a step, in order. */
function planOf({ checkouts, requests, faults, webhooks }) {
  const all = [
    ...checkouts.map((event) => ({ kind: 'checkout', ...event })),
    ...requests.map((event) => ({ kind: 'ask', ...event })),
    ...faults.map((event) => ({ kind: 'fault', ...event })),
    ...webhooks.map((event) => ({ kind: 'webhook', ...event })),
  ];
  return all.sort((a, b) => a.at - b.at);
}
