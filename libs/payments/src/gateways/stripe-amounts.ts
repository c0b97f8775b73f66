import { decimalsOf, type Currency, type MinorUnits } from '@cartwright/kernel';
import type { GatewayLimits } from './payment-gateway';

/** The least that Stripe charges, by currency (docs.stripe.com/currencies, "Minimum and maximum charge amounts"); of the others, anything. */
const least: Readonly<Record<Currency, MinorUnits>> = {
  ...{ USD: 50, AED: 200, AUD: 50, BGN: 100, BRL: 50, CAD: 50, CHF: 50, CZK: 1500, DKK: 250, EUR: 50, GBP: 30, HKD: 400 },
  ...{ HUF: 17_500, INR: 50, JPY: 50, MXN: 1000, MYR: 200, NOK: 300, NZD: 50, PLN: 200, RON: 200, SEK: 300, SGD: 50, THB: 1000 },
};

/** Eight digits, whatever the currency. */
const most: MinorUnits = 99_999_999;

/**
 * Where Stripe counts in other units than ISO 4217 does (docs.stripe.com/currencies, "Zero-decimal currencies" and "Special cases"): the
 * Icelandic króna and the Ugandan shilling are sent with two decimals that are always 00, the Malagasy ariary with none.
 */
const stripeDecimals: Readonly<Record<Currency, number>> = { ISK: 2, UGX: 2, MGA: 0 };

/**
 * Between which amounts Stripe takes a payment in that currency, in the currency's own minor units. Of three decimals the last is 0 (docs.stripe.com/currencies, "Three-decimal
 * currencies"); and what Stripe counts without decimals has none that is not 0.
 */
export function stripeLimits(currency: Currency): GatewayLimits {
  const factor = factorOf(currency);
  const step = decimalsOf(currency) === 3 ? 10 : Math.max(1, Math.round(1 / factor));
  const highest = Math.floor(most / factor);
  return { least: least[currency] ?? step, most: highest - (highest % step), step };
}

/** Our minor units as Stripe counts them; undefined when it cannot say such an amount. */
export function toStripe(amount: MinorUnits, currency: Currency): number | undefined {
  const factor = factorOf(currency);
  const counted = factor < 1 ? amount / Math.round(1 / factor) : amount * factor;
  return Number.isSafeInteger(counted) ? counted : undefined;
}

export function fromStripe(counted: number, currency: Currency): MinorUnits {
  const factor = factorOf(currency);
  return factor < 1 ? counted * Math.round(1 / factor) : counted / factor;
}

function factorOf(currency: Currency): number {
  const decimals = stripeDecimals[currency];
  return decimals === undefined ? 1 : 10 ** (decimals - decimalsOf(currency));
}
