// What must be true of the shop once a schedule has come to rest: by its own records, by its own doctor, and by the provider's books.

const sold = new Set(['Processing', 'Shipped', 'Delivered', 'Cancelled', 'Returned', 'Refunded']);

/** Everything that is wrong, in words. */
export async function brokenAfter(model) {
  const { database } = model.world;
  const orders = database.all('orders');
  return [
    ...moneyOf(model, orders),
    ...cartsOf(orders),
    ...stockOf(database, orders),
    ...eventsOf(model),
    ...lapsesOf(model),
    ...fulfilmentOf(database, orders),
    ...answersOf(model, orders),
    ...(await doctored(model)),
  ];
}

function moneyOf({ provider, world }, orders) {
  const wrong = [];
  const books = provider.books();
  for (const { _id, orderNumber, status, totalAmount, refunds } of orders) {
    const id = _id.toHexString();
    const { captured, refunded, held, charges } = books.get(id) ?? { captured: 0, refunded: 0, held: 0, charges: 0 };
    books.delete(id);
    const payment = world.database.all('payments').find(({ orderId }) => orderId.toHexString() === id);
    const back = refunds.filter((refund) => refund.status === 'succeeded').reduce((sum, { amount }) => sum + amount, 0);
    const say = (problem) => wrong.push(`order ${orderNumber} ${problem}`);
    if (charges > 1) say(`was charged ${charges} times`);
    if (status === 'Failed' && captured + held !== refunded) say(`is Failed, and ${captured + held - refunded} of it is kept`);
    if (sold.has(status) && status !== 'Failed') {
      const given = payment.releasedAmount;
      if (captured > totalAmount) say(`comes to ${totalAmount}, and ${captured} was captured`);
      if (payment.captureMode === 'automatic' && captured !== totalAmount)
        say(`is ${status}, and ${captured} of ${totalAmount} was captured`);
      if (refunded + given !== back) say(`says ${back} went back, the provider ${refunded} and ${given} given up`);
      if (payment.capturedAmount !== captured) say(`has ${payment.capturedAmount} by its payment, ${captured} by the provider`);
    }
    if ((status === 'Refunded' || status === 'Cancelled') && captured + held !== refunded)
      say(`is ${status}, and ${captured + held - refunded} is kept`);
  }
  for (const [id, { captured, refunded, held }] of books)
    if (captured + held !== refunded) wrong.push(`${captured} was taken for ${id}, which is no order`);
  return wrong;
}

function cartsOf(orders) {
  const carts = orders.map(({ cartId }) => cartId.toHexString());
  return carts.filter((cart, index) => carts.indexOf(cart) !== index).map((cart) => `cart ${cart} became two orders`);
}

function stockOf(database, orders) {
  const wrong = [];
  const movements = database.all('stockMovements');
  for (const { sku, onHand, reserved, available } of database.all('stockLevels')) {
    const of = (...kinds) =>
      movements.filter((row) => row.sku === sku && kinds.includes(row.kind)).reduce((sum, { quantity }) => sum + quantity, 0);
    if (onHand < 0 || available < 0) wrong.push(`${sku} has ${onHand} on hand, ${available} available`);
    if (reserved !== 0) wrong.push(`${sku} has ${reserved} reserved with nobody to reserve it for`);
    if (onHand + of('sold') + of('damaged') - of('returned') - of('adjusted') !== of('received'))
      wrong.push(`${sku} is not what was received less what was sold`);
    const out = orders.filter(wasSold).reduce((all, order) => all + piecesOf(order, sku), 0);
    if (of('sold') - of('returned') !== out) wrong.push(`${of('sold') - of('returned')} of ${sku} are gone, orders have ${out}`);
  }
  for (const order of orders) wrong.push(...sentOf(order));
  const arrived = orders.flatMap(({ returns }) => returns.flatMap(({ received = [] }) => received));
  const damaged = sum(arrived.filter(({ condition }) => condition === 'damaged'));
  const written = sum(movements.filter(({ kind }) => kind === 'damaged'));
  if (damaged !== written) wrong.push(`${damaged} pieces came back damaged, ${written} were written off`);
  return wrong;
}

/** Sold, and not cancelled as a whole. */
function wasSold(order) {
  return sold.has(order.status) && !wasCancelled(order);
}

function wasCancelled({ history }) {
  return history.some(({ to }) => to === 'Cancelled');
}

function piecesOf({ items, cancellations, returns }, sku) {
  const mine = items.filter((item) => item.sku === sku);
  const ids = mine.map(({ _id }) => _id.toHexString());
  const gone = [...cancellations.flatMap((row) => row.items), ...returns.flatMap(({ received = [] }) => received)];
  return sum(mine) - sum(gone.filter(({ item }) => ids.includes(item.toHexString())));
}

/** No piece is sent that was not ordered, or was cancelled; none comes back that was not sent. */
function sentOf({ orderNumber, items, cancellations, shipments, returns }) {
  return items.flatMap(({ _id, sku, quantity }) => {
    const of = (rows) => sum(rows.filter(({ item }) => item.equals(_id)));
    const sent = of(shipments.flatMap((parcel) => parcel.items));
    const back = of(returns.flatMap(({ received = [] }) => received));
    const left = quantity - of(cancellations.flatMap((row) => row.items));
    return sent <= left && back <= sent ? [] : [`order ${orderNumber} sent ${sent} of ${left} ${sku}, and ${back} came back`];
  });
}

function sum(rows) {
  return rows.reduce((all, { quantity }) => all + quantity, 0);
}

/** The wish to take money that had lapsed: no answer comes of it, and it stands where an admin sees it. */
export function isLapsedCapture({ provider }, { name, data, parked, waiting }) {
  const isParked = parked.length > 0 && waiting.length === 0;
  return name === 'payments.capture_requested.v1' && isParked && provider.hasLapsed(data.orderId.toString());
}

/** Goods may have left for money that was never taken: that is a failed job. */
function lapsesOf({ provider, world: { database } }) {
  return database
    .all('outbox')
    .filter(
      ({ name, data, parked }) =>
        name === 'payments.capture_requested.v1' && provider.hasLapsed(data.orderId.toString()) && parked.length === 0,
    )
    .map(({ data }) => `the money of ${data.orderId.toString()} lapsed before it was taken, and nobody hears of it`);
}

function eventsOf(model) {
  const { database } = model.world;
  const wrong = [];
  const rows = database.all('outbox');
  const last = new Map();
  for (const { aggregate, sequence } of [...rows].sort((a, b) => a.sequence - b.sequence)) {
    if (sequence !== (last.get(aggregate) ?? 0) + 1) wrong.push(`${aggregate} has no event ${(last.get(aggregate) ?? 0) + 1}`);
    last.set(aggregate, sequence);
  }
  for (const row of rows) {
    const { name, parked, waiting } = row;
    if (isLapsedCapture(model, row)) continue;
    for (const { reaction, error } of parked) wrong.push(`${name} was given up for ${reaction}: ${error}`);
    for (const reaction of waiting) wrong.push(`${name} still waits for ${reaction}`);
  }
  const heard = new Map();
  for (const { key } of database.all('probes')) heard.set(key, (heard.get(key) ?? 0) + 1);
  const told = new Map();
  for (const { name, data } of rows) if (probed.has(name)) told.set(probeKey(name, data), (told.get(probeKey(name, data)) ?? 0) + 1);
  for (const [key, times] of told)
    if (heard.get(key) !== times) wrong.push(`told ${times} times, applied ${heard.get(key) ?? 0} times: ${key}`);
  for (const key of heard.keys()) if (!told.has(key)) wrong.push(`applied and never told: ${key}`);
  return wrong;
}

/** The events whose delivery is counted. */
export const probed = new Set([
  'payments.payment_captured.v1',
  'payments.refund_succeeded.v1',
  'orders.order_paid.v1',
  'orders.order_failed.v1',
  'orders.late_payment_received.v1',
]);

export function probeKey(name, data) {
  return `${name} ${JSON.stringify(data)}`;
}

function fulfilmentOf(database, orders) {
  const wrong = [];
  const works = database.all('fulfilments');
  for (const order of orders) {
    const { _id, orderNumber, status } = order;
    const work = works.find(({ orderId }) => orderId.equals(_id));
    if (status === 'Failed' && work) wrong.push(`order ${orderNumber} is Failed, and somebody packs it`);
    if (status === 'Processing' && work?.status !== 'open')
      wrong.push(`order ${orderNumber} is paid, its fulfilment ${work?.status ?? 'was never begun'}`);
    if (wasCancelled(order) && work && work.status !== 'cancelled')
      wrong.push(`order ${orderNumber} is ${status}, its fulfilment ${work.status}`);
    const rightly = { Shipped: ['dispatched'], Delivered: ['delivered'], Returned: ['dispatched', 'delivered'] }[status];
    if (rightly && !rightly.includes(work?.status))
      wrong.push(`order ${orderNumber} is ${status}, its fulfilment ${work?.status ?? 'was never begun'}`);
  }
  return wrong;
}

/** What clients were told: an order that was acknowledged is there, and one key is one order. */
function answersOf({ acknowledged }, orders) {
  const wrong = [];
  const byKey = new Map();
  for (const { order, buyer, key } of acknowledged) {
    if (!orders.some(({ orderNumber }) => orderNumber === order.orderNumber))
      wrong.push(`order ${order.orderNumber} was acknowledged and is gone`);
    if (key === 0) continue;
    const name = `${buyer} ${key}`;
    if (byKey.has(name) && byKey.get(name) !== order.orderNumber)
      wrong.push(`one key was answered by ${byKey.get(name)} and ${order.orderNumber}`);
    byKey.set(name, order.orderNumber);
  }
  return wrong;
}

/** The doctor's findings; of money that lapsed it has to tell. */
async function doctored({ world, provider, shops: [shop] }) {
  const lapsed = new Set(lapsedOrders(world.database, provider));
  const findings = [];
  const examine = async () => {
    for await (const { name, findings: found } of shop.doctor.examine())
      for (const { record, problem } of found) findings.push(`${name}: ${record}: ${problem}`);
  };
  await world.settle(new Promise((resolve, reject) => world.start(shop, 'doctor', () => void examine().then(resolve, reject))));
  const others = findings.filter((finding) => !lapsed.delete(finding) && !finding.includes('(payments.capture_requested.v1 of'));
  return [...others, ...[...lapsed].map((finding) => `the doctor does not say: ${finding}`)];
}

/** What there is to find of sold orders whose money was held, and is gone. */
function lapsedOrders(database, provider) {
  return database.all('orders').flatMap(({ _id, orderNumber, status }) => {
    const payment = database.all('payments').find(({ orderId }) => orderId.equals(_id));
    const isGone = payment?.status === 'cancelled' && payment.refundedAmount + payment.releasedAmount < payment.amount;
    const isSold = status === 'Processing' || status === 'Shipped';
    return isSold && isGone && provider.hasLapsed(_id.toHexString())
      ? [`orders.money_matches: order ${orderNumber}: is ${status}, its payment cancelled`]
      : [];
  });
}
