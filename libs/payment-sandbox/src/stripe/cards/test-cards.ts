import { declines, type Decline } from './declines';

/** When the buyer must pass 3-D Secure: Stripe's docs, "Testing", 3D Secure authentication. */
export type Authentication = 'never' | 'always' | 'unless_set_up';

/** A test card: how it looks, and what happens to a payment, a refund or an attachment with it. */
export interface TestCard {
  readonly brand: string;
  readonly last4: string;
  readonly country: string;
  readonly funding: 'credit' | 'debit' | 'prepaid';
  readonly authentication: Authentication;
  /** Refused when charged. */
  readonly decline?: Decline;
  /** Refused already when saved to a customer. */
  readonly attachable: boolean;
  readonly setUp: boolean;
  readonly blocked: boolean;
  readonly riskLevel: 'normal' | 'elevated' | 'highest';
  /** The buyer's bank disputes the charge soon after it was made. An inquiry only asks, and takes no money. */
  readonly dispute?: { readonly reason: string; readonly networkCode: string; readonly inquiry: boolean };
  /** A refund that changes some time after it was made. */
  readonly refund?: { readonly starts: 'pending' | 'succeeded'; readonly settlesTo: 'succeeded' | 'failed' };
}

function card(last4: string, facts: Partial<TestCard> = {}): TestCard {
  return {
    brand: 'visa',
    last4,
    country: 'US',
    funding: 'credit',
    authentication: 'never',
    attachable: true,
    setUp: false,
    blocked: false,
    riskLevel: 'normal',
    ...facts,
  };
}

function refused(last4: string, decline: Decline): TestCard {
  return card(last4, { decline, attachable: false });
}

const always: Partial<TestCard> = { authentication: 'always' };

/** By the name after `pm_card_` or `tok_`. */
const byName: Readonly<Record<string, TestCard>> = {
  visa: card('4242'),
  visa_debit: card('5556', { funding: 'debit' }),
  mastercard: card('4444', { brand: 'mastercard' }),
  mastercard_debit: card('8210', { brand: 'mastercard', funding: 'debit' }),
  mastercard_prepaid: card('5100', { brand: 'mastercard', funding: 'prepaid' }),
  amex: card('0005', { brand: 'amex' }),
  discover: card('1117', { brand: 'discover' }),
  diners: card('0004', { brand: 'diners' }),
  jcb: card('0505', { brand: 'jcb', country: 'JP' }),
  unionpay: card('0005', { brand: 'unionpay', country: 'CN' }),
  us: card('4242'),
  gb: card('0000', { country: 'GB' }),
  de: card('0008', { country: 'DE' }),
  fr: card('0003', { country: 'FR' }),
  in: card('0008', { country: 'IN' }),
  jp: card('0003', { country: 'JP' }),
  bypassPending: card('0077'),

  chargeDeclined: refused('0002', declines.generic),
  chargeDeclinedInsufficientFunds: refused('9995', declines.insufficientFunds),
  chargeDeclinedLostCard: refused('9987', declines.lostCard),
  chargeDeclinedStolenCard: refused('9979', declines.stolenCard),
  chargeDeclinedExpiredCard: refused('0069', declines.expiredCard),
  chargeDeclinedIncorrectCvc: refused('0127', declines.incorrectCvc),
  chargeDeclinedProcessingError: refused('0119', declines.processingError),
  chargeDeclinedVelocityLimitExceeded: refused('6975', declines.velocityExceeded),
  chargeDeclinedFraudulent: refused('0019', declines.fraudulent),
  radarBlock: card('0019', { decline: declines.fraudulent, blocked: true, riskLevel: 'highest' }),
  riskLevelHighest: card('4954', { riskLevel: 'highest' }),
  riskLevelElevated: card('9235', { riskLevel: 'elevated' }),
  chargeCustomerFail: card('0341', { decline: declines.generic }),

  authenticationRequired: card('3184', always),
  authenticationRequiredOnSetup: card('3155', { authentication: 'unless_set_up' }),
  authenticationRequiredSetupForOffSession: card('0446', { authentication: 'always', setUp: true }),
  authenticationRequiredChargeDeclinedInsufficientFunds: card('3178', { ...always, decline: declines.insufficientFunds }),
  threeDSecure2Required: card('3220', always),
  threeDSecureRequired: card('3063', always),
  threeDSecureRequiredChargeDeclined: card('1629', { ...always, decline: declines.generic }),
  threeDSecureOptional: card('3055'),

  createDispute: card('0259', { dispute: { reason: 'fraudulent', networkCode: '10.4', inquiry: false } }),
  createDisputeProductNotReceived: card('2685', { dispute: { reason: 'product_not_received', networkCode: '13.1', inquiry: false } }),
  createDisputeInquiry: card('1976', { dispute: { reason: 'fraudulent', networkCode: '10.4', inquiry: true } }),

  pendingRefund: card('7726', { refund: { starts: 'pending', settlesTo: 'succeeded' } }),
  refundFail: card('5126', { refund: { starts: 'succeeded', settlesTo: 'failed' } }),
};

const numbers: Readonly<Record<string, string>> = {
  '4242424242424242': 'visa',
  '4000056655665556': 'visa_debit',
  '5555555555554444': 'mastercard',
  '378282246310005': 'amex',
  '6011111111111117': 'discover',
  '3056930009020004': 'diners',
  '3566002020360505': 'jcb',
  '6200000000000005': 'unionpay',
  '4000000000000002': 'chargeDeclined',
  '4000000000009995': 'chargeDeclinedInsufficientFunds',
  '4000000000009987': 'chargeDeclinedLostCard',
  '4000000000009979': 'chargeDeclinedStolenCard',
  '4000000000000069': 'chargeDeclinedExpiredCard',
  '4000000000000127': 'chargeDeclinedIncorrectCvc',
  '4000000000000119': 'chargeDeclinedProcessingError',
  '4000000000000341': 'chargeCustomerFail',
  '4000002760003184': 'authenticationRequired',
  '4000002500003155': 'authenticationRequiredOnSetup',
  '4000003800000446': 'authenticationRequiredSetupForOffSession',
  '4000008260003178': 'authenticationRequiredChargeDeclinedInsufficientFunds',
  '4000000000003220': 'threeDSecure2Required',
  '4000000000000259': 'createDispute',
  '4000000000002685': 'createDisputeProductNotReceived',
  '4000000000001976': 'createDisputeInquiry',
  '4000000000005126': 'refundFail',
  '4000000000007726': 'pendingRefund',
};

/** The card behind a name, `pm_card_<name>`, `tok_<name>` or a test number. Stripe knows most declines both with and without `visa_`. */
export function cardName(token: string): string | undefined {
  const name = numbers[token] ?? /^(?:pm_card_|tok_)(.+)$/.exec(token)?.[1];
  if (name === undefined) return undefined;
  if (Object.hasOwn(byName, name)) return name;
  const plain = name.replace(/^visa_/, '');
  return Object.hasOwn(byName, plain) ? plain : undefined;
}

export function cardNamed(name: string): TestCard {
  return byName[name] as TestCard;
}

/** Every token the sandbox knows, for its documentation and tests. */
export const cardNames: readonly string[] = Object.keys(byName);
