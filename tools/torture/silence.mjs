// The payment provider is not heard, or says strange things.
import { atRest } from './invariants.mjs';
import { inParallel, times, until } from './lanes.mjs';
import { onShop } from './shop.mjs';

/** Not a single webhook arrives: asking the provider finds out about all of them. */
export function lostWebhooks({ orders: wanted, progress }) {
  return onShop({}, async (shop) => {
    await shop.control('POST', 'webhooks', { drop: 1_000_000 });
    const product = await shop.product('SILENT', wanted);
    const answers = await inParallel(times(wanted), 8, async () => shop.checkout(await shop.guestWith(product)));
    progress(`${wanted} orders placed`);
    const { orders, tookMs, violations } = await atRest(shop);
    const { delivered, dropped } = await shop.control('GET', 'webhooks');
    const paid = orders.filter(({ status }) => status === 'Processing').length;
    if (answers.some(({ status }) => status !== 201)) violations.push('a checkout was refused');
    if (paid !== wanted) violations.push(`${paid} of ${wanted} orders were reconciled`);
    if (delivered > 0) violations.push(`${delivered} webhooks were delivered all the same`);
    return {
      did: `${wanted} orders of which no webhook arrives`,
      count: wanted,
      seen: { 'webhooks dropped': dropped, reconciled: paid, 'ms after the last checkout': tookMs },
      violations,
    };
  });
}

const kinds = ['timeout', 'reset', 'error', 'rate_limit', 'truncated', 'slow'].flatMap((kind) =>
  ['before', 'after'].map((when) => ({ kind, when })),
);
/** The calls that a purchase and its refund make, and whether the provider keeps a 500 to them under our key. */
const calls = {
  charge: { method: 'POST', path: '/v1/payment_intents', kept: true },
  'charge, 500s not kept': { method: 'POST', path: '/v1/payment_intents', kept: false },
  question: { method: 'GET', path: '/v1/payment_intents*', kept: false },
  refund: { method: 'POST', path: '/v1/refunds', kept: false },
};

/**
 * The provider times out, resets, answers 500 or 429, half an answer or late, before and after it did its part, to each of our calls, up to three times for each order: money
 * is conserved to the cent. A 500 to a charge that did not happen and that the provider keeps under our key for a day leaves nothing to do but to wait until the order
 * is given up: here after a minute. (One to a refund would leave it waiting for that day.)
 */
export async function gatewayFaults({ orders: each, shops = 4, progress }) {
  const tallied = { orders: 0, hits: {}, tookMs: 0, violations: [] };
  const queue = Object.entries(calls).flatMap(([name, call]) => kinds.map((fault) => ({ name, call, fault })));
  const of = queue.length;
  await inParallel(times(shops), shops, () =>
    onShop({ env: { RESERVATION_MINUTES: '1' } }, async (shop) => {
      const product = await shop.product('FAULTS', 1_000_000);
      for (let trouble; (trouble = queue.shift());) {
        await disturb(shop, product, trouble, each, tallied);
        if (queue.length % 8 === 0) progress(`${of - queue.length} of ${of} kinds of trouble, ${tallied.violations.length} violations`);
      }
      const { orders, tookMs, violations } = await atRest(shop, { patienceMs: 150_000 });
      tallied.orders += orders.length;
      tallied.tookMs = Math.max(tallied.tookMs, tookMs);
      tallied.violations.push(...violations);
    }),
  );
  return {
    did: `${tallied.orders} orders under ${kinds.length} kinds of faults of ${Object.keys(calls).length} kinds of calls`,
    count: tallied.orders,
    seen: { ...tallied.hits, 'ms to rest at most': tallied.tookMs },
    violations: tallied.violations,
  };
}

/** Some orders at once under one kind of trouble, which goes on until it has been met or all are through. */
async function disturb(shop, product, { name, call, fault }, each, tallied) {
  const refunds = name === 'refund';
  const numbers = refunds ? await paidOrders(shop, product, each) : [];
  const { id } = await shop.control('POST', 'faults', { ...fault, ...call, times: 2 * each, delayMs: 50 });
  const hits = async () => (await shop.control('GET', 'faults')).faults.find((armed) => armed.id === id).hits;
  if (refunds)
    await inParallel(numbers, each, (number) => shop.asAdmin('POST', `/api/orders/${number}/refunds`, { amount: 700, reason: 'torture' }));
  else await inParallel(times(each), each, async () => shop.checkout(await shop.guestWith(product)));
  await until(async () => (await hits()) > 0);
  const met = await hits();
  if (met === 0) tallied.violations.push(`no ${fault.kind} ${fault.when} a ${name} came about`);
  const kind = `${fault.kind} ${fault.when}`;
  tallied.hits[kind] = (tallied.hits[kind] ?? 0) + met;
  await shop.control('DELETE', 'faults');
}

async function paidOrders(shop, product, count) {
  const placed = await inParallel(times(count), count, async () => (await shop.checkout(await shop.guestWith(product))).body.orderNumber);
  const paid = async (number) => (await shop.asAdmin('GET', `/api/orders/${number}`)).body.status === 'Processing';
  await inParallel(placed, count, (number) => until(() => paid(number)));
  return placed;
}
