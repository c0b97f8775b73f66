import { createHmac } from 'node:crypto';
import { razorpayClient } from '../../test/with-razorpay';
import { control, eventually, sdkFor, startPaymentSandbox, webhookEndpoint } from '../../test/with-sandbox';

describe('Razorpay’s webhooks', () => {
  test('come signed over the raw body with an id in a header, tell what was, and obey the same policy', async () => {
    const endpoint = await webhookEndpoint();
    const sandbox = await startPaymentSandbox({ port: 0 });
    sandbox.setRazorpayWebhook(endpoint.url, 'whsec_rzp');
    const { order, pay, call } = razorpayClient(sandbox.url);
    const { id } = await order();
    await pay(id, { outcome: 'fail' });
    const { razorpay_payment_id: payment } = await pay(id);
    await call('POST', `payments/${payment}/refund`, { amount: 100 });
    await control(sandbox.url, 'POST', 'webhooks', { flush: true });
    const told = endpoint.received.map(({ payload }) => JSON.parse(payload));
    expect(told.map(({ event }) => event).sort()).toEqual([
      ...['order.paid', 'payment.authorized', 'payment.captured', 'payment.failed', 'refund.created', 'refund.processed'],
    ]);
    for (const { payload, headers } of endpoint.received) {
      expect(headers['x-razorpay-signature']).toBe(createHmac('sha256', 'whsec_rzp').update(payload).digest('hex'));
      expect(headers['x-razorpay-event-id']).toMatch(/^evt_\w{14}$/);
    }
    expect(new Set(endpoint.received.map(({ headers }) => headers['x-razorpay-event-id'])).size).toBe(6);
    expect(told.find(({ event }) => event === 'order.paid')).toEqual({
      entity: 'event',
      account_id: expect.stringMatching(/^acc_\w{14}$/),
      event: 'order.paid',
      contains: ['payment', 'order'],
      payload: {
        payment: { entity: expect.objectContaining({ id: payment, status: 'captured' }) },
        order: { entity: expect.objectContaining({ id, status: 'paid' }) },
      },
      created_at: expect.any(Number),
    });
    expect(told.find(({ event }) => event === 'payment.authorized').payload.payment.entity).toMatchObject({
      status: 'authorized',
      captured: false,
    });
    await control(sandbox.url, 'POST', 'webhooks', { drop: 1, types: ['payment.failed'] });
    await pay((await order()).id, { outcome: 'fail' });
    await pay((await order()).id, { outcome: 'fail' });
    await eventually(() => expect(endpoint.received).toHaveLength(7));
    await sandbox.stop();
    await endpoint.close();
  });

  test('go to their own target, and Stripe’s to theirs', async () => {
    const [stripe, razorpay] = [await webhookEndpoint(), await webhookEndpoint()];
    const sandbox = await startPaymentSandbox({ port: 0, webhook: { url: stripe.url, secret: 'whsec_stripe' } });
    sandbox.setRazorpayWebhook(razorpay.url, 'whsec_rzp', ['payment.captured']);
    const { order, pay } = razorpayClient(sandbox.url);
    await control(sandbox.url, 'POST', 'webhooks', { hold: true });
    await pay((await order()).id);
    await sdkFor(sandbox.port).customers.create();
    const { waiting } = await control(sandbox.url, 'GET', 'webhooks');
    expect(waiting.map(({ type, target }: { type: string; target: string }) => [type, target])).toEqual([
      ['payment.captured', 'razorpay'],
      ['customer.created', 'stripe'],
    ]);
    await control(sandbox.url, 'POST', 'webhooks', { flush: true });
    expect(stripe.received.map(({ type }) => type)).toEqual(['customer.created']);
    expect(razorpay.received.map(({ payload }) => JSON.parse(payload).event)).toEqual(['payment.captured']);
    await sandbox.stop();
    await Promise.all([stripe.close(), razorpay.close()]);
  });

  test('the same seed and the same calls give the same ids', async () => {
    const run = async () => {
      const sandbox = await startPaymentSandbox({ port: 0, seed: 3 });
      const { order, pay, call } = razorpayClient(sandbox.url);
      const { razorpay_payment_id: id } = await pay((await order()).id);
      const { body } = await call('POST', `payments/${id}/refund`, {});
      await sandbox.stop();
      return [id, body.id];
    };
    expect(await run()).toEqual(await run());
  });
});
