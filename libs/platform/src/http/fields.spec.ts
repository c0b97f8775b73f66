import type { ArgumentMetadata } from '@nestjs/common';
import { looksLikeCardNumber } from './card-numbers';
import { Amount, Email, InstantText, ReferenceNumber, Text } from './fields';
import { InvalidInput, type FieldError } from './problem';
import { RequestValidation } from './validation.pipe';

class Note {
  @Text({ optional: true })
  text?: string;
  @Text({ min: 0, optional: true })
  remark?: string;
  @ReferenceNumber({ optional: true, max: 100 })
  parcel?: string;
  @Email({ optional: true })
  email?: string;
  @Amount({ optional: true })
  price?: number;
  @InstantText({ optional: true })
  at?: string;
}

function codesOf(body: object): string[] {
  try {
    new RequestValidation().transform(body, { type: 'body', metatype: Note } satisfies ArgumentMetadata);
    return [];
  } catch (error) {
    if (error instanceof InvalidInput) return (error.details as { errors: readonly FieldError[] }).errors.map(({ code }) => code);
    throw error;
  }
}

test.each([
  ['half a character in a text', { text: 'a\ud800' }, ['no_control_characters']],
  ['half a character in an email, on which the library itself throws', { email: '\ud800' }, ['is_email']],
  ['no email', { email: 'ada at example' }, ['is_email']],
  ['a blank text', { text: ' \t ' }, ['not_blank']],
  ['an amount that the fullest cart could not add up exactly', { price: 1_000_000_001 }, ['max']],
  ['a day without a time', { at: '2026-01-31' }, ['is_instant']],
  ['a time of an unnamed zone', { at: '2026-01-31T12:00:00' }, ['is_instant']],
  ['microseconds', { at: '2026-01-31T12:00:00.000001Z' }, ['is_instant']],
  ['the 31st of February', { at: '2026-02-31T12:00:00Z' }, ['is_instant']],
  ['the 25th hour', { at: '2026-01-31T25:00:00Z' }, ['is_instant']],
])('%s is refused', (_, body, codes) => {
  expect(codesOf(body)).toEqual(codes);
});

test('whole characters beyond the basic plane, an empty remark, an email and an instant are taken', () => {
  expect(codesOf({ text: '𝕏 🦊', remark: '', email: 'ada@example.com', price: 1_000_000_000, at: '2026-01-31T12:00:00.5Z' })).toEqual([]);
});

/** Numbers in the forms that carriers use; `true`: it passes for a card number, by its length, its first digit and its check digit. */
const parcels: [string, string, boolean][] = [
  ['UPS', '1Z999AA10123456784', false],
  ['UPS Mail Innovations, 22 digits', '9274899998421900001239', false],
  ['FedEx Express, 12 digits', '449044304137', false],
  ['FedEx Ground, 15 digits', '398397930072416', false],
  ['FedEx Ground, 15 digits, one in ten', '398397930072418', true],
  ['USPS, 22 digits', '9400111899223197428490', false],
  ['USPS, 22 digits in groups', '9400 1118 9922 3197 4284 90', false],
  ['USPS Certified, 20 digits', '70161970000057311584', false],
  ['USPS with ZIP code', '420100019400111899223197428490', false],
  ['USPS international', 'LZ123456785US', false],
  ['DHL Express, 10 digits', '3318810025', false],
  ['DHL eCommerce, 11 digits', '12345678901', false],
  ['DHL Parcel, 20 digits', '00340434161094015902', false],
  ['Royal Mail', 'RM123456785GB', false],
  ['Evri, 16 digits', '4123456789012345', false],
  ['Evri, 16 digits, one in ten', '4123456789012349', true],
  ['DPD, 14 digits, one in ten', '55012345678907', true],
  ['Delhivery, 14 digits, one in ten', '34567890123456', true],
  ['GLS, 14 digits in groups, one in ten', '6012 3456 7890 12', true],
  ['India Post', 'EE123456785IN', false],
];

test.each(parcels)('%s: %s is taken as the number of a parcel; in a text, unless it passes for a card number', (_, parcel, isLikeCard) => {
  expect(looksLikeCardNumber(parcel)).toBe(isLikeCard);
  expect(codesOf({ parcel })).toEqual([]);
  expect(codesOf({ text: `My parcel ${parcel} is late.` })).toEqual(isLikeCard ? ['no_card_number'] : []);
});

test.each([['a\u0000'], [' '], [''], ['4'.repeat(101)]])('the number of a parcel is a text for all that: not %j', (parcel) => {
  expect(codesOf({ parcel })).not.toEqual([]);
});
