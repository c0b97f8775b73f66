import type Stripe from 'stripe';
import { flag, ignored, mergeMetadata, metadata, readParams, text } from '../http/params';
import { badParam, notPossible } from '../http/refusal';
import type { Call } from '../http/routes';
import type { Row } from '../store/kinds';
import { amount, money } from './amounts';
import { recordCapture } from './balance-transactions';
import { emit } from './emit';
import { idOf, inPath, named } from './lookups';
import { checkMove } from './payment-intent-states';
import { giveUpRest } from './refunds';

const captureShape = {
  amount_to_capture: amount,
  final_capture: flag,
  metadata,
  statement_descriptor: text(22),
  statement_descriptor_suffix: text(22),
  amount_details: ignored,
  payment_details: ignored,
};

/** Stripe's API reference, "Capture a PaymentIntent": all or a part of what is held, the rest is refunded; `final_capture: false` keeps the rest held where multicapture was asked for. */
export function capture(call: Call): object {
  const values = readParams(captureShape, call.raw);
  const row = inPath('payment_intent', call);
  checkMove(row.body, 'capture');
  const taken = values.amount_to_capture ?? row.body.amount_capturable;
  checkCapturable(row.body, taken, values.final_capture ?? true);
  const rest = row.body.amount_capturable - taken;
  const last = (values.final_capture ?? true) || rest === 0;
  const captured = captureCharge(call, row, taken, last);
  const charge = last ? giveUpRest(call.work, captured) : captured;
  const { body } = call.work.save('payment_intent', row, {
    status: last ? 'succeeded' : 'requires_capture',
    amount_received: row.body.amount_received + taken,
    amount_capturable: last ? 0 : rest,
    metadata: mergeMetadata(row.body.metadata, values.metadata),
  });
  emit(call.work, last ? 'charge.captured' : 'charge.updated', charge.body);
  emit(call.work, last ? 'payment_intent.succeeded' : 'payment_intent.amount_capturable_updated', body);
  return body;
}

function captureCharge({ work }: Call, { body: intent }: Row<'payment_intent'>, taken: number, last: boolean): Row<'charge'> {
  const held = named(work, 'charge', idOf(intent.latest_charge) as string, 'charge');
  return work.save('charge', held, {
    captured: last,
    amount_captured: held.body.amount_captured + taken,
    balance_transaction: recordCapture(work, held.body, taken),
  });
}

function checkCapturable(intent: Stripe.PaymentIntent, taken: number, final: boolean): void {
  if (!final && intent.payment_method_options?.card?.request_multicapture !== 'if_available')
    throw badParam('This PaymentIntent is not eligible for multicapture.', 'final_capture');
  const { currency, amount_capturable: most } = intent;
  if (taken <= most) return;
  throw notPossible(`Amount to capture (${money(taken, currency)}) is greater than the amount capturable (${money(most, currency)}).`, {
    code: 'amount_too_large',
    param: 'amount_to_capture',
  });
}
