// Many at once. Each scenario gives a row of the report: what was done how often, what was seen, and every violation it found.
import { atRest } from './invariants.mjs';
import { inParallel, tally, times } from './lanes.mjs';
import { onShop } from './shop.mjs';

/** So many buyers at once for the last pieces: exactly the pieces are sold, the rest is refused clearly. */
export function lastUnits({ buyers, pieces, rounds, atOnce = 64, progress }) {
  return onShop({}, async (shop) => {
    const violations = [];
    let sold = 0;
    let refused = 0;
    for (let round = 0; round < rounds; round += 1) {
      const product = await shop.product(`LAST-${round}`, pieces);
      const tokens = await inParallel(times(buyers), 32, () => shop.guestWith(product));
      const answers = await inParallel(tokens, atOnce, (token) => shop.checkout(token));
      const won = answers.filter(({ status }) => status === 201).length;
      const lost = answers.filter(({ status, body }) => status === 409 && body.code === 'out_of_stock').length;
      sold += won;
      refused += lost;
      if (won !== pieces || won + lost !== buyers)
        violations.push(`round ${round}: ${won} of ${pieces} sold, ${lost} refused, ${buyers - won - lost} neither`);
      progress(`round ${round + 1} of ${rounds}, ${violations.length} violations`);
    }
    const rest = await atRest(shop);
    return {
      did: `${buyers} buyers, ${atOnce} at a time, for ${pieces} pieces, ${rounds} rounds`,
      count: buyers * rounds,
      seen: { sold, refused },
      violations: [...violations, ...rest.violations],
    };
  });
}

const keyings = {
  'the same key': (cart) => `one-${cart}`,
  'different keys': (cart, time) => `many-${cart}-${time}`,
  'no keys': () => undefined,
};

/**
 * Each of so many carts checked out five times at once, with one key, with five and with none: one order, one charge, the same answer. The provider answers half of the
 * charges late, so that their webhooks overtake the answers.
 */
export function doubleSubmits({ carts, each = 5, atOnce = 8, progress }) {
  return onShop({}, async (shop) => {
    const all = Object.entries(keyings).flatMap(([keying, keyOf]) => times(carts).map((cart) => ({ keying, keyOf, cart })));
    const product = await shop.product('TWICE', all.length * each);
    const late = Math.floor(all.length / 2);
    await shop.control('POST', 'faults', { kind: 'slow', when: 'after', path: '/v1/payment_intents', times: late, delayMs: 120 });
    const violations = [];
    const heard = [];
    let done = 0;
    await inParallel(all, atOnce, async ({ keying, keyOf, cart }) => {
      const token = await shop.guestWith(product);
      const answers = await Promise.all(times(each).map((time) => shop.checkout(token, { key: keyOf(cart, time) })));
      const numbers = new Set(answers.filter(({ status }) => status === 201).map(({ body }) => body.orderNumber));
      if (numbers.size !== 1) violations.push(`cart ${cart} with ${keying} became ${numbers.size} orders`);
      for (const { status, body } of answers) {
        heard.push(status === 201 ? 'the order' : body.code);
        // Whoever comes with a key that another request has in hand is told so; whoever comes after the order was made, that the cart is empty.
        if (status !== 201 && body.code !== 'idempotency_in_progress' && body.code !== 'cart_empty')
          violations.push(`cart ${cart} with ${keying} heard ${status} ${body.code}`);
      }
      if ((done += 1) % 50 === 0) progress(`${done} of ${all.length} carts, ${violations.length} violations`);
    });
    const { orders, violations: more } = await atRest(shop);
    if (orders.length !== all.length) violations.push(`${all.length} carts became ${orders.length} orders`);
    return {
      did: `${carts} carts x ${each} parallel checkouts, with ${Object.keys(keyings).join(', ')}; ${late} charges answered after their webhooks`,
      count: all.length * each,
      seen: { orders: orders.length, ...tally(heard) },
      violations: [...violations, ...more],
    };
  });
}

/** Hundreds of refunds of one order are sent one after the other. */
const backlogMs = 240_000;

/** So many refunds at once, of one order and then of several: never more than was captured. */
export function refundRaces({ refunds, among = [1, 10], progress }) {
  return onShop({}, async (shop) => {
    const amount = 150;
    const violations = [];
    const made = {};
    for (const wanted of among) {
      const each = Math.ceil(refunds / wanted);
      // Half of the wishes can be granted.
      const price = Math.max(amount, Math.floor((each * amount) / 2));
      const product = await shop.product(`BACK-${wanted}`, wanted, price);
      const place = async () => (await shop.checkout(await shop.guestWith(product))).body.orderNumber;
      const numbers = await inParallel(times(wanted), 8, place);
      violations.push(...(await atRest(shop, { patienceMs: backlogMs, doctor: false })).violations);
      const wishes = numbers.flatMap((number) => times(each).map(() => number));
      const answers = await inParallel(wishes, wishes.length, (number) =>
        shop.asAdmin('POST', `/api/orders/${number}/refunds`, { amount, reason: 'torture' }),
      );
      for (const { status, body } of answers)
        if (status !== 201 && status !== 409) violations.push(`a refund was answered ${status} ${body.code}`);
      const granted = answers.filter(({ status }) => status === 201).length;
      const affordable = wanted * Math.floor(price / amount);
      if (granted > affordable) violations.push(`${granted} refunds of ${wanted} orders were granted, ${affordable} can be paid`);
      made[`granted of ${wanted}`] = `${granted} of ${affordable} affordable`;
      progress(`${answers.length} refunds of ${wanted} orders, ${granted} granted`);
    }
    return {
      did: `${refunds} refunds at once, of ${among.join(' and of ')} orders`,
      count: refunds * among.length,
      seen: made,
      violations: [...violations, ...(await atRest(shop, { patienceMs: backlogMs })).violations],
    };
  });
}
