import { flag, list, readParams, text } from '../http/params';
import { created, listOf } from './pages';
import { badParam } from '../http/refusal';
import type { Routes } from '../http/routes';
import type { Store } from '../store/store';
import { deliveryOf, pendingTargets } from '../webhooks/delivery';
import type { EventBody } from './kinds';
import { inPath } from './lookups';

/** Stripe's API reference, "Events": what a shop asks when it may have missed a webhook. */
export const eventRoutes: Routes = {
  'GET /v1/events': (call) => {
    const { store } = call.work;
    const page = listOf(store, 'event', call.raw, { type: text(), types: list(text()), created, delivery_success: flag }, (values) => {
      if (values.type && values.types)
        throw badParam('You may only specify one of these parameters: type, types.', 'type', 'parameters_exclusive');
      const wanted = values.types ?? (values.type?.includes('*') ? [values.type] : undefined);
      return {
        equal: { type: wanted ? undefined : values.type },
        created: values.created,
        only: ({ body }) =>
          (!wanted || wanted.some((pattern) => matches(pattern, body.type))) &&
          (values.delivery_success === undefined || values.delivery_success === (deliveryOf(store, body.id) === undefined)),
      };
    }) as { data: EventBody[] };
    return { ...page, data: page.data.map((event) => withDeliveries(store, event)) };
  },
  'GET /v1/events/:id': (call) => {
    readParams({}, call.raw);
    return withDeliveries(call.work.store, inPath('event', call).body);
  },
};

/** `charge.*` stands for all types that begin so. */
function matches(pattern: string, type: string): boolean {
  return pattern.endsWith('*') ? type.startsWith(pattern.slice(0, -1)) : pattern === type;
}

function withDeliveries(store: Store, event: EventBody): EventBody {
  return { ...event, pending_webhooks: pendingTargets(deliveryOf(store, event.id)) };
}
