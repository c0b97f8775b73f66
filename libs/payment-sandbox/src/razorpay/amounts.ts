import { invalid } from './refusal';

const supported = new Set('INR USD EUR GBP SGD AED AUD CAD CHF CNY DKK HKD JPY KWD BHD OMR MYR NOK NZD QAR SAR SEK THB ZAR'.split(' '));
const threeDecimals = new Set(['KWD', 'BHD', 'OMR']);

/** The least that is taken, in the currency's smallest unit: one rupee, one dollar ("Create an Order", Errors). */
const LEAST = 100;

/** Refuses an amount or a currency that Razorpay would not take. */
export function checkPayable(amount: number, currency: string): void {
  if (!supported.has(currency)) throw invalid('Currency is not supported', 'currency');
  if (amount < LEAST) throw invalid(`The amount must be at least ${currency} 1.00`, 'amount');
  if (threeDecimals.has(currency) && amount % 10 !== 0)
    throw invalid('The last digit of an amount in a three decimal currency must be 0', 'amount');
}
