import type Stripe from 'stripe';
import { notPossible } from '../http/refusal';

export type IntentStatus =
  'requires_payment_method' | 'requires_confirmation' | 'requires_action' | 'processing' | 'requires_capture' | 'succeeded' | 'canceled';
export type IntentMove = 'confirm' | 'capture' | 'cancel' | 'amend' | 'authenticate';

/** What may be done in which state: Stripe's docs, "How PaymentIntents and SetupIntents work". */
export const intentMoves: Readonly<Record<IntentStatus, readonly IntentMove[]>> = {
  requires_payment_method: ['confirm', 'cancel', 'amend'],
  requires_confirmation: ['confirm', 'cancel', 'amend'],
  requires_action: ['confirm', 'cancel', 'amend', 'authenticate'],
  processing: ['cancel'],
  requires_capture: ['capture', 'cancel'],
  succeeded: [],
  canceled: [],
};

const wordings: Readonly<Record<IntentMove, (status: string, allowed: string) => string>> = {
  confirm: (status, allowed) =>
    status === 'succeeded'
      ? 'You cannot confirm this PaymentIntent because it has already succeeded after being previously confirmed.'
      : `You cannot confirm this PaymentIntent because it has a status of ${status}. Only a PaymentIntent with one of the following statuses may be confirmed: ${allowed}.`,
  capture: (status, allowed) =>
    status === 'succeeded'
      ? 'This PaymentIntent could not be captured because it has already been captured.'
      : `This PaymentIntent could not be captured because it has a status of ${status}. Only a PaymentIntent with one of the following statuses may be captured: ${allowed}.`,
  cancel: (status, allowed) =>
    `You cannot cancel this PaymentIntent because it has a status of ${status}. Only a PaymentIntent with one of the following statuses may be canceled: ${allowed}.`,
  amend: (status, allowed) =>
    `This PaymentIntent could not be updated because it has a status of ${status}. You may only update a PaymentIntent with one of the following statuses: ${allowed}.`,
  authenticate: (status, allowed) =>
    `This PaymentIntent cannot be authenticated because it has a status of ${status}. Only a PaymentIntent with one of the following statuses may be authenticated: ${allowed}.`,
};

/** Refuses a move that the state does not allow, with the payment intent as it is. */
export function checkMove(intent: Stripe.PaymentIntent, move: IntentMove): void {
  if (intentMoves[intent.status as IntentStatus].includes(move)) return;
  const allowed = Object.entries(intentMoves)
    .filter(([, moves]) => moves.includes(move))
    .map(([status]) => status);
  throw unexpectedState(wordings[move](intent.status, allowed.join(', ')), intent);
}

export function unexpectedState(message: string, intent: Stripe.PaymentIntent): Error {
  return notPossible(message, { code: 'payment_intent_unexpected_state', payment_intent: intent });
}
