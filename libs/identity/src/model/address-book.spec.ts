import fc from 'fast-check';
import { AddressNotFound, TooManyAddresses } from '../contract/refusals';
import { addAddress, addressOf, changeAddress, findAddress, mostAddresses, removeAddress, type SavedAddress } from './address-book';

const address = { name: 'Ada', phone: '1', line1: 'x', city: 'London', state: 'London', pincode: '1', country: 'GB' };
const defaultsOf = (book: readonly SavedAddress[]): string[] => book.filter(({ isDefault }) => isDefault).map(({ id }) => id);

it('makes the first address the default, asked for or not', () => {
  expect(defaultsOf(addAddress([], 'a', address, false))).toEqual(['a']);
  expect(defaultsOf(addAddress(addAddress([], 'a', address), 'b', address))).toEqual(['a']);
});

it('leaves the default where it is when an address is replaced without a word about it', () => {
  const book = addAddress(addAddress([], 'a', address), 'b', address);
  expect(defaultsOf(changeAddress(book, 'a', { ...address, city: 'Paris' }))).toEqual(['a']);
  expect(defaultsOf(changeAddress(book, 'a', address, false))).toEqual([]);
  expect(defaultsOf(changeAddress(book, 'b', address, false))).toEqual(['a']);
});

it('forgets what the replaced address had and the new one lacks', () => {
  const book = addAddress([], 'a', { ...address, company: 'Engines Ltd' });
  expect(findAddress(changeAddress(book, 'a', address), 'a')).toEqual({ ...address, id: 'a', isDefault: true });
});

it('refuses what is not there, and more than an account can keep', () => {
  expect(() => changeAddress([], 'a', address)).toThrow(AddressNotFound);
  expect(() => removeAddress([], 'a')).toThrow(AddressNotFound);
  const full = Array.from({ length: mostAddresses }, (_, i) => ({ ...address, id: String(i), isDefault: false }));
  expect(() => addAddress(full, 'a', address)).toThrow(TooManyAddresses);
});

it('hands out an address without what is only the book’s', () => {
  expect(addressOf({ ...address, id: 'a', isDefault: true })).toEqual(address);
});

it('never has two defaults, whatever is done to it', () => {
  const step = fc.record({
    what: fc.constantFrom('add', 'change', 'remove'),
    at: fc.nat(5),
    isDefault: fc.option(fc.boolean(), { nil: undefined }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      let book: readonly SavedAddress[] = [];
      let added = 0;
      for (const { what, at, isDefault } of steps) {
        const id = book[at]?.id;
        if (what === 'add' && book.length < mostAddresses) book = addAddress(book, String((added += 1)), address, isDefault);
        if (what === 'change' && id) book = changeAddress(book, id, address, isDefault);
        if (what === 'remove' && id) book = removeAddress(book, id);
        expect(defaultsOf(book).length).toBeLessThanOrEqual(1);
      }
    }),
  );
});
