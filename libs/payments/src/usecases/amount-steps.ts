import { formatMoney, type Currency, type MinorUnits } from '@cartwright/kernel';
import { InvalidInput } from '@cartwright/platform';
import type { PaymentGateway } from '../gateways/payment-gateway';

/** Refuses an amount that the provider has no word for, before anything is recorded: it would refuse it once the goods have left, or are back. */
export function checkStep(gateway: PaymentGateway, amount: MinorUnits, currency: Currency): void {
  const { step } = gateway.limits(currency);
  if (amount % step === 0) return;
  const message = `${formatMoney(amount, currency)} cannot be taken or sent back: ${gateway.provider} does so in steps of ${formatMoney(step, currency)} only.`;
  throw new InvalidInput({ errors: [{ path: 'amount', code: 'step', message }] });
}
