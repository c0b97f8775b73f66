// What must be true of a shop that has come to rest, by its own records, by `cli doctor`, and by the payment provider's books.
import { pause } from './shop.mjs';

const restful = new Set(['Processing', 'Failed', 'Shipped', 'Delivered', 'Cancelled', 'Returned', 'Refunded']);

/** Waits until every order has come to rest; gives how long it took, and the violations. */
export async function atRest(shop, patienceMs = 60_000) {
  const startedAt = Date.now();
  let orders = await shop.orders();
  while (orders.some(isUnderWay)) {
    if (Date.now() - startedAt > patienceMs) {
      const stuck = orders
        .filter(isUnderWay)
        .map(({ orderNumber, status }) => `order ${orderNumber} is still ${status} after ${patienceMs / 1000} s`);
      return { orders, tookMs: patienceMs, violations: stuck };
    }
    await pause(250);
    orders = await shop.orders();
  }
  const tookMs = Date.now() - startedAt;
  return { orders, tookMs, violations: [...(await moneyOf(shop, orders)), ...(await doctored(shop))] };
}

function isUnderWay({ status, refunds, paymentDetails }) {
  return (
    !restful.has(status) ||
    status === 'Cancelled' ||
    refunds.some((refund) => refund.status === 'requested') ||
    paymentDetails.status === 'requested'
  );
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

async function doctored(shop) {
  const examinations = await shop.doctor();
  return examinations.flatMap(({ name, findings }) => findings.map(({ record, problem }) => `${name}: ${record}: ${problem}`));
}
