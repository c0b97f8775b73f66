import { CommandBus } from '@nestjs/cqrs';
import { getModelToken } from '@nestjs/mongoose';
import { CountStock } from '@cartwright/inventory';
import type { Model } from 'mongoose';
import { backOfficeSorts, type ProductFilter, type ProductSort } from '../model/product-query';
import { LoadDemoCatalogue } from '../contract/load-demo-catalogue';
import { GetVariants } from '../contract/sellable-variant';
import { startCatalog, type CatalogApp } from '../testing/catalog-app';
import { beginsIn, filterOf, orders } from './product-filter';
import { mostRelevant } from './product-relevance';
import { ProductStore } from './product.store';

describe('products in the database', () => {
  let shop: CatalogApp;
  let store: ProductStore;
  let model: Model<unknown>;
  beforeAll(async () => {
    shop = await startCatalog();
    store = shop.app.get(ProductStore, { strict: false });
    model = shop.app.get<Model<unknown>>(getModelToken('product'), { strict: false });
    await shop.app.get(CommandBus).execute(new LoadDemoCatalogue());
  });
  afterAll(() => shop.stop());

  const id = 'a'.repeat(24);

  describe('each list', () => {
    it('by relevance, of what a search finds, reads the index of its words', async () => {
      for (const after of [undefined, { list: '-1 relevance createdAt _id', values: [2, Date.now(), id] }]) {
        const { stages } = mostRelevant({ q: 'mug stone' }, { limit: 20, skip: 0, after }, {});
        const text = JSON.stringify(await model.collection.aggregate(stages.slice(0, -1)).explain('queryPlanner'));
        expect(text).toContain('isActive_1_searchWords_1');
        expect(text).not.toContain('"COLLSCAN"');
      }
    });

    type Sorting = 'sorted by the index' | 'sorted afterwards' | 'whatever order';
    const plans: [string, ProductFilter, ProductSort, string, Sorting][] = [
      ['newest first', {}, '-createdAt', 'createdAt_-1', 'sorted by the index'],
      ['oldest first', {}, 'createdAt', 'createdAt_-1', 'sorted by the index'],
      ['cheapest first', {}, 'price', 'priceAsc_1', 'sorted by the index'],
      ['dearest first', {}, '-price', 'priceDesc_-1', 'sorted by the index'],
      ['by name', {}, 'name', 'nameKey_1', 'sorted by the index'],
      ['by name backwards', {}, '-name', 'nameKey_1', 'sorted by the index'],
      ['of a category', { category: id }, '-createdAt', 'categoryIds_1', 'sorted by the index'],
      ['of a brand', { brand: 'x' }, '-createdAt', 'brandKey_1', 'sorted by the index'],
      ['of a vendor', { vendor: id }, '-createdAt', 'vendor._id_1', 'sorted by the index'],
      ['with an option', { options: { Size: 'M' } }, '-createdAt', 'variants.keys_1', 'sorted by the index'],
      ['in a range of prices', { minPrice: 1, maxPrice: 9 }, '-createdAt', 'createdAt_-1', 'sorted by the index'],
      ['with stock', { inStock: true }, '-createdAt', 'createdAt_-1', 'sorted by the index'],
      ['that a search finds', { q: 'mug stone' }, '-createdAt', 'searchWords_1', 'sorted afterwards'],
    ];

    it.each(plans)('%s reads an index, wherever it goes on', async (_what, filter, sort, index, sorting) => {
      const order = orders[sort];
      const row = { id, createdAt: new Date(), nameKey: 'm', priceAsc: 500, priceDesc: 500 };
      const parts = [order.part({ limit: 20, skip: 0 }), order.part({ limit: 20, skip: 0, after: order.placeOf(row) })];
      for (const part of parts) {
        const asked = model.collection.find(part.of(filterOf(filter), beginsIn(filter)), { sort: part.sort, limit: part.limit });
        expectIndex(JSON.stringify((await asked.explain('queryPlanner'))['queryPlanner'].winningPlan), `isActive_1_${index}`, sorting);
      }
    });

    function expectIndex(text: string, index: string, sorting: Sorting): void {
      expect(text).toContain('"IXSCAN"');
      expect(text).toContain(index);
      expect(text).not.toContain('"COLLSCAN"');
      if (sorting !== 'whatever order') expect(text.includes('"SORT"') ? 'sorted afterwards' : 'sorted by the index').toBe(sorting);
    }

    const staff: [string, Partial<ProductFilter> & { isActive?: boolean; archived?: boolean }, string, Sorting][] = [
      ['all that is not archived', {}, 'archivedAt_1_createdAt_-1', 'sorted by the index'],
      ['what is not on sale', { isActive: false }, 'isActive_1_archivedAt_1_createdAt_-1', 'sorted by the index'],
      ['what is on sale', { isActive: true }, 'isActive_1_createdAt_-1', 'sorted by the index'],
      ['what is archived', { archived: true }, 'isActive_1_archivedAt_1_createdAt_-1', 'sorted afterwards'],
      ['of a vendor', { vendor: id }, 'vendor._id_1_archivedAt_1_createdAt_-1', 'sorted by the index'],
      ['of a vendor, not on sale', { vendor: id, isActive: false }, 'vendor._id_1', 'sorted by the index'],
      ['of a brand', { brand: 'x' }, 'isActive_1_brandKey_1', 'whatever order'],
      ['of a category', { category: id }, 'isActive_1_categoryIds_1', 'whatever order'],
      ['with an option', { options: { Size: 'M' } }, 'isActive_1_variants.keys_1', 'whatever order'],
      ['that a search finds', { q: 'mug stone' }, 'isActive_1_searchWords_1', 'sorted afterwards'],
      ['that a search finds of a vendor', { q: 'mug', vendor: id, isActive: false }, '_1', 'whatever order'],
    ];

    it.each(staff)('of the back office, %s, reads an index, wherever it goes on', async (_what, wish, index, sorting) => {
      const { isActive, archived = false, ...narrowed } = wish;
      const filter = { ...narrowed, backOffice: { isActive, archived } };
      for (const sort of backOfficeSorts) {
        const order = orders[sort];
        const parts = [
          order.part({ limit: 20, skip: 0 }),
          order.part({ limit: 20, skip: 0, after: order.placeOf({ id, createdAt: new Date() }) }),
        ];
        for (const part of parts) {
          const asked = model.collection.find(part.of(filterOf(filter), beginsIn(filter)), { sort: part.sort, limit: part.limit });
          const text = JSON.stringify((await asked.explain('queryPlanner'))['queryPlanner'].winningPlan);
          expectIndex(text, index, sorting);
        }
        const counted = await model.collection.aggregate([{ $match: filterOf(filter) }, { $count: 'total' }]).explain('queryPlanner');
        expect(JSON.stringify(counted)).not.toContain('"COLLSCAN"');
      }
    });

    it.each([
      ['a slug', { slug: 'x' }],
      ['SKUs', { 'variants.sku': { $in: ['x', 'y'] } }],
      ['what was imported', { externalId: { $in: ['x', 'y'] } }],
      ['the products of one category', { 'category._id': 1 }],
      ['the products of one vendor that have another name', { 'vendor._id': 1, 'vendor.name': { $ne: 'x' } }],
    ])('%s is looked up in an index', async (_what, filter) => {
      const explained = await model.collection.find(filter).explain('queryPlanner');
      expect(JSON.stringify(explained['queryPlanner'].winningPlan)).toContain('"IXSCAN"');
    });
  });

  it('copies stock in whatever order the news arrive, and never goes back', async () => {
    const read = async () => (await store.shownBySlug('paste-wax-no-1-5'))?.variants[0];
    const sku = 'WAX-PASTE';
    expect(await read()).toMatchObject({ sku, stock: 90, stockRevision: 1 });
    await store.followStock({ [sku]: { available: 70, backorderable: 0, revision: 5 } });
    await store.followStock({ [sku]: { available: 80, backorderable: 0, revision: 4 } });
    await store.followStock({ [sku]: { available: 1, backorderable: 0, revision: 5 } });
    expect(await read()).toMatchObject({ stock: 70, stockRevision: 5 });
  });

  it('follows what inventory counts, until the list shows it', async () => {
    const sku = 'BRUSH-BENCH';
    await shop.app.get(CommandBus).execute(new CountStock({ levels: [{ sku, onHand: 3 }], reason: 'counted' }));
    const shown = async (): Promise<number> => (await shop.ask('GET', '/products?q=bench%20brush')).body.data[0].variants[0].stock;
    for (let waited = 0; (await shown()) !== 3 && waited < 5_000; waited += 50) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await shown()).toBe(3);
  });

  it('a stock copy between reading and saving is not overwritten', async () => {
    const product = (await store.byExternalIds(['demo-pen-brass']))[0];
    if (!product) throw new Error('The demonstration has no pen.');
    await store.followStock({ 'PEN-BRASS': { available: 1, backorderable: 0, revision: 9 } });
    await expect(store.save({ next: { ...product, name: 'Pen' }, events: [] })).rejects.toMatchObject({ code: 'stale_version' });
  });

  it('tells carts what they ask, in their order', async () => {
    const { rows } = await store.page({ sort: 'name', slice: { skip: 0, limit: 1 }, q: 'stoneware' });
    const [mug] = rows;
    const [first, second] = mug?.variants ?? [];
    const productId = mug?.id ?? '';
    const items = [
      { productId, variantId: second?.id },
      { productId: 'nonsense' },
      { productId },
      { productId, variantId: id },
      { productId, variantId: first?.id },
    ];
    const found = await shop.app
      .get<{ execute(query: GetVariants): Promise<unknown[]> }>((await import('@nestjs/cqrs')).QueryBus)
      .execute(new GetVariants({ items }));
    expect(found).toEqual([expect.objectContaining({ sku: second?.sku }), null, null, null, expect.objectContaining({ sku: first?.sku })]);
    expect(found[4]).toEqual({
      productId,
      variantId: first?.id,
      sku: 'MUG-HARBOUR-FOG',
      name: 'Harbour stoneware mug',
      brand: 'North Quay Pottery',
      image: undefined,
      options: { Glaze: 'Fog' },
      price: 2400,
      currency: 'USD',
      isActive: true,
    });
  });
});
