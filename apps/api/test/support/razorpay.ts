import { ledger, type Answer, type Client, type Json } from './client';
import type { Shop } from './shop';

/** An order that waits for its buyer in Razorpay's checkout. */
export interface AtRazorpay {
  readonly buyer: Client;
  readonly orderNumber: string;
  /** What the checkout script is opened with. */
  readonly checkout: Json;
}

/** Turns the buyer's cart into an order that is to be paid with Razorpay. */
export async function placeWithRazorpay(buyer: Client): Promise<AtRazorpay> {
  const { status, body } = await buyer.checkout('', { payment: { provider: 'razorpay' } });
  expect({ status, body }).toMatchObject({ status: 201, body: { status: 'PaymentPending', paymentDetails: { provider: 'razorpay' } } });
  return { buyer, orderNumber: body.orderNumber, checkout: body.paymentDetails.nextAction };
}

/** What the buyer does in the checkout, in the browser: pays, or fails to. */
export async function atCheckout(shop: Shop, { orderId }: Json, how: object = {}): Promise<Json> {
  const headers = { 'content-type': 'application/json' };
  const url = `${shop.sandboxUrl}/_sandbox/razorpay_orders/${orderId}/pay`;
  return (await fetch(url, { method: 'POST', headers, body: JSON.stringify(how) })).json();
}

/** What the page then brings to the shop. */
export async function confirm(buyer: Client, orderNumber: string, paid: Json): Promise<Answer> {
  const { razorpay_payment_id: razorpayPaymentId, razorpay_signature: razorpaySignature } = paid;
  return buyer.post(`/api/orders/${orderNumber}/payments/confirm`, { razorpayPaymentId, razorpaySignature });
}

/** What a provider has of an order, by its own books. */
export async function booksOf(shop: Shop, orderNumber: string): Promise<Json[]> {
  const { payments } = (await ledger(shop)) as { payments: Json[] };
  return payments.filter(({ metadata }) => metadata.orderNumber === orderNumber);
}
