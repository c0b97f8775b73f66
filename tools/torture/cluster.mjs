// Several API processes and workers on one database and one Redis, of which one after the other is killed while buyers buy.
import { atRest } from './invariants.mjs';
import { inParallel, pause, tally, times } from './lanes.mjs';
import { onShop } from './shop.mjs';

/** What says "not now" rather than "no": a client sends the same again. */
const passing = ({ status, body }) => status === 0 || status >= 500 || body.code === 'idempotency_in_progress';
/** How long a client asks again that is told that its first request is still in hand: longer than the lease of a process that died. */
const patienceMs = 15_000;
/** So many products are bought: what a killed process had in its hands it keeps from others for some seconds. */
const shelves = 40;

/**
 * So many buyers at a time for so many seconds, while every few seconds a process picked at random is killed with SIGKILL and started anew. Whatever was acknowledged must be
 * there in the end and come to its end, and no request may fail more often than processes were killed under it.
 */
export function clusterKills({ seconds, everyMs = 3_000, buyers = 8, progress }) {
  return onShop({ cluster: true }, async (shop) => {
    const products = [];
    for (let n = 0; n < shelves; n += 1) products.push(await shop.product(`CLUSTER-${n}`, 1_000_000));
    const until = Date.now() + seconds * 1_000;
    const seen = { acknowledged: [], violations: [], repeated: [], kills: 0 };
    shop.killEvery(everyMs);
    await inParallel(times(buyers), buyers, async (lane) => {
      for (let round = 0; Date.now() < until; round += 1)
        await buy(shop, products[(lane + round * buyers) % shelves], `${lane}-${round}`, seen);
    });
    seen.kills = shop.killed();
    shop.killEvery(0);
    progress(`${seen.acknowledged.length} orders acknowledged, ${seen.kills} kills, ${seen.violations.length} violations`);
    for (const violation of seen.violations.slice(0, 20)) progress(violation);
    await shop.whole();
    const { orders, tookMs, violations } = await atRest(shop);
    const byNumber = new Map(orders.map((order) => [order.orderNumber, order]));
    const lost = seen.acknowledged.filter((number) => byNumber.get(number)?.status !== 'Processing');
    return {
      did: `${buyers} buyers at a time for ${seconds} s at 2 API processes and 2 workers, kill -9 of one of them every ${everyMs / 1000} s`,
      count: seen.kills,
      seen: {
        kills: seen.kills,
        acknowledged: seen.acknowledged.length,
        orders: orders.length,
        ...tally(seen.repeated),
        'ms to rest': tookMs,
      },
      violations: [
        ...seen.violations,
        ...lost.map((number) => `order ${number} was acknowledged and is ${byNumber.get(number)?.status}`),
        ...violations,
      ],
    };
  });
}

async function buy(shop, product, name, seen) {
  const ask = (what, send) => askAgain(`${what} of buyer ${name}`, send, shop, seen);
  const guest = await ask('the session', () =>
    shop.send('POST', '/api/auth/guest', { headers: { 'Idempotency-Key': `the session of guest ${name}`.replaceAll(' ', '-') } }),
  );
  const token = guest?.body.accessToken;
  if (!token) return;
  const headers = { 'Idempotency-Key': `item-${name}` };
  const item = { token, headers, body: { productId: product.id, quantity: 1 } };
  if (!(await ask('the cart', () => shop.send('POST', '/api/cart/items', item)))) return;
  const placed = await ask('the checkout', () => shop.checkout(token, { key: `order-${name}` }));
  if (placed) seen.acknowledged.push(placed.body.orderNumber);
}

/**
 * Sends a request until it is done. It may fail once, or as often as processes were killed while it was in hand; failing more often is a violation. While an earlier
 * one counts as being in hand it has not failed again.
 */
async function askAgain(what, send, shop, seen) {
  const killsBefore = shop.killed();
  let failures = 0;
  let deadline = Date.now() + patienceMs;
  for (;;) {
    const answer = await send();
    if (answer.status < 300) return answer;
    const waits = answer.body.code === 'idempotency_in_progress' && Date.now() < deadline;
    if (passing(answer) && !waits) failures += 1;
    if (!passing(answer) || failures > Math.max(1, shop.killed() - killsBefore)) {
      seen.violations.push(`${what} was answered ${answer.status} ${answer.body.code} ${answer.body.detail}, ${failures} failures`);
      return undefined;
    }
    if (!waits) {
      seen.repeated.push(`repeated after ${answer.status || 'a broken connection'}`);
      deadline = Date.now() + patienceMs;
    }
    await pause((answer.body.retryAfter ?? 1) * 1_000);
  }
}
