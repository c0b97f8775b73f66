import { aPayment, control, failure, withSandbox } from '../../test/with-sandbox';

const DAY = 24 * 3600;

describe('disputes', () => {
  const context = withSandbox();
  const advance = (seconds: number) => control(context.sandbox.url, 'POST', 'clock', { advance: seconds });
  const lineOf = async (payment: string) => (await control(context.sandbox.url, 'GET', `ledger?payment=${payment}`)).payments[0];

  /** A payment that has been disputed, and the dispute. */
  async function disputed(token = 'pm_card_createDispute') {
    const { id } = await context.stripe.paymentIntents.create(aPayment({ payment_method: token }));
    await advance(2);
    const [dispute] = (await context.stripe.disputes.list({ payment_intent: id })).data;
    return { payment: id, dispute: dispute! };
  }
  const typesOf = async (id: string) =>
    (await context.stripe.events.list({ type: 'charge.dispute.*', limit: 100 })).data
      .filter(({ data }) => (data.object as { id: string }).id === id)
      .map(({ type }) => type.replace('charge.dispute.', ''))
      .reverse();

  test('the bank takes the money of a charge and a fee, and the charge cannot be refunded', async () => {
    const { stripe } = context;
    const { payment, dispute } = await disputed();
    expect(dispute).toMatchObject({
      ...{ object: 'dispute', amount: 2000, currency: 'usd', payment_intent: payment, reason: 'fraudulent', status: 'needs_response' },
      ...{ is_charge_refundable: false, balance_transactions: [{ amount: -2000, fee: 1500, net: -3500, type: 'adjustment' }] },
      ...{ evidence_details: { due_by: dispute.created + 7 * DAY, has_evidence: false, submission_count: 0 } },
    });
    expect(await typesOf(dispute.id)).toEqual(['created', 'funds_withdrawn']);
    expect(await stripe.charges.retrieve(dispute.charge as string)).toMatchObject({ disputed: true });
    expect(await failure(stripe.refunds.create({ payment_intent: payment }))).toMatchObject({ statusCode: 400, code: 'charge_disputed' });
    expect(await lineOf(payment)).toMatchObject({ captured: 2000, refunded: 0, disputed: 2000, net: 0 });
    expect((await stripe.disputes.retrieve(dispute.id, { expand: ['charge', 'payment_intent'] })).charge).toMatchObject({
      object: 'charge',
    });
  });

  test.each([
    ['winning_evidence', 'won', ['created', 'funds_withdrawn', 'updated', 'closed', 'funds_reinstated'], 2000],
    ['losing_evidence', 'lost', ['created', 'funds_withdrawn', 'updated', 'closed'], 0],
  ])('with %s it is %s', async (words, status, events, net) => {
    const { payment, dispute } = await disputed();
    const answered = await context.stripe.disputes.update(dispute.id, { evidence: { uncategorized_text: words } });
    expect(answered).toMatchObject({ status: 'under_review', evidence_details: { has_evidence: true, submission_count: 1 } });
    expect((await failure(context.stripe.disputes.update(dispute.id, { evidence: { uncategorized_text: 'more' } }))).statusCode).toBe(400);
    await advance(2);
    expect(await context.stripe.disputes.retrieve(dispute.id)).toMatchObject({ status });
    expect(await typesOf(dispute.id)).toEqual(events);
    expect(await lineOf(payment)).toMatchObject({ net });
  });

  test('evidence may be kept until it is complete; metadata can be changed at any time', async () => {
    const { dispute } = await disputed('pm_card_createDisputeProductNotReceived');
    expect(dispute.reason).toBe('product_not_received');
    const staged = await context.stripe.disputes.update(dispute.id, { evidence: { shipping_carrier: 'UPS' }, submit: false });
    expect(staged).toMatchObject({
      status: 'needs_response',
      evidence: { shipping_carrier: 'UPS' },
      evidence_details: { has_evidence: true },
    });
    expect(await context.stripe.disputes.close(dispute.id)).toMatchObject({ status: 'lost' });
    expect(await failure(context.stripe.disputes.close(dispute.id))).toMatchObject({ statusCode: 400 });
    expect(await context.stripe.disputes.update(dispute.id, { metadata: { seen: 'yes' } })).toMatchObject({ metadata: { seen: 'yes' } });
  });

  test('one that nobody answers is lost after a week', async () => {
    const { dispute } = await disputed();
    await advance(7 * DAY);
    expect(await context.stripe.disputes.retrieve(dispute.id)).toMatchObject({ status: 'lost' });
  });

  test('a long leap of the clock lets each thing happen at its own time', async () => {
    const { id } = await context.stripe.paymentIntents.create(aPayment({ payment_method: 'pm_card_createDispute' }));
    const before = (await control(context.sandbox.url, 'GET', 'clock')).now;
    expect((await advance(30 * DAY)).jobs).toBeGreaterThanOrEqual(2);
    const [dispute] = (await context.stripe.disputes.list({ payment_intent: id })).data;
    expect(dispute).toMatchObject({ status: 'lost' });
    expect(dispute!.created - before).toBeLessThan(5);
  });

  test('an inquiry only asks: no money goes, and the charge can still be refunded', async () => {
    const { payment, dispute } = await disputed('pm_card_createDisputeInquiry');
    expect(dispute).toMatchObject({ status: 'warning_needs_response', is_charge_refundable: true, balance_transactions: [] });
    expect(await lineOf(payment)).toMatchObject({ disputed: 0, net: 2000 });
    expect(await context.stripe.refunds.create({ payment_intent: payment })).toMatchObject({ status: 'succeeded' });
    expect(await context.stripe.disputes.update(dispute.id, { evidence: { uncategorized_text: 'x' } })).toMatchObject({
      status: 'warning_under_review',
    });
    await advance(2);
    expect(await context.stripe.disputes.retrieve(dispute.id)).toMatchObject({ status: 'warning_closed' });
    expect(await typesOf(dispute.id)).toEqual(['created', 'updated', 'closed']);
  });

  test('a charge that was refunded first is not disputed', async () => {
    const { id } = await context.stripe.paymentIntents.create(aPayment({ payment_method: 'pm_card_createDispute' }));
    await context.stripe.refunds.create({ payment_intent: id });
    await advance(2);
    expect((await context.stripe.disputes.list({ payment_intent: id })).data).toEqual([]);
  });
});

describe('balance transactions', () => {
  const context = withSandbox();

  test('each capture, refund and failed refund has its movement, and expands in place of its id', async () => {
    const { stripe } = context;
    const paid = await stripe.paymentIntents.create(
      aPayment({ payment_method: 'pm_card_refundFail', expand: ['latest_charge.balance_transaction'] }),
    );
    expect(paid.latest_charge).toMatchObject({
      balance_transaction: { amount: 2000, fee: 88, net: 1912, type: 'charge', fee_details: [{ amount: 88, type: 'stripe_fee' }] },
    });
    const refund = await stripe.refunds.create({ payment_intent: paid.id, amount: 500, expand: ['balance_transaction'] });
    expect(refund.balance_transaction).toMatchObject({ amount: -500, fee: 0, net: -500, type: 'refund', source: refund.id });
    await control(context.sandbox.url, 'POST', 'clock', { advance: 2 });
    expect(await stripe.refunds.retrieve(refund.id, { expand: ['failure_balance_transaction'] })).toMatchObject({
      failure_balance_transaction: { amount: 500, type: 'refund_failure' },
    });
    const sums = (await stripe.balanceTransactions.list({ limit: 100 })).data.map(({ amount }) => amount);
    expect(sums).toEqual([500, -500, 2000]);
    expect((await stripe.balanceTransactions.list({ source: refund.id, type: 'refund' })).data).toHaveLength(1);
    const id = (refund.balance_transaction as { id: string }).id;
    expect(await stripe.balanceTransactions.retrieve(id)).toMatchObject({ id });
  });
});
