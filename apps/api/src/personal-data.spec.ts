import { getConnectionToken } from '@nestjs/mongoose';
import { CartModule } from '@cartwright/cart';
import { CatalogModule } from '@cartwright/catalog';
import { FulfilmentModule } from '@cartwright/fulfilment';
import { IdentityModule } from '@cartwright/identity';
import { InventoryModule } from '@cartwright/inventory';
import { NotificationsModule } from '@cartwright/notifications';
import { OrdersModule } from '@cartwright/orders';
import { PaymentsModule } from '@cartwright/payments';
import { Erasers, PersonalFiles } from '@cartwright/platform';
import type { Connection, Schema } from 'mongoose';
import { startTestApp, type TestApp } from '../../../libs/platform/src/testing/test-app';

interface Place {
  /** The part of a person's file that has it, or why none does. */
  readonly part?: string;
  readonly notExported?: string;
  /** The part whose eraser forgets it, or why it may stay. */
  readonly erasedBy?: string;
  readonly stays?: string;
}

/** Collections with something about people. */
const where: Readonly<Record<string, Place>> = {
  users: { part: 'profile', erasedBy: 'profile' },
  sessions: { part: 'sessions', erasedBy: 'profile' },
  erasures: {
    notExported: 'is there only when the account is not',
    stays: 'the address goes with the last letter; an id and dates prove that it was done',
  },
  carts: { part: 'cart', erasedBy: 'cart' },
  orders: { part: 'orders', erasedBy: 'orders' },
  fulfilments: { part: 'orders', erasedBy: 'orders' },
  payments: { part: 'orders', erasedBy: 'orders' },
  refunds: { part: 'orders', erasedBy: 'orders' },
  wallets: { part: 'paymentMethods', erasedBy: 'paymentMethods' },
  sentMails: { part: 'mails', erasedBy: 'mails' },
  imports: {
    notExported: "names the admin who brought a catalogue by id: the work is the shop's",
    stays: 'an id that leads nowhere any more, for a month',
  },
  products: { notExported: 'the vendor of goods on sale is public, and its name is in the profile', erasedBy: 'products' },
  outbox: { notExported: 'tells of the same records once more', erasedBy: 'orders' },
  webhooks: { notExported: "a provider's words about a payment that the orders have", erasedBy: 'orders' },
  paymentLedger: {
    notExported: "a provider's words about a payment that the orders have",
    stays: 'codes and amounts: who pays is not among them',
  },
  idempotencyKeys: {
    notExported: 'answers that were given already',
    stays: 'sealed under keys that only the caller has, and gone after a day',
  },
  stockMovements: {
    notExported: "names the admin who counted by id, for the shop's own audit",
    stays: 'an id that leads nowhere any more',
  },
  auditEntries: {
    notExported: "names accounts by id, for the shop's own audit; of what is personal it says only that it changed",
    stays: 'an id that leads nowhere any more',
  },
  categories: { notExported: "the name is the category's", stays: 'the same' },
  stockLocations: { notExported: "the name is that of a place of the shop's", stays: 'the same' },
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

test('each is in a part of the file or not for a reason, and forgotten by an eraser or not for a reason', () => {
  const open = Object.entries(where).filter(
    ([, { part, notExported, erasedBy, stays }]) => Boolean(part) === Boolean(notExported) || Boolean(erasedBy) === Boolean(stays),
  );
  expect(open).toEqual([]);
});

const named = (what: 'part' | 'erasedBy'): string[] => [...new Set(Object.values(where).flatMap((place) => place[what] ?? []))];

test('each part of the file is there, and is the place of some collection', () => {
  // Addresses stand in the account's own document.
  expect(shop.app.get(PersonalFiles).parts).toEqual([...named('part'), 'addresses'].sort());
});

test('each eraser is there, and forgets some collection', () => {
  expect(shop.app.get(Erasers).parts).toEqual(named('erasedBy').sort());
});
