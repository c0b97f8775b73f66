import type { Currency, MinorUnits } from '@cartwright/kernel';

/** The least that Stripe charges, by currency (docs.stripe.com/currencies, "Minimum and maximum charge amounts"); of the others, anything. */
const least: Readonly<Record<Currency, MinorUnits>> = {
  ...{ USD: 50, AED: 200, AUD: 50, BGN: 100, BRL: 50, CAD: 50, CHF: 50, CZK: 1500, DKK: 250, EUR: 50, GBP: 30, HKD: 400 },
  ...{ HUF: 17_500, INR: 50, JPY: 50, MXN: 1000, MYR: 200, NOK: 300, NZD: 50, PLN: 200, RON: 200, SEK: 300, SGD: 50, THB: 1000 },
};

/** Eight digits, whatever the currency. */
const most: MinorUnits = 99_999_999;

/** Between which amounts Stripe takes a payment in that currency. */
export function stripeLimits(currency: Currency): { readonly least: MinorUnits; readonly most: MinorUnits } {
  return { least: least[currency] ?? 1, most };
}
