import { razorpayClient } from '../../test/with-razorpay';
import { control, withSandbox } from '../../test/with-sandbox';

const DAY = 24 * 3600;

describe('Razorpay: the API as a whole', () => {
  const context = withSandbox();
  const client = () => razorpayClient(context.sandbox.url);
  const advance = (seconds: number) => control(context.sandbox.url, 'POST', 'clock', { advance: seconds });

  test('notes can be changed, and nothing else', async () => {
    const { order, call } = client();
    const { id } = await order({ notes: [] });
    expect((await call('PATCH', `orders/${id}`, { notes: { a: '1' } })).body).toMatchObject({ id, notes: { a: '1' } });
    expect(await call('PATCH', `orders/${id}`, { amount: 1 })).toMatchObject({
      status: 400,
      body: { error: { reason: 'extra_field_sent' } },
    });
  });

  test.each<[string, object | string, string]>([
    ['99 paise', { amount: 99, currency: 'INR' }, 'The amount must be at least INR 1.00'],
    ['a fraction', { amount: 100.5, currency: 'INR' }, 'The amount must be an integer.'],
    ['no amount', { currency: 'INR' }, 'The amount field is required.'],
    ['an unknown currency', { amount: 100, currency: 'XXX' }, 'Currency is not supported'],
    ['a fourth decimal', { amount: 1001, currency: 'KWD' }, 'The last digit of an amount in a three decimal currency must be 0'],
    ['a long receipt', { amount: 100, currency: 'INR', receipt: 'r'.repeat(41) }, 'The receipt may not be greater than 40 characters.'],
    ['an unknown field', { amount: 100, currency: 'INR', tip: 1 }, 'tip is/are not required and should not be sent'],
    [
      'sixteen notes',
      { amount: 100, currency: 'INR', notes: Object.fromEntries(Array.from({ length: 16 }, (_, n) => [n, 'x'])) },
      'Number of fields in notes should be less than or equal to 15',
    ],
    [
      'a short automatic period',
      { amount: 100, currency: 'INR', payment: { capture: 'automatic', capture_options: { automatic_expiry_period: 5 } } },
      'The automatic_expiry_period must be at least 12.',
    ],
    [
      'a long manual period',
      { amount: 100, currency: 'INR', payment: { capture: 'manual', capture_options: { manual_expiry_period: 9999 } } },
      'The manual expiry period must be between the automatic expiry period and 7200.',
    ],
    ['no JSON', '{', 'The request body must be a JSON object.'],
  ])('an order with %s is refused', async (_what, body, description) => {
    expect(await client().call('POST', 'orders', body)).toMatchObject({
      status: 400,
      body: { error: { code: 'BAD_REQUEST_ERROR', description, metadata: {} } },
    });
  });

  test.each([
    ['payments/pay_00000000000000', 400, 'The id provided does not exist'],
    ['payments/nonsense', 400, 'nonsense is not a valid id'],
    ['settlements', 400, 'The requested URL was not found on the server'],
    ['orders?count=101', 400, 'The count may not be greater than 100.'],
  ])('GET %s is %i', async (path, status, description) => {
    expect(await client().call('GET', path)).toMatchObject({ status, body: { error: { code: 'BAD_REQUEST_ERROR', description } } });
  });

  test.each(['rzp_test_sandbox:wrong', 'rzp_live_other:razorpay_sandbox_secret', ''])('the key %p is refused', async (key) => {
    expect(await razorpayClient(context.sandbox.url, key).call('GET', 'orders')).toEqual({
      status: 401,
      body: {
        error: { code: 'BAD_REQUEST_ERROR', description: 'Authentication failed', source: 'NA', step: 'NA', reason: 'NA', metadata: {} },
      },
    });
  });

  test('the newest come first, page by page, between two times', async () => {
    const { order, call } = client();
    await advance(DAY);
    const from = (await control(context.sandbox.url, 'GET', 'clock')).now;
    const made: string[] = [];
    for (let index = 0; index < 3; index += 1) made.unshift((await order()).id);
    const page = async (query: string) =>
      (await call('GET', `orders?from=${from}&${query}`)).body.items.map(({ id }: { id: string }) => id);
    expect(await page('count=2')).toEqual(made.slice(0, 2));
    expect(await page('count=2&skip=2')).toEqual(made.slice(2));
    expect((await call('GET', `orders?to=${from - 1}&count=100`)).body.items.map(({ id }: { id: string }) => id)).not.toContain(made[0]);
  });
});
