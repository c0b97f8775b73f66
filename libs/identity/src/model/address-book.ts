import type { Address } from '@cartwright/kernel';
import { AddressNotFound, TooManyAddresses } from '../contract/refusals';

/** An address that a user keeps. At most one of a user's is the default. */
export interface SavedAddress extends Address {
  readonly id: string;
  readonly isDefault: boolean;
}

type AddressBook = readonly SavedAddress[];

/** An account is one document, so what it keeps is bounded. */
export const mostAddresses = 50;

/** With one more address. The first is the default, asked for or not. */
export function addAddress(book: AddressBook, id: string, address: Address, isDefault = false): AddressBook {
  if (book.length >= mostAddresses) throw new TooManyAddresses({ most: mostAddresses });
  return put([...book, { ...address, id, isDefault: book.length === 0 }], id, isDefault || undefined);
}

/** With an address replaced; it stays default, or not, unless that is said. */
export function changeAddress(book: AddressBook, id: string, address: Address, isDefault?: boolean): AddressBook {
  const former = findAddress(book, id);
  const changed = book.map((saved) => (saved.id === id ? { ...address, id, isDefault: former.isDefault } : saved));
  return put(changed, id, isDefault);
}

/** Without an address. When it was the default, there is none until one is chosen. */
export function removeAddress(book: AddressBook, id: string): AddressBook {
  findAddress(book, id);
  return book.filter((saved) => saved.id !== id);
}

/** The address of this id, or the refusal that there is none. */
export function findAddress(book: AddressBook, id: string): SavedAddress {
  const found = book.find((saved) => saved.id === id);
  if (!found) throw new AddressNotFound({ id });
  return found;
}

/** What a parcel needs of it. */
export function addressOf(saved: SavedAddress): Address {
  const { name, phone, company, line1, line2, city, state, pincode, country } = saved;
  return { name, phone, company, line1, line2, city, state, pincode, country };
}

/** Making one address the default makes it the only one. */
function put(book: AddressBook, id: string, isDefault: boolean | undefined): AddressBook {
  if (isDefault === undefined) return book;
  return book.map((saved) => ({ ...saved, isDefault: saved.id === id ? isDefault : saved.isDefault && !isDefault }));
}
