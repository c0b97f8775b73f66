import { CommandBus } from '@nestjs/cqrs';
import { getConnectionToken } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { LoadDemoCatalogue } from '../contract/load-demo-catalogue';
import { startCatalog, type CatalogApp } from '../testing/catalog-app';

/** How many database commands a request may send, whatever the number of rows. */
const budgets: [string, number][] = [
  ['/products', 3],
  ['/products?category=home&q=a&minPrice=1&inStock=true&sort=price', 3],
  ['/categories/home/products', 4],
  ['/categories', 2],
  ['/categories?tree=true', 1],
  ['/products/enamel-kettle', 3], // the product, its stock, and (once a second) the locations that it may be sold from
];

describe('the budget of database commands', () => {
  let shop: CatalogApp;
  const commands: string[] = [];
  let later = 0;
  const { now } = Date;
  beforeAll(async () => {
    shop = await startCatalog({ deliver: false });
    jest.spyOn(Date, 'now').mockImplementation(() => now() + later);
    await shop.app.get(CommandBus).execute(new LoadDemoCatalogue());
    const connection = shop.app.get<Connection>(getConnectionToken(), { strict: false });
    for (const collection of Object.values(connection.models)) {
      for (const name of ['find', 'aggregate', 'findOne', 'countDocuments', 'estimatedDocumentCount'] as const) {
        const native = collection.collection as unknown as Record<string, (...args: unknown[]) => unknown>;
        const original = native[name]?.bind(native);
        if (!original) continue;
        native[name] = (...args: unknown[]) => {
          commands.push(`${collection.modelName}.${name}`);
          return original(...args);
        };
      }
    }
  });
  afterAll(async () => {
    jest.restoreAllMocks();
    await shop.stop();
  });

  const sent = async (path: string): Promise<string[]> => {
    later += 2_000; // answers of the last second cost nothing
    commands.length = 0;
    expect((await shop.ask('GET', path)).status).toBe(200);
    return [...commands];
  };

  it.each(budgets)('GET %s sends at most %i', async (path, most) => {
    const isWhole = /tree=true|^\/products\//.test(path);
    const sized = (limit: number): string => (isWhole ? path : `${path}${path.includes('?') ? '&' : '?'}limit=${limit}`);
    const [few, many] = [await sent(sized(1)), await sent(sized(100))];
    expect(few.length).toBeLessThanOrEqual(most);
    expect(many.length).toBeLessThanOrEqual(few.length);
    expect(few.length).toBeGreaterThan(0);
  });
});
