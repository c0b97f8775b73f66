import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getConnectionToken } from '@nestjs/mongoose';
import { CartModule } from '@cartwright/cart';
import { CatalogModule } from '@cartwright/catalog';
import { FulfilmentModule } from '@cartwright/fulfilment';
import { IdentityModule } from '@cartwright/identity';
import { InventoryModule } from '@cartwright/inventory';
import { NotificationsModule } from '@cartwright/notifications';
import { OrdersModule } from '@cartwright/orders';
import { PaymentsModule } from '@cartwright/payments';
import type { Connection } from 'mongoose';
import { startTestApp, type TestApp } from '../../../libs/platform/src/testing/test-app';

let shop: TestApp;
/** Of each collection the fields of each unique index, in their order. */
let uniques: Map<string, string[][]>;

beforeAll(async () => {
  const payments = PaymentsModule.forRoot({ stripe: { secretKey: 'sk_test_x', webhookSecret: 'whsec_x', apiUrl: 'http://127.0.0.1:9' } });
  const participants = [IdentityModule, InventoryModule, payments, FulfilmentModule, CatalogModule];
  shop = await startTestApp({ imports: [...participants, CartModule, OrdersModule, NotificationsModule], delivery: { deliver: false } });
  const { models } = shop.app.get<Connection>(getConnectionToken());
  uniques = new Map(
    Object.values(models).map(({ schema, collection }) => {
      const indexes = schema.indexes().filter(([, options]) => options?.unique);
      return [collection.collectionName, indexes.map(([fields]) => Object.keys(fields))];
    }),
  );
}, 60_000);
afterAll(() => shop.stop());

/** The rows of the table of collections: the name, and the fields of the shard key, none where it stays in one place. */
function documented(): { name: string; key: string[] }[] {
  const [, section = ''] = readFileSync(join(__dirname, '../../../docs/operations.md'), 'utf8').split('\n## Data\n');
  const [table = ''] = section.split('\n## ');
  return [...table.matchAll(/^\| `(\w+)` \| (?:`\{ (.*?) \}`|\w.*?) \|/gm)].map(([, name = '', key = '']) => ({
    name,
    key: key ? key.split(', ').map((part) => part.split(':')[0] ?? '') : [],
  }));
}

test('docs/operations.md has each collection of the shop, and no other', () => {
  expect(
    documented()
      .map(({ name }) => name)
      .sort(),
  ).toEqual([...uniques.keys()].sort());
});

test('each shard key there is one that MongoDB takes: every unique index begins with it', () => {
  const broken = documented().filter(({ name, key }) =>
    uniques.get(name)?.some((fields) => key.some((field, place) => fields[place] !== field)),
  );
  expect(broken).toEqual([]);
});

test('whatever stays in one place does so because its unique indexes begin with different fields, or because it is small', () => {
  const small = ['categories', 'stockLocations', 'timers', 'catalogueMarks'];
  const kept = documented().filter(({ key, name }) => key.length === 0 && !small.includes(name));
  expect(kept.length).toBeGreaterThan(0);
  for (const { name } of kept) expect(new Set(uniques.get(name)?.map(([first]) => first)).size).toBeGreaterThan(1);
});
