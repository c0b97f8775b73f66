import type { KindFacts } from '../store/kinds';

/** Razorpay writes no notes as an empty list, and some as an object. */
export type OrderNotes = Readonly<Record<string, string>> | readonly [];

/** Razorpay's docs, "Orders Entity". */
export interface RazorpayOrder {
  id: string;
  entity: 'order';
  amount: number;
  amount_paid: number;
  amount_due: number;
  currency: string;
  receipt: string | null;
  offer_id: null;
  status: 'created' | 'attempted' | 'paid';
  attempts: number;
  notes: OrderNotes;
  created_at: number;
}

export interface RazorpayCard {
  id: string;
  entity: 'card';
  name: string;
  last4: string;
  network: string;
  type: 'credit' | 'debit';
  issuer: null;
  international: boolean;
  emi: boolean;
  sub_type: 'consumer';
  token_iin: null;
}

/** Razorpay's docs, "Payments Entity". */
export interface RazorpayPayment {
  id: string;
  entity: 'payment';
  amount: number;
  currency: string;
  status: 'authorized' | 'captured' | 'refunded' | 'failed';
  order_id: string;
  invoice_id: null;
  international: boolean;
  method: 'card' | 'netbanking' | 'upi';
  amount_refunded: number;
  refund_status: 'partial' | 'full' | null;
  captured: boolean;
  description: string | null;
  card_id: string | null;
  card?: RazorpayCard;
  bank: string | null;
  wallet: null;
  vpa: string | null;
  email: string;
  contact: string;
  notes: OrderNotes;
  fee: number | null;
  tax: number | null;
  error_code: string | null;
  error_description: string | null;
  error_source: string | null;
  error_step: string | null;
  error_reason: string | null;
  acquirer_data: Readonly<Record<string, string | null>>;
  created_at: number;
}

/** Razorpay's docs, "Refunds Entity". */
export interface RazorpayRefund {
  id: string;
  entity: 'refund';
  amount: number;
  currency: string;
  payment_id: string;
  notes: OrderNotes;
  receipt: string | null;
  acquirer_data: { readonly arn: string | null };
  created_at: number;
  batch_id: null;
  status: 'pending' | 'processed' | 'failed';
  speed_processed: 'normal' | 'instant' | null;
  speed_requested: 'normal' | 'optimum';
}

/** A webhook's body with its id, which Razorpay tells in a header only. */
export interface RazorpayEvent {
  id: string;
  entity: 'event';
  account_id: string;
  event: string;
  contains: readonly string[];
  payload: Readonly<Record<string, { readonly entity: object }>>;
  created_at: number;
}

export interface RazorpayBodies {
  razorpay_order: RazorpayOrder;
  razorpay_payment: RazorpayPayment;
  razorpay_refund: RazorpayRefund;
  razorpay_event: RazorpayEvent;
}

export type RazorpayKind = keyof RazorpayBodies;

export const razorpayKinds: Record<RazorpayKind, KindFacts> = {
  razorpay_order: { prefix: 'order_', idLength: 14, filters: ['receipt'] },
  razorpay_payment: { prefix: 'pay_', idLength: 14, filters: ['order_id'], paymentOf: ({ id }) => id },
  razorpay_refund: { prefix: 'rfnd_', idLength: 14, filters: ['payment_id'], paymentOf: ({ payment_id: payment }) => payment },
  razorpay_event: { prefix: 'evt_', idLength: 14, filters: ['event'] },
};
