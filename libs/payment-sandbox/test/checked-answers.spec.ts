import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { loadSchemas, wrongIn, wrongInText } from './checked-answers';
import { deriveSchemas } from './derive-schemas';
import { aPayment, control, failure, withSandbox } from './with-sandbox';

type Fields = Record<string, unknown>;

/** Fields that the sandbox answers and the SDK's types do not insist on. */
const mayBeMissing: Readonly<Record<string, readonly string[]>> = {
  payment_intent: ['transfer_data'],
  refund: ['destination_details'],
  payment_method: ['allow_redisplay', 'card'],
  customer: [
    ...['address', 'currency', 'delinquent', 'discount', 'invoice_prefix', 'name', 'next_invoice_sequence', 'phone'],
    ...['preferred_locales', 'tax_exempt', 'test_clock'],
  ],
};

describe('answers are held against the SDK’s own types', () => {
  const context = withSandbox();
  const schemas = loadSchemas();

  /** One of each object that the sandbox has, by its kind. */
  async function samples(): Promise<Record<string, Fields[]>> {
    const { stripe } = context;
    const { id: customer } = await stripe.customers.create({ email: 'ada@shop.test', payment_method: 'pm_card_visa' });
    const paid = await stripe.paymentIntents.create(aPayment({ customer, expand: ['latest_charge'] }));
    await stripe.refunds.create({ payment_intent: paid.id, amount: 100 });
    await failure(stripe.paymentIntents.create(aPayment({ payment_method: 'pm_card_chargeDeclined' })));
    await stripe.setupIntents.create({ customer, automatic_payment_methods: { enabled: true } });
    const snapshot = (await control(context.sandbox.url, 'GET', 'snapshot')) as Record<string, Fields[]>;
    return Object.fromEntries(Object.entries(snapshot).filter(([kind, found]) => kind in schemas.objects && found.length > 0));
  }

  test('what is kept is what the SDK’s types of today make', () => {
    expect(schemas).toEqual(deriveSchemas(dirname(require.resolve('stripe'))));
    expect(Object.keys(schemas.defs).length).toBeGreaterThan(400);
  });

  test('a field that is altered, missing or too much is noticed, at every place of every object', async () => {
    const unnoticed: string[] = [];
    let alterations = 0;
    for (const [kind, found] of Object.entries(await samples())) {
      for (const body of found) {
        expect([kind, wrongIn(schemas, body)]).toEqual([kind, []]);
        for (const { what, altered } of alteredAtEachPlace(body, mayBeMissing[kind] ?? [])) {
          alterations += 1;
          if (wrongIn(schemas, altered).length === 0) unnoticed.push(`${kind} ${what}`);
        }
      }
    }
    expect(alterations).toBeGreaterThan(500);
    expect(unnoticed).toEqual([]);
  });

  test.each([
    ['an event of a type that the SDK does not know', { object: 'event', type: 'payment_intent.vanished' }],
    ['an object that the sandbox does not have', { object: 'invoice', id: 'in_1' }],
    ['an error of a kind that there is not', { error: { type: 'card_eror', message: 'x' } }],
    ['an error with a field of its own', { error: { type: 'card_error', messsage: 'x' } }],
    ['a list without has_more', { object: 'list', data: [], url: '/v1/refunds' }],
    ['a list of something wrong', { object: 'list', data: [{ object: 'refund' }], has_more: false, url: '/v1/refunds' }],
  ])('%s is noticed', (_what, body) => {
    expect(wrongIn(schemas, body)).not.toEqual([]);
  });

  test('an answer that is no JSON is noticed', () => {
    expect(wrongInText(schemas, '{"object":')).toEqual([expect.stringContaining('not JSON')]);
  });

  test('no spec starts a sandbox whose answers nobody checks', () => {
    const src = join(__dirname, '../src');
    const specs = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.spec.ts'));
    expect(specs.length).toBeGreaterThan(10);
    const unchecked = specs.filter((name) =>
      /import \{[^}]*\bstartPaymentSandbox\b[^}]*\} from '(?!.*with-sandbox)/.test(readFileSync(join(src, name), 'utf8')),
    );
    expect(unchecked).toEqual([]);
  });
});

/** Copies of an object, each with one fault: at any depth a value of another type or an unknown field, and at the top a missing one. */
function* alteredAtEachPlace(body: Fields, dispensable: readonly string[]): Iterable<{ what: string; altered: Fields }> {
  for (const path of pathsIn(body)) {
    const what = path.join('.');
    yield { what: `${what} of another type`, altered: changed(body, path, (parent, name) => (parent[name] = [[]])) };
    yield { what: `beside ${what}`, altered: changed(body, path, (parent) => (parent['no_such_field'] = [[]])) };
  }
  for (const name of Object.keys(body)) {
    if (!dispensable.includes(name)) yield { what: `without ${name}`, altered: changed(body, [name], (parent) => delete parent[name]) };
  }
}

function* pathsIn(value: Fields, above: readonly string[] = []): Iterable<string[]> {
  for (const [name, inner] of Object.entries(value)) {
    yield [...above, name];
    if (inner !== null && typeof inner === 'object' && !Array.isArray(inner)) yield* pathsIn(inner as Fields, [...above, name]);
  }
}

function changed(body: Fields, path: readonly string[], change: (parent: Fields, name: string) => void): Fields {
  const copy = JSON.parse(JSON.stringify(body)) as Fields;
  const parent = path.slice(0, -1).reduce((inner, name) => inner[name] as Fields, copy);
  change(parent, path[path.length - 1] as string);
  return copy;
}
