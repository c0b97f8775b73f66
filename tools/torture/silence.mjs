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
 * The provider times out, resets, answers 500 or 429, half an answer or late, before and after it did its part, to each of our calls, once, twice or three times: money is
 * conserved to the cent. A 500 to a charge that did not happen and that the provider keeps under our key for a day leaves nothing to do but to wait until the order
 * is given up: here after a minute. (One to a refund would leave it waiting for that day.)
 */
export function gatewayFaults({ rounds, progress }) {
  return onShop({ env: { RESERVATION_MINUTES: '1' } }, async (shop) => {
    const product = await shop.product('FAULTS', 1_000_000);
    const hits = {};
    const violations = [];
    for (let round = 0; round < rounds; round += 1) {
      for (const [name, call] of Object.entries(calls)) {
        for (const fault of kinds) {
          const armed = await shop.control('POST', 'faults', { ...fault, ...call, times: 1 + (round % 3), delayMs: 50 });
          await buyAndRefund(shop, product, `${name}-${fault.kind}-${fault.when}-${round}`, name === 'refund');
          const hit = (await shop.control('GET', 'faults')).faults.find(({ id }) => id === armed.id)?.hits ?? 0;
          if (hit === 0) violations.push(`no ${fault.kind} ${fault.when} a ${name} came about`);
          const kind = `${fault.kind} ${fault.when}`;
          hits[kind] = (hits[kind] ?? 0) + hit;
          await shop.control('DELETE', 'faults');
        }
      }
      progress(`round ${round + 1} of ${rounds}, ${violations.length} violations`);
    }
    const { orders, tookMs, violations: found } = await atRest(shop, { patienceMs: 150_000 });
    return {
      did: `${orders.length} orders, half of them with a refund, under ${kinds.length} kinds of faults of ${Object.keys(calls).length} kinds of calls`,
      count: orders.length,
      seen: { ...hits, 'ms to rest': tookMs },
      violations: [...violations, ...found],
    };
  });
}

/** A purchase, and (where it is the refund that is to meet the fault) the money of a part of it back. Goes on as soon as the fault has been met. */
async function buyAndRefund(shop, product, key, refund) {
  const { status, body } = await shop.checkout(await shop.guestWith(product), { key });
  if (!refund) return until(async () => (await shop.control('GET', 'faults')).faults.some(({ hits }) => hits > 0));
  if (status !== 201) return undefined;
  await until(async () => (await shop.asAdmin('GET', `/api/orders/${body.orderNumber}`)).body.status === 'Processing');
  await shop.asAdmin('POST', `/api/orders/${body.orderNumber}/refunds`, { amount: 700, reason: 'torture' }, `back-${key}`);
  return until(async () => (await shop.control('GET', 'faults')).faults.some(({ hits }) => hits > 0));
}
