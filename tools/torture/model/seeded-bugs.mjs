// Mistakes of the kind that others made, or that we could: each is put into the compiled product, one at a time, and the model has to catch it. `from` must be there
// exactly once. Where two guards stand one behind the other, a bug takes both: one alone changes nothing that anybody could see.
const bug = (name, ...patches) => ({ name, patches: patches.map(([file, from, to]) => ({ file: `${file}.js`, from, to })) });

const relay = 'platform/src/messaging/relay';
const transactions = 'platform/src/store/transactions';
const documentStore = 'platform/src/store/document-store';
const progress = 'payments/src/usecases/payment-progress';
const payment = 'payments/src/model/payment';

export const seededBugs = [
  bug('a save overwrites what it has not read', [
    documentStore,
    '.replaceOne({ _id: next.id, version: next.version },',
    '.replaceOne({ _id: next.id },',
  ]),
  bug('events are not numbered', [documentStore, 'next.eventCount + events.length', 'next.eventCount']),
  bug('the work of a transaction runs outside of it', [
    transactions,
    'this.ambient.run(ambient, async',
    'this.ambient.run(undefined, async',
  ]),
  bug('a commit without an answer is taken for a failure', [transactions, '!unknown || (attempt >= 3 && Date.now() >= deadline)', 'true']),
  bug('events are written outside of the transaction', [
    'platform/src/messaging/outbox',
    'insertMany(rows.map(stored), { session,',
    'insertMany(rows.map(stored), {',
  ]),
  bug('the inbox is left outside of the transaction', [
    relay,
    'collection.updateOne(left, done, { session })',
    'collection.updateOne(left, done)',
  ]),
  bug('the inbox is not looked at', [relay, 'if (first)', 'if (true)']),
  bug('a delivery is given up at its first failure', [relay, 'attempts >= this.options.attempts', 'attempts >= 1']),
  bug(
    'a cart is closed without a look, and no index keeps its order unique',
    ['cart/src/store/cart.store', "{ _id: id, version, status: 'open' }", '{ _id: id }'],
    ['orders/src/store/order.store', 'orderSchema.index({ cartId: 1 }, { unique: true })', 'orderSchema.index({ cartId: 1 })'],
  ),
  bug('a repeated checkout does not look for the order of its key', [
    'orders/src/usecases/place-order',
    'key ? await this.orders.byCheckoutKey(key) : null',
    'null',
  ]),
  bug('no answer is taken for a no', [
    progress,
    'this.unanswered(payment) : this.record(payment, outcome)',
    "this.record(payment, { kind: 'declined', failureCode: 'unknown' }) : this.record(payment, outcome)",
  ]),
  bug(
    'a payment that has no reference is given up without asking for it, then or later',
    [progress, 'await this.calls.find(payment);\n        if (found', "{ kind: 'none' };\n        if (found"],
    [payment, 'lookLater(given.next, now).next', 'given.next'],
  ),
  bug('a declined payment is called withdrawn before anybody said so', [
    'payments/src/usecases/withdraw-failed-payment',
    "if (outcome.kind === 'unknown')\n            throw",
    "if (outcome.kind === 'unknown')\n            return;\n        if (outcome.kind === 'never')\n            throw",
  ]),
  bug('the key of a charge is made of chance', [
    payment,
    'return `auth:${payment.orderId}:${payment.attempt}`',
    'return `auth:${Math.random()}`',
  ]),
  bug('the key of a refund has no attempt', [
    'payments/src/gateways/stripe-gateway',
    '`refund:${orderId}:${id}:${attempt}`',
    '`refund:${orderId}:${id}`',
  ]),
  bug('a refund without an answer is taken for sent', [
    'payments/src/usecases/send-refund',
    'if (!anew)\n            throw',
    'if (!anew)\n            return;\n        if (!anew)\n            throw',
  ]),
  bug(
    'a refund is sent as another attempt as soon as nobody answers, and nobody looks for the first',
    [
      'payments/src/usecases/send-refund',
      "'spent' in outcome && outcome.spent ? (0, refund_1.sendAnew)(refund, new Date()) : null",
      '(0, refund_1.sendAnew)({ ...refund, updatedAt: new Date(0) }, new Date())',
    ],
    [
      'payments/src/gateways/stripe-gateway',
      'async findRefund({ id, attempt, paymentReference }) {',
      'async findRefund({ id, attempt, paymentReference }) {\n        if (id) return undefined;',
    ],
  ),
  bug('a webhook is used up by a question that gets no answer', [
    'payments/src/usecases/refund-news',
    'throw new platform_1.Unanswered(`Nobody says what became of the refund ${refund.id}: ${outcome.reason}`)',
    'return',
  ]),
  bug(
    'a payment is withdrawn without saying so first, and an order being given up is marked paid by anybody',
    ['payments/src/usecases/cancel-payment', '(0, payment_1.isOpen)(current) && !current.withdrawnAt ?', 'false ?'],
    ['orders/src/usecases/mark-order-paid', 'if (giveUpAt)', 'if (false)'],
  ),
  bug('money that is held is not asked about again', [payment, "nextCheckAt: nextCheck('authorized', 0, now)", 'nextCheckAt: undefined']),
  bug('money that cannot be taken any more is called taken', [
    'payments/src/usecases/capture-payment',
    "if (status === 'captured')\n            return;",
    'if (status)\n            return;',
  ]),
  bug(
    'refunds are not held against what was captured',
    [payment, 'if (amount <= 0 || amount > refundable)', 'if (amount <= 0)'],
    ['orders/src/model/order-refund', 'if (parts.amount <= 0 || parts.amount > refundable)', 'if (parts.amount <= 0)'],
  ),
  bug('a declined payment is left open at the provider', [
    'payments/src/usecases/withdraw-failed-payment',
    "if (status !== 'failed' || !reference)",
    'if (status)',
  ]),
  bug('money that comes too late is kept', [
    'orders/src/usecases/mark-order-paid',
    'const change = (0, order_1.receiveLatePayment)(order, transactionId);',
    'const change = null;',
  ]),
  bug('an order expires without a look at its payment', [
    'orders/src/usecases/expire-orders',
    'const { status, pays, transactionId } = await this.commands.execute(new payments_1.CancelPayment({ orderId }));',
    "const [status, pays, transactionId] = ['failed'];",
  ]),
  bug('a paid order is sold stock that was given up', [
    'inventory/src/usecases/commit-reservation',
    "if (found.status === 'committed')",
    "if (found.status !== 'open')",
  ]),
  bug('what is sold stays reserved', [
    'inventory/src/model/movement',
    'sold: { onHand: -1, reserved: -1 }',
    'sold: { onHand: -1, reserved: 0 }',
  ]),
  bug('a reservation is released twice', [
    'inventory/src/usecases/release-reservation',
    "if (reservation?.status !== 'open')",
    'if (!reservation)',
  ]),
  bug('stock is reserved without a look at what there is', [
    'inventory/src/usecases/stock-room',
    'if (short.length > 0)\n                throw',
    'if (short.length > 1_000)\n                throw',
  ]),
  bug('levels are read outside of the transaction', [
    'inventory/src/store/stock.store',
    'session: this.session ?? undefined }',
    'session: undefined }',
  ]),
  bug('a cancelled order keeps its stock', [
    'orders/src/usecases/order-goods',
    'await this.commands.execute(new inventory_1.ReclaimItems({ orderId: order.id, key, lines: linesOf(order, items) }));',
    '',
  ]),
  bug('what a refund puts back on the shelf is sent all the same', [
    'orders/src/usecases/order-goods',
    '(0, quantities_1.restockable)(order, asked)',
    '{ unsent: [], sent: asked }',
  ]),
  bug('what came back is nowhere', [
    'orders/src/usecases/return-order',
    'await this.commands.execute(new inventory_1.RestockItems({ orderId: order.id, key: `return-${returnId}`, lines: (0, order_goods_1.linesOf)(order, received) }));',
    '',
  ]),
  bug('what came back damaged is sold again', ['inventory/src/model/restock', "if (condition === 'damaged')", 'if (condition === null)']),
];
