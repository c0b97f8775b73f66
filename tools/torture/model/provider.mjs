// The payment provider: what Stripe does with what the shop's own adapter asks of its SDK, with books of its own, which are the oracle of money. It charges and then does not
// answer, gives a kept 500 again, knows a repeated key, and tells of everything by webhooks that the schedule delivers, or does not.
import { dependency } from './product.mjs';

const { default: StripeClass } = dependency('stripe');
const Stripe = StripeClass ?? dependency('stripe');
const { errors } = Stripe;

const dayMs = 24 * 3_600_000;

/** What a card does. Amounts are kept as asked. */
const cards = {
  pm_ok: 'ok',
  pm_declined: 'declined',
  pm_3ds: 'requires_action',
  pm_slow: 'processing',
};

export class Provider {
  constructor(world) {
    this.world = world;
    this.onFault = () => undefined;
    this.reset({ answers: [], refunds: [] });
  }

  /** `answers`: how each call fares, in their order; `refunds`: what becomes of each refund. Afterwards all goes well. */
  reset({ answers, refunds }) {
    this.answers = [...answers];
    this.fates = [...refunds];
    this.intents = new Map();
    this.refunds = new Map();
    this.keys = new Map();
    this.events = [];
    this.calls = 0;
    this.wrongs = [];
    this.serial = 0;
  }

  /** The part of the SDK that the adapter uses, for one process. */
  sdkFor(process, real) {
    const ask = (label, effect, key, params) => this.ask(process, label, effect, key, JSON.stringify(params));
    return {
      webhooks: real.webhooks,
      paymentIntents: {
        create: (params, { idempotencyKey }) => ask('create', () => this.create(params), idempotencyKey, params),
        retrieve: (id) => ask('retrieve', () => shown(this.intent(id))),
        capture: (id, params, options) => ask('capture', () => this.capture(id, params.amount_to_capture), options?.idempotencyKey, params),
        cancel: (id, params, options) => ask('cancel', () => this.cancel(id), options?.idempotencyKey),
        list: ({ created }) => pagesOf(() => ask('list', () => this.listed(created))),
      },
      refunds: {
        create: (params, { idempotencyKey }) => ask('refund', () => this.refund(params), idempotencyKey, params),
        retrieve: (id) => ask('retrieve refund', () => this.refundWithCharge(id)),
        list: ({ payment_intent: id }) =>
          pagesOf(() =>
            ask('list refunds', () =>
              [...this.refunds.values()].filter((refund) => refund.payment_intent === id).map((refund) => ({ ...refund })),
            ),
          ),
      },
    };
  }

  /** A call arrives (or does not), and its answer arrives (or does not): two steps, so that anything may come between. */
  async ask(process, label, effect, key, params) {
    const { world } = this;
    const fault = this.answers[this.calls++] ?? 'fine';
    if (fault !== 'fine') this.onFault(fault);
    const answer = await world.call(process, `provider: ${label}`, () => this.handle(effect, { key, params }, fault), { gateway: true });
    return world.call(process, `answer: ${label}`, () => {
      if (key) this.keys.delete(`busy ${key}`);
      if (answer.error) throw answer.error;
      return answer.value;
    });
  }

  handle(effect, { key, params }, fault) {
    if (fault === 'lost before') return { error: new errors.StripeConnectionError({ message: 'reset before it was sent' }) };
    if (fault === 'rate limit') return { error: new errors.StripeRateLimitError({ message: 'too many', statusCode: 429 }) };
    const known = key && this.keys.get(key);
    if (known && this.world.clock - known.at < dayMs)
      return lost(fault) ?? (known.params === params ? replayed(known.answer) : this.otherParameters(key));
    const busy = key && this.keys.get(`busy ${key}`);
    if (busy && this.world.clock - busy < 30_000)
      return { error: new errors.StripeIdempotencyError({ message: 'key in use', statusCode: 409 }) };
    if (key) this.keys.set(`busy ${key}`, this.world.clock);
    const answer = this.carriedOut(effect, fault);
    // What the provider refuses as impossible is not kept under its key; an answer, a decline and a 500 are (docs.stripe.com/api/idempotent_requests).
    if (key && !(answer.error instanceof errors.StripeInvalidRequestError)) this.keys.set(key, { at: this.world.clock, params, answer });
    return lost(fault) ?? answer;
  }

  /** A key is of one request: another one under it is refused as long as it is known (docs.stripe.com/api/idempotent_requests), so a day passes before it is made. */
  otherParameters(key) {
    this.wrongs.push(`the key ${key} was used for two requests`);
    return { error: new errors.StripeIdempotencyError({ message: 'the key was used with other parameters', statusCode: 400 }) };
  }

  /** Whether at that time a call under some key was answered by that failure, whoever repeated it. */
  keptSaying(error, at) {
    return [...this.keys.values()].some(
      (kept) => kept.answer?.error && error.includes(kept.answer.error.message) && kept.at <= at && at - kept.at < dayMs,
    );
  }

  carriedOut(effect, fault) {
    const broken = { error: new errors.StripeAPIError({ message: 'internal error', statusCode: 500 }) };
    if (fault === '500 before') return broken;
    try {
      const value = effect();
      return fault === '500 after' ? broken : { value };
    } catch (error) {
      return fault === '500 after' ? broken : { error };
    }
  }

  create({ amount, currency, payment_method: card, capture_method: mode, metadata }) {
    const intent = this.newIntent({ amount, currency, manual: mode === 'manual', metadata });
    const fate = cards[card];
    if (fate === 'ok') this.pay(intent);
    else if (fate === 'declined') {
      this.decline(intent);
      throw new errors.StripeCardError({
        message: 'declined',
        code: 'card_declined',
        decline_code: 'generic_decline',
        payment_intent: shown(intent),
      });
    } else this.move(intent, fate, fate);
    return shown(intent);
  }

  newIntent({ amount, currency, manual, metadata }) {
    const id = `pi_${(this.serial += 1)}`;
    const intent = {
      ...{ id, amount, currency, manual, metadata, status: 'requires_confirmation', created: Math.floor(this.world.clock / 1000) },
      ...{ amount_received: 0, amount_capturable: 0, client_secret: `${id}_secret`, next_action: null, refunded: 0 },
      ...{ last_payment_error: null, cancellation_reason: null },
    };
    this.intents.set(id, intent);
    return intent;
  }

  /** The buyer's bank says yes: at once, after an authentication, or days later. */
  pay(intent) {
    intent.next_action = null;
    if (intent.manual) {
      intent.amount_capturable = intent.amount;
      return this.move(intent, 'requires_capture', 'amount_capturable_updated');
    }
    this.take(intent, intent.amount);
  }

  take(intent, amount) {
    intent.amount_received = amount;
    intent.amount_capturable = 0;
    this.move(intent, 'succeeded', 'succeeded');
    const { orderId } = intent.metadata;
    const charged = [...this.intents.values()].filter(({ metadata, amount_received: got }) => metadata.orderId === orderId && got > 0);
    if (charged.length > 1) this.wrongs.push(`order ${orderId} was charged ${charged.length} times`);
  }

  decline(intent) {
    intent.last_payment_error = { code: 'card_declined', decline_code: 'generic_decline' };
    this.move(intent, 'requires_payment_method', 'payment_failed');
  }

  move(intent, status, told) {
    intent.status = status;
    if (status === 'requires_action') intent.next_action = { type: 'use_stripe_sdk' };
    this.tell(`payment_intent.${told}`, { id: intent.id, object: 'payment_intent', metadata: intent.metadata });
  }

  intent(id) {
    const intent = this.intents.get(id);
    if (!intent) throw impossible('resource_missing');
    return intent;
  }

  capture(id, amount) {
    const intent = this.intent(id);
    if (intent.status !== 'requires_capture' || amount > intent.amount_capturable) throw impossible('payment_intent_unexpected_state');
    const rest = intent.amount_capturable - amount;
    this.take(intent, amount);
    if (rest > 0) this.giveUp(intent, rest);
    return shown(intent);
  }

  /** What a capture leaves of a hold is a refund, too, as Stripe tells it; none of it was ever taken. */
  giveUp({ id, currency }, amount) {
    const refund = { id: `re_${(this.serial += 1)}`, payment_intent: id, amount, currency, metadata: {}, status: 'succeeded' };
    this.refunds.set(refund.id, refund);
    this.tell('refund.created', { ...refund, object: 'refund' });
  }

  /** A refund with its charge, in which a rest that was given up counts as refunded. */
  refundWithCharge(id) {
    const refund = this.refunds.get(id);
    const { amount, amount_received: taken, refunded } = this.intent(refund.payment_intent);
    return { ...refund, charge: { amount, amount_captured: taken, amount_refunded: refunded + amount - taken } };
  }

  cancel(id) {
    const intent = this.intent(id);
    if (intent.status === 'succeeded' || intent.status === 'canceled' || intent.status === 'processing')
      throw impossible('payment_intent_unexpected_state');
    intent.cancellation_reason = 'requested_by_customer';
    intent.amount_capturable = 0;
    this.move(intent, 'canceled', 'canceled');
    return shown(intent);
  }

  listed({ gte, lte = Infinity }) {
    return [...this.intents.values()].filter(({ created }) => created >= gte && created <= lte).map(shown);
  }

  refund({ payment_intent: id, amount, metadata }) {
    const intent = this.intent(id);
    if (intent.status !== 'succeeded' || amount > intent.amount_received - intent.refunded) throw impossible('charge_already_refunded');
    const fate = this.fates.shift() ?? 'succeeded';
    const refund = {
      id: `re_${(this.serial += 1)}`,
      payment_intent: id,
      amount,
      currency: intent.currency,
      metadata,
      status: fate === 'succeeded' || fate === 'bounces' ? 'succeeded' : 'pending',
      fate,
    };
    this.refunds.set(refund.id, refund);
    intent.refunded += amount;
    this.tell('charge.refunded', { id: `ch_${id}`, object: 'charge', payment_intent: id, metadata: intent.metadata });
    return { ...refund };
  }

  /** What was pending comes to its end; and of what had succeeded some comes back all the same, as when the buyer's account is closed. */
  finishRefunds() {
    for (const refund of this.refunds.values()) {
      const bounces = refund.status === 'succeeded' && refund.fate === 'bounces';
      if (refund.status !== 'pending' && !bounces) continue;
      if (refund.fate === 'fails' || bounces) {
        refund.status = 'failed';
        refund.failure_reason = 'lost_or_stolen_card';
        this.intent(refund.payment_intent).refunded -= refund.amount;
      } else refund.status = 'succeeded';
      this.tell(`refund.${refund.status === 'failed' ? 'failed' : 'updated'}`, { ...refund, object: 'refund' });
    }
  }

  /** Whether money that has gone back is still to come again. */
  willBounce() {
    return [...this.refunds.values()].some(({ status, fate }) => status === 'succeeded' && fate === 'bounces');
  }

  /** Held money lapses, of which a webhook tells that may be lost. */
  lapseHolds() {
    for (const intent of this.intents.values()) {
      if (intent.status !== 'requires_capture') continue;
      Object.assign(intent, { amount_capturable: 0, cancellation_reason: 'automatic', lapsed: true });
      this.move(intent, 'canceled', 'canceled');
    }
  }

  /** Whether money was held for the order and lapsed. */
  hasLapsed(orderId) {
    return [...this.intents.values()].some(({ metadata, lapsed }) => lapsed && metadata.orderId === orderId);
  }

  isHeld(orderId) {
    return [...this.intents.values()].some(({ metadata, status }) => status === 'requires_capture' && metadata.orderId === orderId);
  }

  /** What the buyers' banks think about comes to its end: `yes` pays. */
  decide(status, yes) {
    for (const intent of this.intents.values()) {
      if (intent.status !== status) continue;
      if (yes) this.pay(intent);
      else this.decline(intent);
    }
  }

  tell(type, object) {
    this.events.push({ id: `evt_${(this.serial += 1)}`, type, data: { object } });
  }

  /** By order: what was taken and what went back. */
  books() {
    const books = new Map();
    for (const { metadata, amount_received: received, amount_capturable: held, refunded } of this.intents.values()) {
      const sum = books.get(metadata.orderId) ?? { captured: 0, refunded: 0, held: 0, charges: 0 };
      books.set(metadata.orderId, {
        captured: sum.captured + received,
        refunded: sum.refunded + refunded,
        held: sum.held + held,
        charges: sum.charges + (received > 0 ? 1 : 0),
      });
    }
    return books;
  }
}

/** A kept answer says that it is one. */
function replayed(answer) {
  if (!(answer.error instanceof errors.StripeAPIError)) return answer;
  const { message, statusCode } = answer.error;
  return { error: new errors.StripeAPIError({ message, statusCode, headers: { 'idempotent-replayed': 'true' } }) };
}

function lost(fault) {
  return fault === 'lost after' ? { error: new errors.StripeConnectionError({ message: 'timed out' }) } : undefined;
}

function shown(intent) {
  return { ...intent, metadata: { ...intent.metadata } };
}

function impossible(code) {
  return new errors.StripeInvalidRequestError({ message: code, code, statusCode: 400 });
}

function pagesOf(ask) {
  return {
    async *[Symbol.asyncIterator]() {
      yield* await ask();
    },
  };
}
