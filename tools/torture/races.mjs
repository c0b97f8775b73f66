// Many at once. Each scenario gives a row of the report: what was done how often, what was seen, and every violation it found.
import { atRest } from './invariants.mjs';
import { inParallel, tally, times, until } from './lanes.mjs';
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
 * Each of so many carts checked out five times at once, with one key, with five and with none: one order, one charge, and each request has it for an answer in the end. The provider answers half of the
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
      const answers = await Promise.all(times(each).map((time) => untilDone(shop, token, keyOf(cart, time))));
      for (const { status, body } of answers) heard.push(status === 201 ? 'the order' : body.code);
      violations.push(...(await wrongWith(shop, { keying, answers, token })).map((wrong) => `cart ${cart} with ${keying} ${wrong}`));
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

/** Whoever comes with a key that another request has in hand is told to wait, and asks again. */
async function untilDone(shop, token, key) {
  let answer;
  const isDone = async () => (answer = await shop.checkout(token, { key })).body.code !== 'idempotency_in_progress';
  await until(isDone, { everyMs: 100, forMs: 60_000 });
  return answer;
}

/** With one key each request is answered by the order in the end; with another, whoever comes after it was made hears that the cart is empty, and finds it among the buyer's. */
async function wrongWith(shop, { keying, answers, token }) {
  const numbers = new Set(answers.filter(({ status }) => status === 201).map(({ body }) => body.orderNumber));
  const [number] = numbers;
  const own = (await shop.send('GET', '/api/orders', { token })).body.data.map(({ orderNumber }) => orderNumber);
  const late = ({ body }) => keying !== 'the same key' && body.code === 'cart_empty' && (body.orderNumber ?? number) === number;
  return [
    ...(numbers.size === 1 ? [] : [`became ${numbers.size} orders`]),
    ...(own.length === 1 && own[0] === number ? [] : [`became ${number}, and the buyer has ${own.join(', ')}`]),
    ...answers.filter((answer) => answer.status !== 201 && !late(answer)).map(({ status, body }) => `heard ${status} ${body.code}`),
  ];
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
      // Refunds of an order take turns, so that none is refused for the crowd's sake.
      if (granted !== affordable) violations.push(`${granted} refunds of ${wanted} orders were granted, ${affordable} can be paid`);
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
