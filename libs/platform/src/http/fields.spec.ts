import type { ArgumentMetadata } from '@nestjs/common';
import { Amount, Email, InstantText, Text } from './fields';
import { InvalidInput, type FieldError } from './problem';
import { RequestValidation } from './validation.pipe';

class Note {
  @Text({ optional: true })
  text?: string;
  @Text({ min: 0, optional: true })
  remark?: string;
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
