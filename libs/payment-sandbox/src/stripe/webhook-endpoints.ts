import type Stripe from 'stripe';
import { emptyable, flag, list, mergeMetadata, metadata, oneOf, readParams, text, type Reader } from '../http/params';
import { badParam } from '../http/refusal';
import type { Call, Routes } from '../http/routes';
import type { Row } from '../store/kinds';
import type { Store } from '../store/store';
import type { WebhookTarget } from '../webhooks/dispatcher';
import { apiVersion } from './kinds';
import { inPath } from './lookups';
import { listOf } from './pages';

const MOST = 16;

const url: Reader<string> = (raw, param) => {
  const value = text()(raw, param);
  if (!URL.canParse(value) || !/^https?:$/.test(new URL(value).protocol))
    throw badParam('Invalid URL: An explicit scheme (such as https) must be provided.', param, 'url_invalid');
  return value;
};
const shape = { description: emptyable(text()), enabled_events: list(text()), metadata, url };

/** Stripe's API reference, "Webhook Endpoints": where events are sent besides the target that the sandbox was started with. */
export const webhookEndpointRoutes: Routes = {
  'POST /v1/webhook_endpoints': create,
  'GET /v1/webhook_endpoints': (call) => listOf(call.work.store, 'webhook_endpoint', call.raw, {}, () => ({})),
  'GET /v1/webhook_endpoints/:id': (call) => {
    readParams({}, call.raw);
    return inPath('webhook_endpoint', call).body;
  },
  'POST /v1/webhook_endpoints/:id': (call) => {
    const { disabled, metadata: changes, ...values } = readParams({ ...shape, disabled: flag }, call.raw);
    const row = inPath('webhook_endpoint', call);
    const status = disabled === undefined ? {} : { status: disabled ? 'disabled' : 'enabled' };
    const kept = mergeMetadata((row.body as Stripe.WebhookEndpoint).metadata, changes);
    return call.work.save('webhook_endpoint', row, { ...values, ...status, metadata: kept }).body;
  },
  'DELETE /v1/webhook_endpoints/:id': (call) => {
    readParams({}, call.raw);
    const row = inPath('webhook_endpoint', call);
    return call.work.replace('webhook_endpoint', row, { id: call.id, object: 'webhook_endpoint', deleted: true }).body;
  },
};

function create(call: Call): object {
  const values = readParams({ ...shape, api_version: oneOf(apiVersion) }, call.raw, ['enabled_events', 'url']);
  const { work } = call;
  if ([...work.store.scan('webhook_endpoint')].length >= MOST)
    throw badParam(`You have reached the maximum of ${MOST} test webhook endpoints.`, 'url');
  const secret = `whsec_${work.mint('', 32)}`;
  const body: Stripe.WebhookEndpoint = {
    id: work.idFor('webhook_endpoint'),
    object: 'webhook_endpoint',
    api_version: values.api_version ?? null,
    application: null,
    created: work.now(),
    description: values.description ?? null,
    enabled_events: values.enabled_events,
    livemode: false,
    metadata: values.metadata ?? {},
    status: 'enabled',
    url: values.url,
  };
  work.add('webhook_endpoint', body, { secret });
  // The secret is told at creation only.
  return { ...body, secret };
}

/** The target that an endpoint stands for; undefined when it is disabled or deleted. */
function targetOf({ body, notes }: Row<'webhook_endpoint'>): WebhookTarget | undefined {
  if (body.deleted || body.status !== 'enabled') return undefined;
  const all = body.enabled_events.includes('*');
  return { kind: 'event', url: body.url, secret: notes.secret as string, ...(!all && { events: body.enabled_events }) };
}

interface Targets {
  aim(name: string, target: WebhookTarget): void;
  forget(name: string): void;
}

/** Keeps the targets as the endpoints are: those of an earlier run now, and each change once it is durable. */
export function followEndpoints(store: Store, targets: Targets): void {
  const follow = (row: Row<'webhook_endpoint'>): void => {
    const target = targetOf(row);
    if (target) targets.aim(row.body.id, target);
    else targets.forget(row.body.id);
  };
  for (const { id } of store.scan('webhook_endpoint')) {
    const row = store.find('webhook_endpoint', id);
    if (row) follow(row);
  }
  store.join({
    after: ({ puts }) => {
      for (const [key, row] of puts) if (key.startsWith('webhook_endpoint:')) follow(row as Row<'webhook_endpoint'>);
    },
  });
}
