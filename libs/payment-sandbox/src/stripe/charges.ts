import { emptyable, mergeMetadata, metadata, readParams, shipping, text } from '../http/params';
import { created, listOf } from './pages';
import type { Call, Routes } from '../http/routes';
import { emit } from './emit';
import { inPath } from './lookups';

/** Stripe's API reference, "Charges": read and annotated here, made by payment intents only. */
export const chargeRoutes: Routes = {
  'GET /v1/charges': (call) =>
    listOf(call.work.store, 'charge', call.raw, { payment_intent: text(), customer: text(), created }, (values) => ({
      equal: { payment_intent: values.payment_intent, customer: values.customer },
      created: values.created,
    })),
  'GET /v1/charges/:id': (call) => {
    readParams({}, call.raw);
    return inPath('charge', call).body;
  },
  'POST /v1/charges/:id': update,
  'GET /v1/charges/:id/refunds': (call) => {
    const { body } = inPath('charge', call);
    return listOf(call.work.store, 'refund', call.raw, {}, () => ({ equal: { charge: body.id } }), `/v1/charges/${body.id}/refunds`);
  },
};

function update(call: Call): object {
  const values = readParams({ description: emptyable(text()), metadata, receipt_email: text(800), shipping }, call.raw);
  const row = inPath('charge', call);
  const { metadata: changes, shipping: address, ...plain } = values;
  const { body } = call.work.save('charge', row, {
    ...plain,
    ...(address && { shipping: address }),
    metadata: mergeMetadata(row.body.metadata, changes),
  });
  emit(call.work, 'charge.updated', body);
  return body;
}
