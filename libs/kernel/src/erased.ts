import type { Address } from './address';

/** What stands in the place of words about a person who has the right that they are forgotten. */
export const erased = 'erased';

/** An address that no mail ever reaches (RFC 2606). */
export const erasedEmail = 'erased@erased.invalid';

/** It has the form of a phone number, as it stands where one is promised. */
const erasedPhone = '000';

/** What is left of an address: what says which tax was due, and not who lives there. */
export function erasedAddress({ state, country }: Address): Address {
  return { name: erased, phone: erasedPhone, line1: erased, city: erased, state, pincode: erased, country };
}
