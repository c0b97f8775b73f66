// What must be true of a shop that has come to rest, by its own records, by `cli doctor`, and by the payment provider's books.
import { pause } from './lanes.mjs';

export const patience = 60_000;

/** Waits until every order has come to rest, and says how long after `since` that was and what is true then that must not be. */
export async function atRest(shop, { patienceMs = patience, since = Date.now(), doctor = true } = {}) {
  for (;;) {
    const orders = await underWay(shop);
    if (orders.length === 0) break;
    if (Date.now() - since > patienceMs) {
      const violations = orders.map(({ orderNumber, status }) => `order ${orderNumber} is still ${status} after ${patienceMs / 1000} s`);
      return { orders: await shop.orders(), tookMs: Date.now() - since, violations };
    }
    await pause(250);
  }
  const tookMs = Date.now() - since;
  const orders = await shop.orders();
  const violations = [...(await moneyOf(shop, orders)), ...(await parked(shop)), ...(doctor ? await doctored(shop) : [])];
  return { orders, tookMs, violations };
}

/** The orders of which something is still to come: a payment, or money on its way back. Asks for all of them only when none waits for its payment. */
async function underWay(shop) {
  for (const status of ['PaymentPending', 'Cancelled']) {
    const waiting = await shop.orders(status);
    if (waiting.length > 0) return waiting;
  }
  const refunding = ({ refunds, paymentDetails }) =>
    paymentDetails.status === 'requested' || refunds.some((refund) => refund.status === 'requested');
  return (await shop.orders()).filter(refunding);
}

/** Every captured payment has a paid order of exactly that amount, or went back; nothing else was captured. */
async function moneyOf(shop, orders) {
  const { payments } = await shop.control('GET', 'ledger');
  const violations = [];
  const byNumber = new Map();
  for (const payment of payments) {
    const number = payment.metadata.orderNumber;
    const sum = byNumber.get(number) ?? { captured: 0, refunded: 0, charges: 0 };
    const charged = payment.captured > 0 ? 1 : 0;
    byNumber.set(number, {
      captured: sum.captured + payment.captured,
      refunded: sum.refunded + payment.refunded,
      charges: sum.charges + charged,
    });
  }
  for (const { orderNumber, status, totalAmount, refunds } of orders) {
    const { captured, refunded, charges } = byNumber.get(orderNumber) ?? { captured: 0, refunded: 0, charges: 0 };
    byNumber.delete(orderNumber);
    const back = refunds.filter((refund) => refund.status === 'succeeded').reduce((sum, { amount }) => sum + amount, 0);
    if (charges > 1) violations.push(`order ${orderNumber} was charged ${charges} times`);
    if (status === 'Failed' && captured !== refunded)
      violations.push(`order ${orderNumber} is Failed, and ${captured - refunded} of it is kept`);
    if (status !== 'Failed' && captured !== totalAmount)
      violations.push(`order ${orderNumber} is ${status}, and ${captured} of ${totalAmount} was captured`);
    if (status !== 'Failed' && refunded !== back) violations.push(`order ${orderNumber} says ${back} went back, the provider ${refunded}`);
    if (status === 'Refunded' && refunded !== captured)
      violations.push(`order ${orderNumber} is Refunded, and ${captured - refunded} is kept`);
  }
  for (const [number, { captured, refunded }] of byNumber)
    if (captured !== refunded) violations.push(`${captured - refunded} was captured for ${number}, which is no order`);
  return violations;
}

async function parked(shop) {
  const { body } = await shop.asAdmin('GET', '/api/admin/jobs/failed');
  return body.data.map(({ event, aggregate }) => `${event} of ${aggregate} was given up`);
}

async function doctored(shop) {
  const examinations = await shop.doctor();
  return examinations.flatMap(({ name, findings }) => findings.map(({ record, problem }) => `${name}: ${record}: ${problem}`));
}
