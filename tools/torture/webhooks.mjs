// Every order in which the five webhooks of an order's life can arrive, each once, twice or three times, before and after the provider's answer to our own call.
import { atRest } from './invariants.mjs';
import { inParallel, times, until } from './lanes.mjs';
import { deliver, HeldProvider } from './provider.mjs';
import { onShop } from './shop.mjs';

/**
 * The lives that are lived. Each ends with all its events at the provider, none of them delivered, and the answer to one call of the shop held back: `live` gives the
 * payment, what opens that answer, and (at last) the order's number.
 */
const lives = {
  'held, then taken at the provider': {
    env: { PAYMENT_CAPTURE: 'manual' },
    types: [
      'payment_intent.created',
      'charge.succeeded',
      'payment_intent.amount_capturable_updated',
      'charge.captured',
      'payment_intent.succeeded',
    ],
    ends: 'Processing',
    async live(shop, provider, buyer) {
      const paying = await pay(shop, provider, buyer);
      await provider.ask('POST', `/v1/payment_intents/${paying.payment}/capture`);
      return paying;
    },
  },
  'paid, and refunded in part': {
    types: ['payment_intent.created', 'charge.succeeded', 'payment_intent.succeeded', 'refund.created', 'charge.refunded'],
    ends: 'Processing',
    async live(shop, provider, buyer) {
      const { payment, open, number, placed } = await pay(shop, provider, buyer);
      open();
      await placed;
      await shop.asAdmin('POST', '/api/admin/payments/reconcile', { orderNumber: number });
      await reached(shop, number, ({ status }) => status === 'Processing');
      const refund = shop.asAdmin('POST', `/api/orders/${number}/refunds`, { amount: 700, reason: 'torture' });
      const { open: openRefund } = await provider.answerTo('POST /v1/refunds', payment);
      return { payment, open: openRefund, number, placed: refund };
    },
  },
  'the buyer is asked by the bank': {
    card: 'pm_card_threeDSecure2Required',
    types: ['payment_intent.created', 'payment_intent.requires_action', 'charge.succeeded', 'payment_intent.succeeded'],
    ends: 'Processing',
    async live(shop, provider, buyer) {
      const paying = await pay(shop, provider, buyer);
      await shop.control('POST', `payment_intents/${paying.payment}/authenticate`, { outcome: 'succeed' });
      return paying;
    },
  },
};

/** Begins a checkout; goes on when the provider has the payment and its answer is on the way. */
async function pay(shop, provider, { token, card }) {
  const placed = shop.checkout(token, { card });
  const number = await until(async () => (await shop.send('GET', '/api/orders', { token })).body.data[0]?.orderNumber);
  const { answer, open } = await provider.answerTo('POST /v1/payment_intents', number);
  return { payment: answer.id, open, number, placed };
}

/** `thin`: only every so manieth schedule, for a quick look. */
export async function webhookOrders({ thin = 1, atOnce = 16, progress }) {
  const rows = [];
  for (const [name, life] of Object.entries(lives)) rows.push(await everyOrder(name, life, { thin, atOnce, progress }));
  const count = rows.reduce((sum, row) => sum + row.schedules, 0);
  return {
    did: rows.map(({ name, events, schedules }) => `${events} events of "${name}": ${schedules}`).join('; '),
    count,
    seen: {
      'webhooks delivered': rows.reduce((sum, row) => sum + row.delivered, 0),
      'ms that an answer was held at most': Math.max(...rows.map((row) => row.longestMs)),
      'final documents': rows.map(({ documents }) => documents).join(' + '),
    },
    violations: rows.flatMap(({ violations }) => violations),
  };
}

async function everyOrder(name, { env, types, card, ends, live }, { thin, atOnce, progress }) {
  const provider = await HeldProvider.start();
  try {
    return await onShop({ env, provider }, async (shop) => {
      const schedules = schedulesOf(types).filter((_, index) => index % thin === 0);
      const product = await shop.product('HOOKS', schedules.length);
      const documents = new Map();
      const violations = [];
      let [delivered, done] = [0, 0];
      await inParallel(schedules, atOnce, async (schedule) => {
        const { payment, open, number, placed } = await live(shop, provider, { token: await shop.guestWith(product), card });
        const events = await provider.eventsOf(payment, types);
        if (schedule.when === 'after') {
          open();
          await placed;
        }
        for (const type of schedule.arrivals) {
          const status = await deliver(shop, events[types.indexOf(type)]);
          delivered += 1;
          if (status !== 200) violations.push(`${name}: ${type} was answered ${status}`);
        }
        open();
        const { status, body } = await placed;
        if (status !== 201) violations.push(`${name}: the shop answered ${status} ${body.code}`);
        const document = await finalDocument(shop, number, ends);
        documents.set(document, [...(documents.get(document) ?? []), schedule]);
        if ((done += 1) % 100 === 0) progress(`"${name}": ${done} of ${schedules.length}, ${documents.size} kinds of final document`);
      });
      const rest = await atRest(shop);
      if (documents.size !== 1)
        violations.push(
          ...[...documents].map(([document, from]) => `${name}: ${from.length} end as ${document}, ${JSON.stringify(from[0])} say`),
        );
      return {
        ...{ name, events: types.length, schedules: schedules.length, documents: documents.size, delivered, longestMs: provider.longestMs },
        violations: [...violations, ...rest.violations],
      };
    });
  } finally {
    await provider.stop();
  }
}

/** Every permutation x every event once, twice or three times (the copies straight after, or the whole row over again) x before and after the answer. */
function schedulesOf(types) {
  const copied = (order) => [
    order,
    ...[1, 2].map((more) => order.flatMap((type) => times(more + 1).map(() => type))),
    ...[1, 2].map((more) => times(more + 1).flatMap(() => order)),
  ];
  return permutations(types).flatMap((order) =>
    copied(order).flatMap((arrivals) => ['before', 'after'].map((when) => ({ arrivals, when }))),
  );
}

function permutations(items) {
  if (items.length === 0) return [[]];
  return items.flatMap((item, index) => permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]));
}

/** The order, its money and its events at rest, without what differs from order to order: ids, numbers, times, and who it is. */
async function finalDocument(shop, number, ends) {
  const order = await reached(
    shop,
    number,
    ({ status, refunds, paymentDetails }) =>
      status === ends && paymentDetails.status === 'captured' && refunds.every((refund) => refund.status === 'succeeded'),
  );
  const { payment, refunds } = (await shop.asAdmin('GET', `/api/admin/payments/${number}`)).body;
  const events = (await shop.asAdmin('GET', `/api/orders/${number}/events?limit=100`)).body.data;
  const story = events.map(({ sequence, type, name }) => [sequence, type ?? name]);
  return JSON.stringify(withoutChance({ order, payment, refunds, story }));
}

const chance = /^(id|.*Id|.*At|at|payBy|orderNumber|email|key|item|product|variant|nextCheckAt|checks|version|links?)$/;

function withoutChance(value) {
  if (Array.isArray(value)) return value.map(withoutChance);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !chance.test(name))
      .map(([name, inner]) => [name, withoutChance(inner)]),
  );
}

/** The order, as soon as it is so; after a minute, as it is. */
async function reached(shop, number, isThere) {
  let order;
  const look = async () => isThere((order = (await shop.asAdmin('GET', `/api/orders/${number}`)).body));
  await until(look, { everyMs: 50, forMs: 60_000 });
  return order;
}
