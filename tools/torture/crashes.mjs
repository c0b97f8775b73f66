// The process is ended with SIGKILL, everywhere and at any time.
import { readFileSync } from 'node:fs';
import { atRest } from './invariants.mjs';
import { inParallel, pause, tally, times as numbers, until } from './lanes.mjs';
import { onShop } from './shop.mjs';

/** What runs in the background may miss so many moments, tried four times each; more, and the kills do not show what they say. */
const mostMissed = 3;

/**
 * Ends the process before and after every write, enqueue and gateway call of a purchase, its parcel and a refund, several times each: once the client never comes back, the
 * other times it sends again what it was about to send. Every order must be at rest within 60 seconds of the restart, or of the client's having sent all again.
 */
export async function crashMatrix({ times, lanes, thin = 1, progress }) {
  const points = (await pointsOfALife()).filter((_, index) => index % thin === 0);
  const moments = points.flatMap((point) => ['before', 'after'].map((moment) => ({ point, moment })));
  const queue = numbers(times).flatMap((time) => moments.map((target) => ({ ...target, time, tries: 0 })));
  const tallied = { of: queue.length, crashes: [], missed: [], violations: [], slowestMs: 0, orders: 0 };
  await inParallel(numbers(lanes), lanes, () =>
    onShop({ crashable: true }, (shop) => lane(shop, queue, tallied, progress)).catch(
      // The other lanes take over what is left.
      ({ message }) => tallied.violations.push(`a lane broke off: ${message}`),
    ),
  );
  if (queue.length > 0) tallied.violations.push(`${queue.length} kills were not made`);
  const { crashes, violations, slowestMs, orders } = tallied;
  const missed = [...new Set(tallied.missed)];
  if (missed.length > mostMissed) violations.push(`${missed.length} moments were not met again, so nobody knows: ${missed.join(', ')}`);
  const kind = ({ point }) => (/^(GET|POST)/.test(point) ? 'gateway calls' : point.startsWith('insert outbox') ? 'enqueues' : 'writes');
  return {
    did: `${points.length} points x before and after x ${times}`,
    count: crashes.length,
    seen: {
      ...tally(crashes.map((crash) => `kills at ${kind(crash)}`)),
      orders,
      'points not met again': missed.length === 0 ? 0 : missed.join(' '),
      'ms to rest at most': slowestMs,
    },
    violations,
  };
}

async function lane(shop, queue, tallied, progress) {
  const product = await shop.product('CRASH', 100_000);
  let since = 0;
  for (let target; (target = queue.shift());) {
    const client = new Client(shop, product, `${target.point} ${target.moment} ${target.time} ${target.tries}`.replace(/\W+/g, '-'));
    if (!(await endsAt(shop, client, target))) {
      // What runs in the background does not come in the same order every time.
      if ((target.tries += 1) < 4) queue.push(target);
      else tallied.missed.push(`${target.moment} ${target.point}`);
      continue;
    }
    tallied.crashes.push(target);
    await shop.boot();
    let restartedAt = shop.readyAt;
    if (target.time > 0) {
      tallied.violations.push(...(await client.comeBack()));
      // What the client has sent again may have waited for the lease of the request that died.
      restartedAt = Date.now();
    }
    since += 1;
    const last = since % 15 === 0 || queue.length === 0;
    const { tookMs, violations } = await atRest(shop, { since: restartedAt, doctor: last });
    tallied.slowestMs = Math.max(tallied.slowestMs, tookMs);
    tallied.violations.push(...violations.map((violation) => `after a kill ${target.moment} ${target.point}: ${violation}`));
    if (tallied.crashes.length % 20 === 0)
      progress(
        `${tallied.crashes.length} of ${tallied.of} kills, ${tallied.violations.length} violations, slowest ${tallied.slowestMs} ms`,
      );
  }
  const { orders, violations } = await atRest(shop);
  tallied.orders += orders.length;
  tallied.violations.push(...violations);
}

/** Lets a client live through a purchase whose process ends itself at the target; false when it never came there. */
async function endsAt(shop, client, { point, moment }) {
  shop.arm(point, moment);
  await client.live();
  const ended = await Promise.race([shop.ended, client.settled()]);
  shop.disarm();
  return ended === 'SIGKILL';
}

/** The points that a purchase with its parcel and refund passes, in any of three lives. */
function pointsOfALife() {
  return onShop({ crashable: true }, async (shop) => {
    const product = await shop.product('COUNT', 100);
    const points = new Set();
    for (const life of numbers(4)) {
      shop.arm();
      const client = new Client(shop, product, `count-${life}`);
      await client.live();
      await client.settled();
      shop.disarm();
      // The first life makes connections and the like, which the others need not.
      if (life > 0) for (const point of readFileSync(shop.crashLog, 'utf8').trim().split('\n')) points.add(point);
    }
    // Whoever looks for something to do writes only where there is something.
    return [...points].filter((point) => !/^findAndModify (payments|refunds|outbox)#([2-9]|\d\d)/.test(point)).sort();
  });
}

/** A buyer and the admin behind him: one purchase, its parcel, and a part of the money back, each sent with a key of its own, so that all can be sent again. */
class Client {
  constructor(shop, product, name) {
    Object.assign(this, { shop, product, name });
  }

  /** Goes as far as the process lives. */
  async live() {
    if (!(await this.fillCart())) return;
    const placed = await this.checkout();
    if (placed.status !== 201) return;
    this.number = placed.body.orderNumber;
    await this.afterwards();
  }

  /** A session and two pieces in its cart: false when the process ended before it was said that both are there. */
  async fillCart(send = (once) => once()) {
    // A session whose token never arrived is nobody's: the buyer takes another.
    this.token ??= (await send(() => this.shop.guest())).body.accessToken;
    if (!this.token) return false;
    return (await send(() => this.shop.putInCart(this.token, this.product, { quantity: 2, key: `cart-${this.name}` }))).status === 201;
  }

  /** The process is there again: sends all again, until each has its answer. Gives what is wrong with them. */
  async comeBack() {
    if (!(await this.fillCart((send) => this.persist(send)))) return [`${this.name}: the cart could not be filled`];
    const placed = await this.persist(() => this.checkout());
    if (placed.status !== 201) return [`${this.name}: the checkout sent again was answered ${placed.status} ${placed.body.code}`];
    if (this.number && this.number !== placed.body.orderNumber) return [`${this.name}: ${this.number} became ${placed.body.orderNumber}`];
    this.number = placed.body.orderNumber;
    const [parcel, refund] = await this.afterwards((send) => this.persist(send));
    if (parcel?.status !== 201 || refund?.status !== 201)
      return [`${this.name}: parcel and refund were answered ${parcel?.status}, ${refund?.status}`];
    const { shipments, refunds } = refund.body;
    return shipments.length === 1 && refunds.length === 1 ? [] : [`${this.name}: ${shipments.length} parcels, ${refunds.length} refunds`];
  }

  async afterwards(send = (once) => once()) {
    const { shop, number, name } = this;
    const paid = await until(async () => {
      const { status, body } = await shop.asAdmin('GET', `/api/orders/${number}`);
      return status === 0 || body.status === 'Processing' || body.status === 'Shipped';
    });
    if (!paid) return [];
    const parcel = { carrier: 'DHL', trackingNumber: `${name}`.slice(-40) };
    const sent = await send(() => shop.asAdmin('POST', `/api/orders/${number}/shipments`, parcel, `parcel-${name}`));
    if (sent.status === 0) return [sent];
    const refund = { amount: 700, reason: 'torture' };
    return [sent, await send(() => shop.asAdmin('POST', `/api/orders/${number}/refunds`, refund, `refund-${name}`))];
  }

  checkout() {
    return this.shop.checkout(this.token, { key: this.name });
  }

  /** Until the refund is done, or would have been. */
  async settled() {
    await until(
      async () => {
        const { status, body } = await this.shop.asAdmin('GET', `/api/orders/${this.number}`);
        return status === 0 || (status === 200 && body.refunds.length > 0 && body.refunds.every((refund) => refund.status === 'succeeded'));
      },
      { everyMs: 50, forMs: 5_000 },
    );
    await pause(400);
  }

  /** Sends until there is an answer that is none to wait for. */
  async persist(send) {
    let answer;
    const isDefinite = ({ status, body }) => status !== 0 && status < 500 && body.code !== 'idempotency_in_progress';
    await until(async () => isDefinite((answer = await send())), { everyMs: 250, forMs: 60_000 });
    return answer;
  }
}

/** Kills the process at random while buyers buy; each buyer sends a checkout that broke off again, with its key. On so many shops, each with its share of the kills. */
export async function randomKills({ kills, shops = 2, buyers = 6, progress }) {
  const tallied = { kills: 0, orders: 0, acknowledged: 0, slowestMs: 0, violations: [] };
  const share = Math.ceil(kills / shops);
  await inParallel(numbers(shops), shops, () => onShop({}, (shop) => killAtRandom(shop, share, { buyers, tallied, progress, kills })));
  const { orders, acknowledged, slowestMs, violations } = tallied;
  return {
    did: `${tallied.kills} kills at random under ${buyers} buyers`,
    count: tallied.kills,
    seen: { orders, acknowledged, 'ms to rest at most': slowestMs },
    violations,
  };
}

/** What becomes of an order that a buyer pays and nobody touches any more. */
const ends = new Set(['Processing', 'Failed']);

async function killAtRandom(shop, share, { buyers, tallied, progress, kills }) {
  const product = await shop.product('RANDOM', 1_000_000);
  const acknowledged = new Set();
  let running = true;
  const buyer = async (lane) => {
    for (let step = 0; running; step += 1) {
      const token = await shop.guestWith(product).catch(() => undefined);
      if (!token) {
        await pause(50);
        continue;
      }
      for (let tries = 0; running && tries < 20; tries += 1) {
        const { status, body } = await shop.checkout(token, { key: `random-${lane}-${step}` });
        if (status === 201) acknowledged.add(body.orderNumber);
        if (status !== 0 && status < 500 && body.code !== 'idempotency_in_progress') break;
        await pause(100);
      }
    }
  };
  const lanes = numbers(buyers).map(buyer);
  for (let kill = 1; kill <= share; kill += 1) {
    await pause(150 + Math.random() * 1200);
    await shop.kill();
    await shop.boot();
    tallied.kills += 1;
    if (tallied.kills % 20 === 0) progress(`${tallied.kills} of ${kills} kills`);
  }
  running = false;
  await Promise.all(lanes);
  const { orders, tookMs, violations } = await atRest(shop);
  const there = new Map(orders.map(({ orderNumber, status }) => [orderNumber, status]));
  for (const number of acknowledged)
    if (there.get(number) !== 'Processing')
      tallied.violations.push(`order ${number} was acknowledged and is ${there.get(number) ?? 'gone'}`);
  // What nobody heard of is paid all the same, as its token was; or it came to nothing.
  for (const [number, status] of there) if (!ends.has(status)) tallied.violations.push(`order ${number} ends as ${status}`);
  tallied.violations.push(...violations);
  tallied.orders += orders.length;
  tallied.acknowledged += acknowledged.size;
  tallied.slowestMs = Math.max(tallied.slowestMs, tookMs);
}
