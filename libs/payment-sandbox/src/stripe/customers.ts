import type Stripe from 'stripe';
import { address, emptyable, hash, ignored, list, mergeMetadata, metadata, oneOf, readParams, shipping, text } from '../http/params';
import { created, listOf } from './pages';
import { noSuch } from '../http/refusal';
import type { Call, Routes } from '../http/routes';
import type { Work } from '../store/work';
import { emit } from './emit';
import { idOf, inPath, livingCustomer, named } from './lookups';
import { attach, detach } from './payment-methods';
import { redisplay, resolveMethod } from './payment-method-body';

const invoiceSettings = hash({
  default_payment_method: emptyable(text()),
  footer: ignored,
  custom_fields: ignored,
  rendering_options: ignored,
});
const updateShape = {
  address: emptyable(address),
  description: emptyable(text()),
  email: emptyable(text(512)),
  invoice_settings: invoiceSettings,
  metadata,
  name: emptyable(text(256)),
  phone: emptyable(text(20)),
  preferred_locales: list(text()),
  shipping: emptyable(shipping),
  tax_exempt: emptyable(oneOf('exempt', 'none', 'reverse')),
};

/** Stripe's API reference, "Customers". */
export const customerRoutes: Routes = {
  'POST /v1/customers': create,
  'GET /v1/customers': (call) =>
    listOf(call.work.store, 'customer', call.raw, { email: text(), created }, (values) => ({
      equal: { email: values.email },
      created: values.created,
    })),
  'GET /v1/customers/:id': (call) => {
    readParams({}, call.raw);
    return inPath('customer', call).body;
  },
  'POST /v1/customers/:id': update,
  'DELETE /v1/customers/:id': remove,
  'GET /v1/customers/:id/payment_methods': (call) => {
    const customer = livingCustomer(call.work, call.id).body.id;
    return listOf(
      call.work.store,
      'payment_method',
      call.raw,
      { type: text(), allow_redisplay: redisplay },
      (values) => ({ equal: { customer, type: values.type, allow_redisplay: values.allow_redisplay } }),
      `/v1/customers/${customer}/payment_methods`,
    );
  },
  'GET /v1/customers/:id/payment_methods/:subId': (call) => {
    const method = call.work.find('payment_method', call.subId);
    if (!method || idOf(method.body.customer) !== call.id) throw noSuch('PaymentMethod', call.subId, 'payment_method');
    return method.body;
  },
};

function create(call: Call): object {
  const values = readParams({ ...updateShape, payment_method: text() }, call.raw);
  const { work } = call;
  const body: Stripe.Customer = {
    id: work.idFor('customer'),
    object: 'customer',
    address: values.address ?? null,
    balance: 0,
    created: work.now(),
    currency: null,
    default_source: null,
    delinquent: false,
    description: values.description ?? null,
    discount: null,
    email: values.email ?? null,
    invoice_prefix: work.mint('', 8).toUpperCase(),
    invoice_settings: { custom_fields: null, default_payment_method: null, footer: null, rendering_options: null },
    livemode: false,
    metadata: values.metadata ?? {},
    name: values.name ?? null,
    next_invoice_sequence: 1,
    phone: values.phone ?? null,
    preferred_locales: values.preferred_locales ?? [],
    shipping: (values.shipping as Stripe.Customer.Shipping | undefined) ?? null,
    tax_exempt: values.tax_exempt ?? 'none',
    test_clock: null,
  };
  const row = work.add('customer', body);
  emit(work, 'customer.created', body);
  if (values.payment_method) attach(work, resolveMethod(work, values.payment_method), body.id);
  const preferred = values.invoice_settings?.default_payment_method;
  return preferred
    ? work.save('customer', row, {
        invoice_settings: { ...body.invoice_settings, default_payment_method: ownMethod(work, preferred, body.id) },
      }).body
    : body;
}

function update(call: Call): object {
  const values = readParams(updateShape, call.raw);
  const row = inPath('customer', call);
  if (row.body.deleted) throw noSuch('customer', call.id);
  const before = row.body;
  const { metadata: changes, invoice_settings: settings, shipping: to, preferred_locales: locales, ...plain } = values;
  const preferred = settings?.default_payment_method;
  const change: Partial<Stripe.Customer> = {
    ...plain,
    ...(locales && { preferred_locales: locales }),
    ...(to !== undefined && { shipping: to }),
    ...(preferred !== undefined && {
      invoice_settings: { ...before.invoice_settings, default_payment_method: preferred && ownMethod(call.work, preferred, before.id) },
    }),
    metadata: mergeMetadata(before.metadata, changes),
  };
  const { body } = call.work.save('customer', row, change);
  emit(
    call.work,
    'customer.updated',
    body,
    Object.fromEntries(Object.keys(values).map((name) => [name, before[name as keyof Stripe.Customer]])),
  );
  return body;
}

function ownMethod(work: Work, id: string, customer: string): string {
  const method = named(work, 'payment_method', id, 'invoice_settings[default_payment_method]');
  if (idOf(method.body.customer) !== customer) throw noSuch('PaymentMethod', id, 'invoice_settings[default_payment_method]', 400);
  return id;
}

function remove(call: Call): object {
  readParams({}, call.raw);
  const { work } = call;
  const row = inPath('customer', call);
  if (row.body.deleted) throw noSuch('customer', call.id);
  for (const { id } of work.store.scan(`payment_method|customer|${call.id}`)) {
    const method = work.find('payment_method', id);
    if (method) detach(work, method);
  }
  emit(work, 'customer.deleted', row.body);
  return work.replace('customer', row, { id: call.id, object: 'customer', deleted: true }).body;
}
