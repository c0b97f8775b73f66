// What is done to the shop. Each scenario gives a row of the report: what was done how often, and every violation it found.
import { readFileSync } from 'node:fs';
import { atRest } from './invariants.mjs';
import { inParallel, pause, Shop } from './shop.mjs';

async function onShop(work, env) {
  const shop = await Shop.start(env);
  try {
    return await work(shop);
  } finally {
    await shop.stop();
  }
}

/** So many buyers at once for the last pieces: exactly the pieces are sold, the rest is refused clearly. */
export function lastUnits({ buyers, pieces, rounds, atOnce = 64 }) {
  return onShop(async (shop) => {
    const violations = [];
    let sold = 0;
    for (let round = 0; round < rounds; round += 1) {
      const product = await shop.product(`LAST-${round}`, pieces);
      const tokens = await inParallel(new Array(buyers).fill(0), 32, () => shop.guestWith(product));
      const answers = await inParallel(tokens, atOnce, (token) => shop.checkout(token));
      const won = answers.filter(({ status }) => status === 201).length;
      const lost = answers.filter(({ status, body }) => status === 409 && body.code === 'out_of_stock').length;
      sold += won;
      if (won !== pieces || won + lost !== buyers)
        violations.push(`round ${round}: ${won} of ${pieces} sold, ${lost} refused, ${buyers - won - lost} neither`);
    }
    const rest = await atRest(shop);
    return {
      did: `${buyers} buyers x ${pieces} pieces x ${rounds} rounds`,
      count: buyers * rounds,
      sold,
      violations: [...violations, ...rest.violations],
    };
  });
}

/** One cart checked out five times at once, with one key or five, while webhooks come in: one order, one charge. */
export function doubleSubmits({ carts, times = 5 }) {
  return onShop(async (shop) => {
    const product = await shop.product('TWICE', carts * times);
    const violations = [];
    await inParallel(new Array(carts).fill(0), 8, async (_, cart) => {
      const token = await shop.guestWith(product);
      const keyOf = (time) => [`one-${cart}`, `many-${cart}-${time}`, undefined][cart % 3];
      const answers = await Promise.all(Array.from({ length: times }, (_, time) => shop.checkout(token, { key: keyOf(time) })));
      const numbers = new Set(answers.filter(({ status }) => status === 201).map(({ body }) => body.orderNumber));
      const others = answers.filter(
        ({ status, body }) => status !== 201 && body.code !== 'idempotency_in_progress' && body.code !== 'cart_empty',
      );
      if (numbers.size !== 1) violations.push(`cart ${cart} became ${numbers.size} orders`);
      for (const { status, body } of others) violations.push(`cart ${cart} heard ${status} ${body.code}`);
    });
    const { orders, violations: more } = await atRest(shop);
    if (orders.length !== carts) violations.push(`${carts} carts became ${orders.length} orders`);
    return { did: `${carts} carts x ${times} parallel checkouts`, count: carts * times, violations: [...violations, ...more] };
  });
}

/** Refunds of one order, all at once: never more than was captured. */
export function refundRaces({ refunds, orders: wanted }) {
  return onShop(async (shop) => {
    const product = await shop.product('BACK', wanted);
    const numbers = await inParallel(
      new Array(wanted).fill(0),
      8,
      async () => (await shop.checkout(await shop.guestWith(product))).body.orderNumber,
    );
    const violations = (await atRest(shop)).violations;
    const each = Math.ceil(refunds / wanted);
    const answers = await inParallel(
      numbers.flatMap((number) => new Array(each).fill(number)),
      refunds,
      (number) => shop.asAdmin('POST', `/api/orders/${number}/refunds`, { amount: 150, reason: 'torture' }),
    );
    for (const { status, body } of answers)
      if (status !== 201 && status !== 409) violations.push(`a refund was answered ${status} ${body.code}`);
    const made = answers.filter(({ status }) => status === 201).length;
    return {
      did: `${answers.length} refunds at once of ${wanted} orders`,
      count: answers.length,
      made,
      violations: [...violations, ...(await atRest(shop)).violations],
    };
  });
}

/** Webhooks in every order, doubled and trebled, before or after the answer: one final state. */
export function webhookOrders({ orders: wanted }) {
  return onShop(async (shop) => {
    const product = await shop.product('HOOKS', wanted * 3);
    const violations = [];
    let count = 0;
    for (const duplicate of [0, 1, 2]) {
      for (const hold of [false, true]) {
        for (let seed = 1; seed <= Math.ceil(wanted / 6); seed += 1) {
          await shop.control('POST', 'webhooks', { hold, duplicate, shuffle: seed });
          const token = await shop.guestWith(product);
          const { body } = await shop.checkout(token, { card: seed % 4 === 0 ? 'pm_card_visa_chargeDeclined' : 'pm_card_visa' });
          if (hold) await shop.control('POST', 'webhooks', { release: true, flush: true });
          count += 1;
          if (!body.orderNumber) violations.push(`a checkout was answered ${body.code}`);
        }
      }
    }
    await shop.control('DELETE', 'webhooks');
    return {
      did: `${count} orders, their webhooks shuffled, doubled, trebled, held until after the answer`,
      count,
      violations: [...violations, ...(await atRest(shop)).violations],
    };
  });
}

/** Not a single webhook arrives: asking the provider finds out about all of them. */
export function lostWebhooks({ orders: wanted }) {
  return onShop(async (shop) => {
    await shop.control('POST', 'webhooks', { drop: 1_000_000 });
    const product = await shop.product('SILENT', wanted);
    await inParallel(new Array(wanted).fill(0), 8, async () => shop.checkout(await shop.guestWith(product)));
    const { orders, tookMs, violations } = await atRest(shop);
    const paid = orders.filter(({ status }) => status === 'Processing').length;
    if (paid !== wanted) violations.push(`${paid} of ${wanted} orders were reconciled`);
    return { did: `${wanted} orders without any webhook`, count: wanted, reconciledMs: tookMs, violations };
  });
}

/**
 * The provider times out, resets, answers 500 or 429, before and after it did its part: money is conserved to the cent. A 500 that the provider keeps under
 * our key for a day leaves nothing to do but to wait until the order is given up: here after a minute.
 */
export function gatewayFaults({ orders: wanted }) {
  return onShop(
    async (shop) => {
      const product = await shop.product('FAULTS', wanted * 2);
      const kinds = ['timeout', 'reset', 'error', 'rate_limit', 'truncated'].flatMap((kind) =>
        ['before', 'after'].map((when) => ({ kind, when })),
      );
      for (let round = 0; round < Math.ceil(wanted / kinds.length); round += 1) {
        for (const fault of kinds) {
          await shop.control('POST', 'faults', {
            ...fault,
            method: 'POST',
            path: '/v1/payment_intents',
            times: 1 + (round % 3),
            delayMs: 50,
            kept: round % 2 === 0,
          });
          await shop.checkout(await shop.guestWith(product));
          await shop.control('DELETE', 'faults');
        }
      }
      const { orders, tookMs, violations } = await atRest(shop, 150_000);
      return {
        did: `${orders.length} orders under ${kinds.length} kinds of gateway faults`,
        count: orders.length,
        restMs: tookMs,
        violations,
      };
    },
    { RESERVATION_MINUTES: '1' },
  );
}

/** Ends the process before and after every write and gateway call of a purchase, its parcel and a refund, several times each. */
export function crashMatrix({ times, settleEvery = 20, onProgress = () => undefined }) {
  return onShop(async (shop) => {
    const product = await shop.product('CRASH', 100_000);
    await shop.kill();
    const points = await countPoints(shop, product);
    const violations = [];
    const hit = new Set();
    const plan = points.flatMap((_, index) => ['before', 'after'].flatMap((when) => new Array(times).fill(`${index + 1}:${when}`)));
    let crashes = 0;
    let slowestMs = 0;
    const settle = async () => {
      shop.disarm();
      await shop.boot();
      const { tookMs, violations: found } = await atRest(shop);
      slowestMs = Math.max(slowestMs, tookMs);
      violations.push(...found);
      await shop.kill();
    };
    for (const [index, crashAt] of plan.entries()) {
      shop.disarm();
      await shop.boot(crashAt);
      await liveThrough(shop, product, `${index}`);
      const ended = await Promise.race([shop.ended, pause(1500)]);
      if (ended === 'SIGKILL') crashes += 1;
      else await shop.kill();
      if ((index + 1) % settleEvery === 0) {
        await settle();
        onProgress({ done: index + 1, of: plan.length, crashes, violations: violations.length });
      }
    }
    await settle();
    for (const line of readFileSync(shop.crashLog, 'utf8').split('\n')) if (/^(before|after) /.test(line)) hit.add(line);
    await shop.boot();
    return {
      did: `${points.length} points x before and after x ${times}`,
      count: crashes,
      points: points.length,
      kinds: hit.size,
      slowestMs,
      violations,
    };
  });
}

/** The points that one purchase with its parcel and refund passes. */
async function countPoints(shop, product) {
  await shop.boot('');
  await liveThrough(shop, product, 'count');
  await pause(1500);
  const points = readFileSync(shop.crashLog, 'utf8').trim().split('\n');
  await shop.kill();
  return points;
}

/** A purchase from cart to refund. Where the process ends under it, it ends, too; what a client would do then (send the same checkout again) comes with the next start. */
async function liveThrough(shop, product, name) {
  const { again } = shop;
  if (again) await shop.checkout(again.token, { key: again.key });
  const token = await shop.guestWith(product, 2);
  const key = `crash-${name}`;
  shop.again = { token, key };
  shop.arm();
  const placed = await shop.checkout(token, { key });
  const number = placed.body.orderNumber;
  if (placed.status !== 201) return;
  for (let tries = 0; tries < 100; tries += 1) {
    const { status, body } = await shop.send('GET', `/api/orders/${number}`, { token });
    if (status === 0) return;
    if (body.status === 'Processing') break;
    await pause(20);
  }
  const parcel = await shop.asAdmin('POST', `/api/orders/${number}/shipments`, { carrier: 'DHL', trackingNumber: key });
  if (parcel.status === 0) return;
  await shop.asAdmin('POST', `/api/orders/${number}/refunds`, { amount: 700, reason: 'torture' });
}

/** Kills the process at random while buyers buy; each buyer sends a checkout that broke off again, with its key. */
export function randomKills({ kills, buyers = 6, onProgress = () => undefined }) {
  return onShop(async (shop) => {
    const product = await shop.product('RANDOM', 1_000_000);
    const violations = [];
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
    const lanes = Array.from({ length: buyers }, (_, lane) => buyer(lane));
    for (let kill = 1; kill <= kills; kill += 1) {
      await pause(150 + Math.random() * 1200);
      await shop.kill();
      await shop.boot();
      if (kill % 20 === 0) onProgress({ done: kill, of: kills, crashes: kill, violations: violations.length });
    }
    running = false;
    await Promise.all(lanes);
    const { orders, tookMs: slowestMs, violations: found } = await atRest(shop);
    const there = new Set(orders.map(({ orderNumber }) => orderNumber));
    for (const number of acknowledged) if (!there.has(number)) violations.push(`order ${number} was acknowledged and is gone`);
    return {
      did: `${kills} kills at random under ${buyers} buyers`,
      count: kills,
      orders: orders.length,
      acknowledged: acknowledged.size,
      slowestMs,
      violations: [...violations, ...found],
    };
  });
}
