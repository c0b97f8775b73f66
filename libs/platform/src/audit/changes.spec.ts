import { changesBetween, type RecordingRules } from './changes';

const changes = (before: object, after: object, rules?: RecordingRules) =>
  changesBetween(before as Record<string, unknown>, after as Record<string, unknown>, rules).changes;

it('tells each field that differs, with what it was and is, however deep', () => {
  const before = {
    id: 'a',
    version: 1,
    updatedAt: new Date(0),
    name: 'Mug',
    price: 1999,
    category: { id: 'c1', name: 'Cups' },
    images: ['a'],
  };
  const after = { ...before, version: 2, updatedAt: new Date(1), price: null, category: { id: 'c1', name: 'Mugs' }, images: ['a', 'b'] };
  expect(changes(before, after)).toEqual([
    { path: 'price', from: 1999, to: null },
    { path: 'category.name', from: 'Cups', to: 'Mugs' },
    { path: 'images', from: ['a'], to: ['a', 'b'] },
  ]);
});

it('finds elements again by their id, wherever they have moved, and others by their place', () => {
  const before = {
    variants: [
      { id: 'v1', price: 1 },
      { id: 'v2', price: 2 },
    ],
    refunds: [{ key: 'k', status: 'requested' }],
  };
  const after = {
    variants: [
      { id: 'v2', price: 3 },
      { id: 'v3', price: 4 },
    ],
    refunds: [{ key: 'k', status: 'failed' }, { key: 'l' }],
  };
  expect(changes(before, after)).toEqual([
    { path: 'variants.v1', from: { id: 'v1', price: 1 } },
    { path: 'variants.v2.price', from: 2, to: 3 },
    { path: 'variants.v3', to: { id: 'v3', price: 4 } },
    { path: 'refunds.0.status', from: 'requested', to: 'failed' },
    { path: 'refunds.1', to: { key: 'l' } },
  ]);
});

it('tells of something new all that it has, and of something gone all that it had', () => {
  const at = new Date('2026-01-31T12:00:00Z');
  const shelf = { code: 'east', active: true, at, tags: [], note: undefined };
  expect(changes({}, shelf)).toEqual([
    { path: 'code', to: 'east' },
    { path: 'active', to: true },
    { path: 'at', to: '2026-01-31T12:00:00.000Z' },
  ]);
  expect(changes(shelf, {}).map(({ path, from }) => [path, from])).toEqual([
    ['code', 'east'],
    ['active', true],
    ['at', '2026-01-31T12:00:00.000Z'],
  ]);
});

it('tells nothing where nothing differs: equal instants, lists without elements, fields without a value', () => {
  const same = { at: new Date(5), list: [], missing: undefined, options: [{ name: 'Size', values: ['S'] }] };
  expect(changes(same, { at: new Date(5), options: [{ name: 'Size', values: ['S'] }] })).toEqual([]);
});

it('tells of secrets, and of what says who somebody is, only that they changed', () => {
  const before = { passwordHash: 'old-hash', email: 'ada@example.com', name: 'Ada', roles: ['user'], shippingAddress: { line1: 'Here 1' } };
  const after = {
    passwordHash: 'new-hash',
    email: 'eve@example.com',
    name: 'Eve',
    roles: ['admin'],
    shippingAddress: { line1: 'There 2' },
  };
  const told = changes(before, after, { withoutValues: ['name'] });
  expect(told.filter(({ hidden }) => hidden).map(({ path }) => path)).toEqual(['passwordHash', 'email', 'name', 'shippingAddress']);
  expect(JSON.stringify(told)).not.toMatch(/hash"|-hash|example.com|Ada|Eve|Here|There/);
});

it('lets no secret in inside of something else, nor in the middle of a text', () => {
  const told = changes({}, { parcel: { to: 'x', phone: '+44 20', sku: 'A' }, note: 'Tell ada@example.com, card 4242 4242 4242 4242' });
  expect(told[0]).toEqual({ path: 'parcel', to: { to: 'x', phone: '[hidden]', sku: 'A' } });
  expect(JSON.stringify(told)).not.toMatch(/\+44|ada@|4242 4242/);
});

it('takes what elements are called by for no name of a field', () => {
  const shelves = (onHand: number) => ({ shelves: [{ id: 'city', onHand, city: 'London' }] });
  expect(changes(shelves(1), shelves(2))).toEqual([{ path: 'shelves.city.onHand', from: 1, to: 2 }]);
  expect(changes({}, shelves(1))).toEqual([{ path: 'shelves.city', to: { id: 'city', onHand: 1, city: '[hidden]' } }]);
});

it('leaves out what is not recorded, at whatever depth', () => {
  const before = { name: 'Mug', nameKey: 'mug', variants: [{ id: 'v', stock: 1, price: 1 }] };
  const after = {
    name: 'Cup',
    nameKey: 'cup',
    variants: [
      { id: 'v', stock: 2, price: 1 },
      { id: 'w', stock: 3, price: 4 },
    ],
  };
  expect(changes(before, after, { unrecorded: ['nameKey', 'stock'] })).toEqual([
    { path: 'name', from: 'Mug', to: 'Cup' },
    { path: 'variants.w', to: { id: 'w', price: 4 } },
  ]);
});

it('knows a field by what it stands in, where its name alone says too much', () => {
  const rules = { unrecorded: ['vendor.name'] };
  const before = { name: 'Mug', vendor: { id: 'v1', name: 'Ada' } };
  expect(changes(before, { name: 'Cup', vendor: { id: 'v2', name: 'Bo' } }, rules)).toEqual([
    { path: 'name', from: 'Mug', to: 'Cup' },
    { path: 'vendor.id', from: 'v1', to: 'v2' },
  ]);
  expect(changes({}, before, rules)).toEqual([
    { path: 'name', to: 'Mug' },
    { path: 'vendor', to: { id: 'v1' } },
  ]);
});

it('cuts what is long, and counts what is too much', () => {
  const text = `${'x'.repeat(199)}😀 and more`;
  const [cut] = changes({}, { description: text });
  expect(cut).toEqual({ path: 'description', to: `${'x'.repeat(199)}… [${text.length} characters]` });
  const [list] = changes({}, { images: Array.from({ length: 500 }, (_, n) => `/images/${n}.jpg`) });
  expect(String(list?.to).length).toBeLessThan(1_100);
  const many = Object.fromEntries(Array.from({ length: 130 }, (_, n) => [`f${n}`, n]));
  const { changes: kept, more } = changesBetween({}, many);
  expect([kept.length, more]).toEqual([100, 30]);
});
