import { getModelToken } from '@nestjs/mongoose';
import { Types, type Model } from 'mongoose';
import { aCategory, admin, aProduct, startCatalog, type CatalogApp } from '../testing/catalog-app';

let shop: CatalogApp;
let category: string;
beforeAll(async () => {
  shop = await startCatalog({ deliver: false });
  category = await aCategory(shop, 'Tools');
  await shop.ask('POST', '/products', { as: admin, body: aProduct(category) });
});
afterAll(() => shop.stop());

/** Somebody else writes a copy at the same moment, whom no look beforehand would have warned. */
async function twin(name: 'product' | 'category', changes: object): Promise<unknown> {
  const { collection } = shop.app.get<Model<unknown>>(getModelToken(name), { strict: false });
  return collection.insertOne({ ...(await collection.findOne({})), _id: new Types.ObjectId(), ...changes });
}

const taken = (field: string) => ({ code: 11000, keyPattern: expect.objectContaining({ [field]: 1 }) });

describe('there is no second', () => {
  it('a slug of a category', async () => {
    await expect(twin('category', { nameKey: 'other' })).rejects.toMatchObject(taken('slug'));
  });

  it('a name under one parent', async () => {
    await expect(twin('category', { slug: 'other' })).rejects.toMatchObject(taken('nameKey'));
  });

  it('a slug of a product', async () => {
    await expect(twin('product', { variants: [] })).rejects.toMatchObject(taken('slug'));
  });

  it('a SKU', async () => {
    await expect(twin('product', { slug: 'other' })).rejects.toMatchObject(taken('variants.sku'));
  });

  it('product of what was imported as one', async () => {
    await twin('product', { slug: 'one', variants: [], externalId: 'x' });
    await expect(twin('product', { slug: 'two', variants: [], externalId: 'x' })).rejects.toMatchObject(taken('externalId'));
  });
});
