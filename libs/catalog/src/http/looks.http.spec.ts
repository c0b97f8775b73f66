import { QueryBus } from '@nestjs/cqrs';
import { newId } from '@cartwright/kernel';
import { GetAvailability } from '@cartwright/inventory';
import { Transactions } from '@cartwright/platform';
import { newCategory } from '../model/category';
import { CategoryStore } from '../store/category.store';
import { ProductStore } from '../store/product.store';
import { aCategory, admin, aProduct, startCatalog, type CatalogApp } from '../testing/catalog-app';
import { StockOfProducts } from '../usecases/stock-of-products';

/** Looks at the stock of a SKU that wait until they are let go, but for the first few. */
interface Hold {
  readonly sku: string;
  butFirst: number;
  readonly begun: () => void;
  readonly letGo: Promise<void>;
}

let shop: CatalogApp;
let mugs: string;
let holds: Hold[] = [];
const askers = new Map<string, () => void>();
beforeAll(async () => {
  shop = await startCatalog({ deliver: false });
  mugs = await aCategory(shop, 'Mugs');
  const queries = shop.app.get(QueryBus, { strict: false });
  const execute = queries.execute.bind(queries);
  jest.spyOn(queries, 'execute').mockImplementation(async (query) => {
    const hold = query instanceof GetAvailability ? holds.find(({ sku }) => query.input.skus.includes(sku)) : undefined;
    if (hold && (hold.butFirst -= 1) < 0) {
      hold.begun();
      await hold.letGo;
    }
    return execute(query);
  });
  const stock = shop.app.get(StockOfProducts, { strict: false });
  const ofNow = stock.ofNow.bind(stock);
  jest.spyOn(stock, 'ofNow').mockImplementation(async (skus) => {
    const answer = ofNow(skus);
    for (const sku of skus) askers.get(sku)?.();
    return answer;
  });
});
afterEach(() => (holds = []));
afterAll(async () => {
  jest.restoreAllMocks();
  await shop.stop();
});

function hold(sku: string, butFirst = 0): { readonly begun: Promise<void>; readonly letGo: () => void } {
  const [begun, goOn] = [latch(), latch()];
  holds.push({ sku, butFirst, begun: begun.end, letGo: goOn.ended });
  return { begun: begun.ended, letGo: goOn.end };
}

/** When somebody who shows a product has asked for the stock of a SKU. */
async function asked(sku: string): Promise<void> {
  return new Promise((resolve) => askers.set(sku, resolve));
}

function latch(): { readonly ended: Promise<void>; readonly end: () => void } {
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  return { ended, end };
}

const create = (changes: object, headers: Record<string, string> = {}) =>
  shop.ask('POST', '/products', { as: admin, body: aProduct(mugs, changes), headers });
const visit = (slug: string) => shop.ask('GET', `/products/${slug}`);

describe('a look at the stock', () => {
  it.each([
    ['a request with a key', 'KEYED', { 'idempotency-key': 'a-product-with-stock' }, 201],
    ['a rehearsal', 'REHEARSED', { prefer: 'handling=dry-run' }, 200],
  ])('shows %s what it has counted itself, whoever else looks meanwhile', async (_, sku, headers, status) => {
    await create({ name: `Seen before ${sku}`, sku: `SEEN-${sku}` });
    const visitors = hold(`SEEN-${sku}`);
    const seen = visit(`seen-before-${sku.toLowerCase()}`);
    await visitors.begun;
    const ownAsked = asked(sku);
    const made = create({ name: sku, sku, stock: 7 }, headers);
    await ownAsked;
    visitors.letGo();
    const { status: is, body } = await made;
    expect([is, body.variants]).toEqual([status, [expect.objectContaining({ sku, stock: 7 })]]);
    expect((await seen).status).toBe(200);
  });

  it('is never somebody else’s transaction’s', async () => {
    await create({ name: 'Seen after', sku: 'SEEN-AFTER' });
    const [own, visitors] = [hold('OWN', 1), hold('SEEN-AFTER')]; // the first of its own is for the copy that lists show
    const made = create({ name: 'Own', sku: 'OWN', stock: 7 }, { 'idempotency-key': 'a-product-that-waits' });
    await own.begun;
    const visitorAsked = asked('SEEN-AFTER');
    const seen = visit('seen-after');
    await visitorAsked;
    own.letGo();
    expect((await made).body.variants).toEqual([expect.objectContaining({ stock: 7 })]);
    visitors.letGo();
    const { status, body } = await seen;
    expect([status, body.variants]).toEqual([200, [expect.objectContaining({ stock: 5 })]]);
  });
});

describe('what is kept for others', () => {
  const get = <T>(type: abstract new (...args: never[]) => T): T => shop.app.get<T>(type, { strict: false });

  it('is no category that never came to be', async () => {
    const id = newId();
    const categories = get(CategoryStore);
    await get(Transactions).rehearse(async () => {
      await categories.save({ next: newCategory({ id, name: 'Rehearsed', slug: 'rehearsed', parent: null }, new Date()), events: [] });
      expect(await categories.idOfSlug('rehearsed')).toBe(id);
    });
    expect(await categories.idOfSlug('rehearsed')).toBeNull();
  });

  it('is not what a transaction sees that began before a category was made', async () => {
    const categories = get(CategoryStore);
    await get(Transactions).run(async () => {
      await categories.childrenOf(mugs); // it sees the shop as it is now
      await aCategory(shop, 'Made meanwhile');
      expect(await categories.idOfSlug('made-meanwhile')).toBeNull();
    });
    expect(await categories.idOfSlug('made-meanwhile')).toMatch(/^[0-9a-f]{24}$/);
  });

  it('is no count of the products that there were when a transaction began', async () => {
    const products = get(ProductStore);
    const counted = async () => (await products.facets({ q: 'handmade' }, ['brand'])).brand;
    await get(Transactions).run(async () => {
      await products.countIn(mugs); // it sees the shop as it is now
      await create({ name: 'Handmade', sku: 'HANDMADE' });
      expect(await counted()).toEqual([]);
    });
    expect(await counted()).toEqual([{ value: 'Quay', count: 1 }]);
  });
});

it('a request that only reads is no rehearsal, whatever it prefers', async () => {
  const { status, headers } = await shop.ask('HEAD', '/products?facets=brand', { headers: { prefer: 'handling=dry-run' } });
  expect([status, headers.get('preference-applied')]).toEqual([200, null]);
});
