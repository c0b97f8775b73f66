import { fromStripe, stripeLimits, toStripe } from './stripe-amounts';

test.each([
  ['USD', 1999, 1999],
  ['JPY', 1999, 1999],
  ['KWD', 1990, 1990],
  ['ISK', 5000, 500_000],
  ['UGX', 5000, 500_000],
  ['MGA', 500_000, 5000],
])('in %s, %d of our minor units is %d at Stripe, and the way back', (currency, ours, theirs) => {
  expect(toStripe(ours, currency)).toBe(theirs);
  expect(fromStripe(theirs, currency)).toBe(ours);
});

test('an amount that Stripe has no word for is not sent as another one', () => {
  expect(toStripe(150, 'MGA')).toBeUndefined();
  expect(stripeLimits('MGA')).toEqual({ least: 100, most: 9_999_999_900, step: 100 });
  expect(stripeLimits('ISK')).toEqual({ least: 1, most: 999_999, step: 1 });
  expect(stripeLimits('KWD')).toEqual({ least: 10, most: 99_999_990, step: 10 });
});
