import { getConnectionToken } from '@nestjs/mongoose';
import { CartModule } from '@cartwright/cart';
import { CatalogModule } from '@cartwright/catalog';
import { FulfilmentModule } from '@cartwright/fulfilment';
import { IdentityModule } from '@cartwright/identity';
import { InventoryModule } from '@cartwright/inventory';
import { NotificationsModule } from '@cartwright/notifications';
import { OrdersModule } from '@cartwright/orders';
import { PaymentsModule } from '@cartwright/payments';
import { PersonalFiles } from '@cartwright/platform';
import type { Connection, Schema } from 'mongoose';
import { startTestApp, type TestApp } from '../../../libs/platform/src/testing/test-app';

/** Collections with something about people: the part of a person's file that has it, or why none does. */
const where: Readonly<Record<string, { readonly part: string } | { readonly notExported: string }>> = {
  users: { part: 'profile' },
  sessions: { part: 'sessions' },
  carts: { part: 'cart' },
  orders: { part: 'orders' },
  fulfilments: { part: 'orders' },
  payments: { part: 'orders' },
  refunds: { part: 'orders' },
  wallets: { part: 'paymentMethods' },
  sentMails: { part: 'mails' },
  imports: { notExported: "names the admin who brought a catalogue by id: the work is the shop's" },
  products: { notExported: 'the vendor of goods on sale is public, and its name is in the profile' },
  categories: { notExported: "the name is the category's" },
  stockLocations: { notExported: "the name is that of a place of the shop's" },
  stockMovements: { notExported: "names the admin who counted by id, for the shop's own audit" },
  outbox: { notExported: 'tells of the same records once more' },
  webhooks: { notExported: "a provider's words about a payment that the orders have" },
  paymentLedger: { notExported: "a provider's words about a payment that the orders have" },
  idempotencyKeys: { notExported: 'answers that were given already, sealed under keys that only the caller has; gone after a day' },
};

/** What fields are called that say who somebody is, or hold whatever somebody else put there. */
const personal =
  /^(user|userId|owner|ownerId|guestId|vendor|customer|actorId|by|email\w*|\w*EmailKey|to|name|phone|line1|address|payload|body|reason|data)$/;

let shop: TestApp;
let collections: Map<string, string[]>;
beforeAll(async () => {
  const payments = PaymentsModule.forRoot({ stripe: { secretKey: 'sk_test_x', webhookSecret: 'whsec_x', apiUrl: 'http://127.0.0.1:9' } });
  const participants = [IdentityModule, InventoryModule, payments, FulfilmentModule, CatalogModule];
  shop = await startTestApp({ imports: [...participants, CartModule, OrdersModule, NotificationsModule], delivery: { deliver: false } });
  const { models } = shop.app.get<Connection>(getConnectionToken());
  collections = new Map(Object.values(models).map(({ schema, collection }) => [collection.collectionName, fieldsOf(schema as Schema)]));
}, 60_000);
afterAll(() => shop.stop());

/** The names of all fields of a schema and of the parts in it. */
function fieldsOf(schema: Schema): string[] {
  return Object.entries(schema.paths).flatMap(([path, type]) => [
    ...path.split('.'),
    ...((type as { schema?: Schema }).schema ? fieldsOf((type as unknown as { schema: Schema }).schema) : []),
  ]);
}

test('each collection with something about people is in the file that they can ask for, or is an exception for a reason', () => {
  const found = [...collections].filter(([, fields]) => fields.some((field) => personal.test(field))).map(([name]) => name);
  expect(found.sort()).toEqual(Object.keys(where).sort());
});

test('each part of the file is there, and is the place of some collection', () => {
  const named = Object.values(where).flatMap((place) => ('part' in place ? [place.part] : []));
  // Addresses stand in the account's own document.
  expect(shop.app.get(PersonalFiles).parts).toEqual([...new Set([...named, 'addresses'])].sort());
});
