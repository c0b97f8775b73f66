import type { Outgoing } from '../http/api';
import type { Incoming } from '../http/dialect';
import { decodeForm, type Raw, type RawHash } from '../http/form';
import { integer, oneOf, readParams } from '../http/params';
import { badParam, noSuch, Refusal } from '../http/refusal';
import { payOrder } from '../razorpay/checkout';
import { authorizeLate } from '../razorpay/payments';
import { RazorpayRefusal } from '../razorpay/refusal';
import type { Work } from '../store/work';
import { authenticateIntent } from '../stripe/authentication';
import { authenticateSetup } from '../stripe/setup-intents';
import { kinds, type Kind } from '../store/kinds';
import { stripeKinds } from '../stripe/kinds';
import type { Store } from '../store/store';
import type { WebhookDispatcher } from '../webhooks/dispatcher';
import { changePolicy, undisturbed } from '../webhooks/policy';
import type { Faults } from './faults';
import { ledger } from './ledger';
import type { Scheduler } from './scheduler';

const PREFIX = '/_sandbox/';

/** What the control plane has in its hands. */
interface Controlled {
  readonly store: Store;
  readonly faults: Faults;
  readonly dispatcher: WebhookDispatcher;
  readonly scheduler: Scheduler;
  readonly razorpaySecret: string;
}

/** What a test harness does to the sandbox from outside Stripe's API. Answers loopback only, and no browser. */
export class ControlPlane {
  private readonly routes: Readonly<Record<string, (raw: RawHash, id: string) => object | Promise<object>>> = {
    'POST faults': (raw) => this.faults.arm(raw),
    'GET faults': () => ({ faults: this.faults.list() }),
    'DELETE faults': () => {
      this.faults.clear();
      return { faults: [] };
    },
    'POST webhooks': (raw) => this.webhooks(raw),
    'GET webhooks': () => this.dispatcher.report(),
    'DELETE webhooks': () => {
      this.dispatcher.setPolicy(undisturbed);
      return this.dispatcher.report();
    },
    'POST payment_intents/:id/authenticate': (raw, id) => this.authenticate('payment_intent', id, raw),
    'POST setup_intents/:id/authenticate': (raw, id) => this.authenticate('setup_intent', id, raw),
    'POST razorpay_orders/:id/pay': (raw, id) => this.change((work) => payOrder(work, id, raw, this.razorpaySecret)),
    'POST razorpay_payments/:id/authorize': (_raw, id) => this.change((work) => authorizeLate(work, id)),
    'GET clock': () => this.clock(),
    'POST clock': (raw) => this.advance(raw),
    'GET snapshot': () => this.snapshot(),
    'GET ledger': (raw) => ledger(this.store, typeof raw.payment === 'string' ? raw.payment : undefined),
  };

  private readonly store: Store;
  private readonly faults: Faults;
  private readonly dispatcher: WebhookDispatcher;
  private readonly scheduler: Scheduler;
  private readonly razorpaySecret: string;

  constructor({ store, faults, dispatcher, scheduler, razorpaySecret }: Controlled) {
    this.store = store;
    this.faults = faults;
    this.dispatcher = dispatcher;
    this.scheduler = scheduler;
    this.razorpaySecret = razorpaySecret;
  }

  serves(path: string): boolean {
    return path.startsWith(PREFIX);
  }

  async handle(call: Incoming, remoteAddress: string): Promise<Outgoing> {
    try {
      checkCaller(call, remoteAddress);
      const [name = '', id, action] = call.path.slice(PREFIX.length).split('/');
      const route = this.routes[`${call.method} ${id === undefined ? name : `${name}/:id/${action}`}`];
      if (!route)
        throw new Refusal(404, { type: 'invalid_request_error', message: `Unrecognized request URL (${call.method}: ${call.path}).` });
      return answer(200, await route(rawOf(call), id ?? ''));
    } catch (error) {
      if (error instanceof RazorpayRefusal) return answer(error.status, { error: error.error });
      if (error instanceof Refusal) return answer(error.status, { error: error.error });
      return answer(500, { error: { type: 'api_error', message: String(error) } });
    }
  }

  private async webhooks(raw: RawHash): Promise<object> {
    const { flush, ...policy } = raw;
    this.dispatcher.setPolicy(changePolicy(this.dispatcher.currentPolicy, policy));
    if (flush === 'true') await this.dispatcher.flush();
    return this.dispatcher.report();
  }

  private async authenticate(kind: 'payment_intent' | 'setup_intent', id: string, raw: RawHash): Promise<object> {
    const { outcome } = readParams({ outcome: oneOf('succeed', 'fail') }, raw, ['outcome']);
    const work = this.store.begin();
    const intent = kind === 'payment_intent' ? work.find(kind, id) : undefined;
    const setup = kind === 'setup_intent' ? work.find(kind, id) : undefined;
    const body = intent
      ? authenticateIntent(work, intent, outcome === 'succeed')
      : setup && authenticateSetup(work, setup, outcome === 'succeed');
    if (!body) throw noSuch(stripeKinds[kind].label, id);
    await this.store.commit(work);
    return body;
  }

  private async change(act: (work: Work) => object): Promise<object> {
    const work = this.store.begin();
    const result = act(work);
    await this.store.commit(work);
    return result;
  }

  private clock(): object {
    return { now: this.store.clock.now(), offset: this.store.clock.offsetSeconds };
  }

  private async advance(raw: RawHash): Promise<object> {
    const { advance } = readParams({ advance: integer(1) }, raw, ['advance']);
    const jobs = await this.scheduler.advance(advance);
    return { ...this.clock(), jobs };
  }

  /** Every object, oldest first, by kind. */
  private snapshot(): object {
    const objects = (Object.keys(kinds) as Kind[]).map((kind): [Kind, object[]] => [
      kind,
      [...this.store.scan(kind)].flatMap(({ id }) => this.store.find(kind, id)?.body ?? []),
    ]);
    return {
      clock: this.clock(),
      ...(Object.fromEntries(objects) as object),
      faults: this.faults.list(),
      webhooks: this.dispatcher.report(),
    };
  }
}

function checkCaller(call: Incoming, remoteAddress: string): void {
  const loopback = /^(::1|(::ffff:)?127\.[\d.]+)$/.test(remoteAddress);
  // A page in a browser on this machine comes from loopback, too, but tells its origin.
  if (!loopback || call.headers.origin)
    throw new Refusal(403, { type: 'invalid_request_error', message: 'The control plane answers this machine only.' });
}

/** Parameters as JSON or form; a query for GET. */
function rawOf({ method, query, body }: Incoming): RawHash {
  if (method === 'GET') return decodeForm(query);
  if (!body.trimStart().startsWith('{')) return decodeForm(body);
  try {
    return rawFrom(JSON.parse(body)) as RawHash;
  } catch {
    throw badParam('The body is not valid JSON.', 'body');
  }
}

function rawFrom(value: unknown): Raw {
  if (value === null || typeof value !== 'object') return value === null ? '' : String(value);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, rawFrom(inner)]));
}

function answer(status: number, body: object): Outgoing {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body, null, 2) };
}
