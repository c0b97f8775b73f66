import { integer, type Reader } from '../http/params';
import { badParam } from '../http/refusal';

/** Smallest charge by currency, in its smallest unit: Stripe's docs, "Supported currencies", minimum and maximum charge amounts. */
const minimum: Readonly<Record<string, number>> = {
  usd: 50,
  aed: 200,
  aud: 50,
  bgn: 100,
  brl: 50,
  cad: 50,
  chf: 50,
  czk: 1500,
  dkk: 250,
  eur: 50,
  gbp: 30,
  hkd: 400,
  huf: 17500,
  inr: 50,
  jpy: 50,
  mxn: 1000,
  myr: 200,
  nok: 300,
  nzd: 50,
  pln: 200,
  ron: 200,
  sek: 300,
  sgd: 50,
  thb: 1000,
};

const others =
  'afn all amd ang aoa ars awg azn bam bbd bdt bhd bif bmd bnd bob bsd bwp byn bzd cdf clp cny cop crc cve djf dop dzd egp etb fjd fkp gel gip gmd gnf gtq gyd hnl htg idr ils isk jmd jod kes kgs khr kmf krw kwd kyd kzt lak lbp lkr lrd lsl mad mdl mga mkd mmk mnt mop mur mvr mwk mzn nad ngn nio npr omr pab pen pgk php pkr pyg qar rsd rub rwf sar sbd scr shp sle sos srd std szl tjs tnd top try ttd twd tzs uah ugx uyu uzs vnd vuv wst xaf xcd xof xpf yer zar zmw'.split(
    ' ',
  );
const known = new Set([...Object.keys(minimum), ...others]);

/** Amounts of these have no minor unit: 500 is 500 yen. Stripe's docs, "Supported currencies", zero-decimal currencies. */
const zeroDecimal = new Set('bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf'.split(' '));

/** Three decimals, of which Stripe takes the last only as 0; and currencies without a minor unit that are written with two. Same page, special cases. */
const multiples: Readonly<Record<string, number>> = { bhd: 10, jod: 10, kwd: 10, omr: 10, tnd: 10, isk: 100, ugx: 100 };

const LARGEST = 99_999_999;

export const amount: Reader<number> = integer(1);

export const currency: Reader<string> = (raw, param) => {
  const code = typeof raw === 'string' ? raw.toLowerCase() : '';
  if (!known.has(code))
    throw badParam(
      `Invalid currency: ${typeof raw === 'string' ? raw : JSON.stringify(raw)}. Stripe currently supports these currencies: ${[...known].join(', ')}`,
      param,
    );
  return code;
};

/** Refuses an amount that Stripe would not charge. */
export function checkChargeable(value: number, code: string): void {
  const multiple = multiples[code] ?? 1;
  if (value % multiple !== 0) throw badParam(`Invalid amount: in ${code} it must be evenly divisible by ${multiple}.`, 'amount');
  const least = minimum[code] ?? 1;
  if (value < least) throw badParam(`Amount must be at least ${money(least, code)} ${code}`, 'amount', 'amount_too_small');
  if (value > LARGEST) throw badParam(`Amount must be no more than ${money(LARGEST, code)} ${code}`, 'amount', 'amount_too_large');
}

/** An amount as Stripe's messages write it: $10.00, ¥500. */
export function money(value: number, code: string): string {
  const digits = zeroDecimal.has(code) ? 0 : multiples[code] === 10 ? 3 : 2;
  return new Intl.NumberFormat('en-US', {
    style: 'currency',
    currency: code,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(value / 10 ** digits);
}
