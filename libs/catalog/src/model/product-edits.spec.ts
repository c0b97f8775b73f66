import { newCategory, closesRing, movedUnder, pathOf } from './category';
import { newProduct, newVariant, withStock, type NewProduct, type Product } from './product';
import { archiveProduct, editProduct, editVariant, removeVariant } from './product-edits';
import { wordsAsked } from './search-words';

const now = new Date('2026-01-01');
const category = newCategory({ id: 'c'.repeat(24), name: 'Mugs', slug: 'mugs', parent: null }, now);

function aProduct(changes: Partial<NewProduct> = {}): Product {
  const variants = [newVariant({ sku: 'MUG', options: [], price: 2400, images: [] })];
  const content = { name: 'Mug', brand: 'Quay', images: [], basePrice: 2400, currency: 'USD', options: [], variants };
  const vendor = { id: 'a'.repeat(24), name: 'V' };
  return newProduct({ id: 'b'.repeat(24), slug: 'mug', category, vendor, isActive: true, ...content, ...changes }, now);
}

test('the base price and the only variant cost the same, whichever is edited', () => {
  const dearer = editProduct(aProduct(), { basePrice: 3000 });
  expect([dearer.basePrice, dearer.variants[0]?.price, dearer.priceAsc]).toEqual([3000, 3000, 3000]);
  const cheaper = editVariant(dearer, dearer.variants[0]?.id ?? '', { price: 100 });
  expect([cheaper.basePrice, cheaper.variants[0]?.price, cheaper.priceDesc]).toEqual([100, 100, 100]);
});

test('an edit leaves alone what it does not say, and counts as one', () => {
  const before = aProduct();
  const after = editProduct(before, { name: 'Cup' });
  expect(after).toEqual({
    ...before,
    name: 'Cup',
    nameKey: 'cup',
    searchWords: ['cup', 'quay', 'mugs', 'mug'],
    revision: 2,
    archivedAt: undefined,
  });
});

test('products without a price come last in either direction', () => {
  const priceless = aProduct({ basePrice: null, variants: [newVariant({ sku: 'X', options: [], price: null, images: [] })] });
  expect(priceless.priceAsc).toBeGreaterThan(aProduct().priceAsc);
  expect(priceless.priceDesc).toBeLessThan(aProduct().priceDesc);
});

test('the only variant of a product without options cannot be removed', () => {
  const product = aProduct();
  expect(() => removeVariant(product, product.variants[0]?.id ?? '')).toThrow('exactly one variant');
  expect(() => removeVariant(product, 'nobody')).toThrow('no variant nobody');
});

test('another SKU has another stock, which is not known yet', () => {
  const product = withStock(aProduct(), { MUG: { available: 7, backorderable: 0, revision: 3 } });
  const [variant] = editVariant(product, product.variants[0]?.id ?? '', { sku: 'CUP' }).variants;
  expect([variant?.stock, variant?.stockRevision]).toEqual([0, 0]);
  const [same] = editVariant(product, product.variants[0]?.id ?? '', { price: 1 }).variants;
  expect([same?.stock, same?.stockRevision]).toEqual([7, 3]);
});

test('an archived product is invisible until an admin activates it', () => {
  const archived = archiveProduct(aProduct(), now);
  expect([archived.isActive, archived.archivedAt]).toEqual([false, now]);
  expect(archiveProduct(archived, new Date())).toBe(archived);
  expect(editProduct(archived, { isActive: true })).toMatchObject({ isActive: true, archivedAt: undefined });
});

test('a category cannot stand below itself', () => {
  const child = newCategory({ id: 'd'.repeat(24), name: 'Small', slug: 'small', parent: category }, now);
  expect(pathOf(child)).toEqual([category.id, child.id]);
  expect(closesRing(category, child)).toBe(true);
  expect(closesRing(category, category)).toBe(true);
  expect(closesRing(child, category)).toBe(false);
  expect(movedUnder(child, null)).toMatchObject({ parentCategory: null, ancestors: [] });
});

test('a question is a few plain words, the most telling first', () => {
  expect(wordsAsked('A .*(Crème)+$ brûlée mug MUG')).toEqual(['brulee', 'creme', 'mug', 'a']);
  expect(wordsAsked('^.*$')).toEqual([]);
  expect(wordsAsked('x'.repeat(100))).toEqual(['x'.repeat(40)]);
  expect(wordsAsked('a b c d e f g h i j k')).toHaveLength(8);
});
