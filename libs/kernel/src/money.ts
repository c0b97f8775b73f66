/** An amount in a currency's minor unit (1999 is 19.99 USD, 1999 JPY). Always a safe integer, never a fraction. */
export type MinorUnits = number;

/** An ISO 4217 code in capitals, such as `EUR`. */
export type Currency = string;

const currencies = new Set(Intl.supportedValuesOf('currency'));

/** Whether the code is a currency of ISO 4217 (as known to this runtime's ICU tables). */
export function isCurrency(code: unknown): code is Currency {
  return typeof code === 'string' && currencies.has(code);
}

/** Whether the value can be an amount: a safe integer. */
export function isMinorUnits(value: unknown): value is MinorUnits {
  return Number.isSafeInteger(value);
}

/** The sum of amounts of one currency. Throws a RangeError beyond the safe integers. */
export function sum(amounts: readonly MinorUnits[]): MinorUnits {
  return amounts.reduce((total, amount) => safe(total + safe(amount)), 0);
}

/** A unit price times a whole quantity. */
export function times(price: MinorUnits, quantity: number): MinorUnits {
  return safe(safe(price) * safe(quantity));
}

/**
 * A share of an amount in parts per million (8.25 % is 82,500), rounded half away from zero.
 * Exact for every safe amount: the product is taken in big integers.
 */
export function percentOf(amount: MinorUnits, partsPerMillion: number): MinorUnits {
  const product = BigInt(safe(amount)) * BigInt(safe(partsPerMillion));
  const half = product < 0n ? -500_000n : 500_000n;
  return safe(Number((product + half) / 1_000_000n));
}

/**
 * Splits an amount by weights without losing or making a cent: each share is rounded down, and the remainder goes, one unit each, to the
 * largest fractions (Hare's method; ties to the earlier share). All weights zero: they count as equal.
 */
export function allocate(total: MinorUnits, weights: readonly number[]): MinorUnits[] {
  if (weights.length === 0) throw new RangeError('An amount cannot be allocated to nobody.');
  if (weights.some((weight) => !Number.isSafeInteger(weight) || weight < 0)) throw new RangeError('Weights are whole and not negative.');
  if (total < 0) return allocate(-total, weights).map((share) => (share === 0 ? 0 : -share));
  const effective = weights.some((weight) => weight > 0) ? weights : weights.map(() => 1);
  const whole = effective.reduce((all, weight) => all + BigInt(weight), 0n);
  const parts = effective.map((weight, index) => {
    const product = BigInt(safe(total)) * BigInt(weight);
    return { index, share: Number(product / whole), fraction: product % whole };
  });
  let left = total - parts.reduce((all, part) => all + part.share, 0);
  for (const part of [...parts].sort((a, b) => (a.fraction === b.fraction ? a.index - b.index : a.fraction > b.fraction ? -1 : 1))) {
    if (left === 0) break;
    part.share += 1;
    left -= 1;
  }
  return parts.map((part) => part.share);
}

/**
 * The currencies whose minor unit is not a hundredth (ISO 4217, list one, column "minor unit"). Not from `Intl`: its tables say how many decimals people
 * write, which for the forint, the rupiah and others is none.
 */
const decimals: ReadonlyMap<Currency, number> = new Map(
  Object.entries({
    0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF',
    3: 'BHD IQD JOD KWD LYD OMR TND',
    4: 'CLF UYW',
  }).flatMap(([digits, codes]) => codes.split(' ').map((code) => [code, Number(digits)] as const)),
);

/** How many decimals a currency's minor units stand for: 2 for USD, 0 for JPY, 3 for KWD. */
export function decimalsOf(currency: Currency): number {
  return decimals.get(currency) ?? 2;
}

/** An amount for people, such as `€19.99`, with the number of decimals that its currency has. */
export function formatMoney(amount: MinorUnits, currency: Currency, locale = 'en'): string {
  const digits = decimalsOf(currency);
  const format = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return format.format(amount / 10 ** digits);
}

function safe(value: number): number {
  if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is not a safe whole number of minor units.`);
  return value === 0 ? 0 : value;
}
